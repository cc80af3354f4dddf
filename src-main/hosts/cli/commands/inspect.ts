import { Command } from 'commander';
import type { Inspection } from '../../../contract/inspect.ts';
import { toLangevinError } from '../../../errors.ts';
import { readFileBytes } from '../damage-options.ts';
import { damageText } from '../damage-parts.ts';
import { withEngine } from '../engine.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { addReportingOptions, whole, type ReportingFlags } from '../options.ts';
import { Output } from '../output.ts';

interface InspectFlags extends ReportingFlags {
  readonly page?: number;
  readonly acceptDamage?: boolean;
}

/** `langevin inspect IN…` */
export function inspectCommand(): Command {
  const command = new Command('inspect')
    .description('tell what happened to pictures (JPEG, noise), and what would undo it')
    .argument('<pictures...>', 'JPEG, PNG, WebP, TIFF or GIF files')
    .option('--page <n>', 'which page of a TIFF or frame of an animation, from 1', whole(1))
    .option('--accept-damage', 'look at what can be read of damaged files, too');
  addReportingOptions(command);
  return command.action(async (pictures: string[], flags: InspectFlags) => {
    process.exitCode = await inspectAll(pictures, flags);
  });
}

/** @returns the exit code: a failed picture does not stop the others. */
async function inspectAll(pictures: readonly string[], flags: InspectFlags): Promise<number> {
  const output = new Output(flags);
  const { page, acceptDamage } = flags;
  const reading = { ...(page === undefined ? {} : { page }), ...(acceptDamage ? { acceptDamage } : {}) };
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
  const { format, width, height, bitDepth, hasColour, jpeg, earlierJpeg, noise, damage } = found;
  const coding = jpeg && `${jpeg.quality === undefined ? 'own tables' : `quality ${jpeg.quality}`}, ${jpeg.chroma}`;
  const facts = [
    `${width} × ${height}, ${bitDepth} bits, ${hasColour ? 'in colour' : 'without colour'}`,
    coding === undefined ? format : `JPEG (${coding})`,
    earlierJpeg === undefined ? undefined : `was a JPEG of quality ${earlierJpeg} before`,
    `noise σ about ${noise.toFixed(1)} of 255`,
  ];
  const remedy =
    damage === undefined
      ? 'Nothing of this needs to be undone.'
      : `To undo it: langevin restore ${JSON.stringify(path)} -o OUT --damage "${damageText(damage)}"`;
  return `${path}: ${facts.filter((fact) => fact !== undefined).join('; ')}.\n  ${remedy}`;
}
