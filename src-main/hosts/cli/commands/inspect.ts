import { Command, InvalidArgumentError } from 'commander';
import { blurMarksSchema, type BlurMarks, type Inspection } from '../../../contract/inspect.ts';
import { LangevinError, toLangevinError } from '../../../errors.ts';
import { readFileBytes } from '../damage-options.ts';
import { damageText } from '../damage-parts.ts';
import { withEngine } from '../engine.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { addReportingOptions, whole, type ReportingFlags } from '../options.ts';
import { Output } from '../output.ts';

interface InspectFlags extends ReportingFlags {
  readonly page?: number;
  readonly acceptDamage?: boolean;
  readonly edge?: NonNullable<BlurMarks['edge']>;
  readonly streak?: NonNullable<BlurMarks['streak']>;
}

/** `langevin inspect IN…` */
export function inspectCommand(): Command {
  const command = new Command('inspect')
    .description('tell what happened to pictures (noise, blur, enlargement, fading, JPEG), and what would undo it')
    .argument('<pictures...>', 'JPEG, PNG, WebP, TIFF or GIF files')
    .option('--page <n>', 'which page of a TIFF or frame of an animation, from 1', whole(1))
    .option('--accept-damage', 'look at what can be read of damaged files, too')
    .option('--edge <x,y,width,height>', 'read the blur from the edge in this block, one that was sharp', edge)
    .option('--streak <x0,y0,x1,y1>', 'the ends of what a point of light was smeared to', streak);
  addReportingOptions(command);
  return command.action(async (pictures: string[], flags: InspectFlags) => {
    process.exitCode = await inspectAll(pictures, flags);
  });
}

/** A commander parser of "10,20,60,40". */
function edge(text: string): NonNullable<BlurMarks['edge']> {
  const [x, y, width, height] = numbers(text, '--edge 120,80,60,60: left, top, width and height in pixels');
  const { success, data } = blurMarksSchema.safeParse({ edge: { x, y, width, height } });
  if (!success) throw new InvalidArgumentError('It must be whole numbers from 0, width and height at least 4.');
  return data.edge!;
}

function streak(text: string): NonNullable<BlurMarks['streak']> {
  const [x0, y0, x1, y1] = numbers(text, '--streak 120,80,134,72: left and top of both ends in pixels');
  const { success, data } = blurMarksSchema.safeParse({ streak: { x0, y0, x1, y1 } });
  if (!success) throw new InvalidArgumentError('It must be places within the picture, from 0.');
  return data.streak!;
}

function numbers(text: string, form: string): number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (values.length !== 4 || values.some(Number.isNaN)) throw new InvalidArgumentError(`It must be as in ${form}.`);
  return values;
}

/** @throws invalid-argument for marks on several pictures. */
function marksOf({ edge, streak }: InspectFlags, pictures: readonly string[]): BlurMarks | undefined {
  if (edge === undefined && streak === undefined) return undefined;
  if (pictures.length > 1) {
    throw new LangevinError('invalid-argument', '--edge and --streak are marks on one picture; give one picture.');
  }
  return { ...(edge && { edge }), ...(streak && { streak }) };
}

/** @returns the exit code: a failed picture does not stop the others. */
async function inspectAll(pictures: readonly string[], flags: InspectFlags): Promise<number> {
  const output = new Output(flags);
  const { page, acceptDamage } = flags;
  const marks = marksOf(flags, pictures);
  const reading = {
    ...(page === undefined ? {} : { page }),
    ...(acceptDamage ? { acceptDamage } : {}),
    ...(marks && { marks }),
  };
  let exit: number = EXIT.done;
  await withEngine(async (engine, signal) => {
    for (const path of pictures) {
      try {
        const run = engine.run('inspect', { picture: await readFileBytes(path), ...reading }, { signal });
        const next = await run.next();
        if (!next.done) throw new TypeError('The job inspect has no events.');
        for (const message of next.value.notices) output.say(message, { type: 'notice', input: path, message });
        const { notices: _said, ...found } = next.value;
        output.say(sentence(path, next.value), { type: 'result', input: path, ...found });
      } catch (error) {
        if (pictures.length === 1 || toLangevinError(error).code === 'cancelled') throw error;
        output.failure(error, { input: path });
        exit = exitCodeOf(error);
      }
    }
  });
  output.done();
  return exit;
}

function sentence(path: string, found: Inspection): string {
  const { format, width, height, bitDepth, hasColour, jpeg, earlierJpeg, noise, damage, estimates } = found;
  const coding = jpeg && `${jpeg.quality === undefined ? 'own tables' : `quality ${jpeg.quality}`}, ${jpeg.chroma}`;
  const facts = [
    `${width} × ${height}, ${bitDepth} bits, ${hasColour ? 'in colour' : 'without colour'}`,
    coding === undefined ? format : `JPEG (${coding})`,
    earlierJpeg === undefined ? undefined : `was a JPEG of quality ${earlierJpeg} before`,
    `noise σ about ${noise.toFixed(1)} of 255`,
    blurWords(estimates.blur),
    estimates.enlarged.verdict === 'yes' ? `enlarged ×${estimates.enlarged.scale} before` : undefined,
    estimates.fading.verdict === 'yes' ? 'faded' : undefined,
  ];
  const remedy =
    damage === undefined
      ? 'Nothing of this needs to be undone.'
      : `To undo it: langevin restore ${JSON.stringify(path)} -o OUT --damage "${damageText(damage)}"`;
  const lines = [`${path}: ${facts.filter((fact) => fact !== undefined).join('; ')}.`, ...estimates.warnings, remedy];
  return lines.join('\n  ');
}

function blurWords({
  verdict,
  kind,
  sigma,
  radius,
  length,
  angle,
}: Inspection['estimates']['blur']): string | undefined {
  if (verdict !== 'yes') return undefined;
  if (kind === 'motion') return `moved by ${length} pixels at ${angle}°`;
  return kind === 'disk'
    ? `out of focus, radius ${radius}`
    : kind === 'gaussian'
      ? `blurred, σ ${sigma?.toFixed(1)}`
      : undefined;
}
