import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { OUTPUT_FORMATS, type SimulateJob } from '../../../contract/jobs.ts';
import { LangevinError } from '../../../errors.ts';
import { chooseOutputFormat, formatOfExtension } from '../../../images/formats.ts';
import { assertWritable, writeFileAtomically } from '../../files/write-file.ts';
import {
  addDamageOptions,
  damageFiles,
  damageOptions,
  readFileBytes,
  sliceFormatOf,
  unusedOptions,
  type DamageFlags,
} from '../damage-options.ts';
import { withEngine } from '../engine.ts';
import { addReportingOptions, integer, type ReportingFlags } from '../options.ts';
import { Output } from '../output.ts';

interface SimulateFlags extends DamageFlags, ReportingFlags {
  readonly output: string;
  readonly seed: number;
  readonly format?: (typeof OUTPUT_FORMATS)[number];
  readonly quality?: number;
  readonly bits?: '8';
}

/** `langevin simulate IN -o OUT --task …` */
export function simulateCommand(): Command {
  const command = new Command('simulate')
    .description('make the measurement that a task supposes: a damaged picture, a sinogram')
    .argument('<picture>', 'a good picture; reconstruct: a slice as picture, .npy or DICOM')
    .requiredOption(
      '-o, --output <file>',
      'where to write it; reconstruct: .npy or .tif, with OUT.angles.txt beside it',
    );
  addDamageOptions(command)
    .option('--seed <n>', 'seed of the noise', integer, 0)
    .addOption(new Option('--format <name>', 'format of the picture, when not by its ending').choices(OUTPUT_FORMATS))
    .option('--quality <q>', 'JPEG and WebP: 1 to 100', integer)
    .addOption(new Option('--bits <n>', 'round 16-bit samples to 8 bits').choices(['8']));
  addReportingOptions(command);
  return command.action((picture: string, flags: SimulateFlags) => simulateFile(picture, flags));
}

async function simulateFile(path: string, flags: SimulateFlags): Promise<void> {
  const output = new Output(flags);
  for (const message of unusedOptions(flags)) output.say(message, { type: 'notice', message });
  if (resolve(path) === resolve(flags.output)) {
    throw new LangevinError(
      'invalid-argument',
      `The result would overwrite the original ${path}; give -o another name.`,
    );
  }
  await assertWritable(flags.output);
  const job: SimulateJob = {
    picture: await readFileBytes(path),
    ...(await damageFiles(flags)),
    options: { ...damageOptions(flags), seed: flags.seed },
    ...(flags.task === 'reconstruct' ? { sliceFormat: sinogramFormat(flags.output) } : pictureEncoding(flags)),
  };
  const { bytes, width, height, angles, notices } = await withEngine(async (engine, signal) => {
    const run = engine.run('simulate', job, { signal });
    for (;;) {
      const next = await run.next();
      if (next.done) return next.value;
    }
  });
  for (const message of notices) output.say(message, { type: 'notice', message });
  await writeFileAtomically(flags.output, bytes);
  const anglesPath = angles && `${flags.output}.angles.txt`;
  if (angles !== undefined && anglesPath !== undefined)
    await writeFileAtomically(anglesPath, new TextEncoder().encode(`${angles.join('\n')}\n`));
  const outputs = [flags.output, ...(anglesPath === undefined ? [] : [anglesPath])];
  output.say(`Wrote ${outputs.join(', ')}: ${width} × ${height}.`, { type: 'result', outputs, width, height });
}

function sinogramFormat(path: string): 'tiff' | 'npy' {
  const format = sliceFormatOf(path);
  if (format !== 'png') return format;
  throw new LangevinError(
    'unsupported-format',
    `A sinogram needs real numbers, which PNG does not hold: end ${path} in .npy or .tif.`,
  );
}

function pictureEncoding({ output, format: given, quality, bits }: SimulateFlags): Pick<SimulateJob, 'encoding'> {
  const format = given ?? formatOfExtension(output);
  const encoding = {
    ...(quality === undefined ? {} : { quality }),
    ...(bits === undefined ? {} : { bits: 8 as const }),
  };
  if (format !== undefined) return { encoding: { format, ...encoding } };
  // A name without an ending takes the format of the input; an ending that no format has is an error here.
  chooseOutputFormat(output, 'png');
  return {};
}
