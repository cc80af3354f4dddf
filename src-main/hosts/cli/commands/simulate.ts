import { Command, Option } from 'commander';
import { OUTPUT_FORMATS, type SimulateJob } from '../../../contract/jobs.ts';
import { LangevinError } from '../../../errors.ts';
import { chooseOutputFormat, formatOfExtension } from '../../../images/formats.ts';
import { assertOutputs } from '../../files/output-guard.ts';
import { writeFileAtomically } from '../../files/write-file.ts';
import { given } from '../command-files.ts';
import {
  addDamageOptions,
  damageFiles,
  damageOptions,
  readFileBytes,
  sliceFormatOf,
  taskOf,
  unusedOptions,
  withDamageChain,
  type DamageFlags,
} from '../damage-options.ts';
import { withEngine } from '../engine.ts';
import { addReportingOptions, whole, type ReportingFlags } from '../options.ts';
import { Output } from '../output.ts';
import { assertQualityUsed } from '../quality-option.ts';
import { readScanFile } from '../scan-input.ts';

interface SimulateFlags extends DamageFlags, ReportingFlags {
  readonly output: string;
  readonly seed: number;
  readonly series?: number;
  readonly format?: (typeof OUTPUT_FORMATS)[number];
  readonly quality?: number;
  readonly bits?: '8';
}

/** `langevin simulate IN -o OUT --task …` */
export function simulateCommand(): Command {
  const command = new Command('simulate')
    .description('make the measurement that a task supposes: a damaged picture, a sinogram')
    .argument('<picture>', 'a good picture; reconstruct: a slice as picture, .npy or DICOM (also a folder of it)')
    .requiredOption(
      '-o, --output <file>',
      'where to write it; reconstruct: .npy or .tif, with OUT.angles.txt beside it',
    );
  addDamageOptions(command)
    .option('--seed <n>', 'seed of the noise', whole(0), 0)
    .option('--series <n>', 'reconstruct: which series of a folder of DICOM slices, from 1', whole(1))
    .addOption(new Option('--format <name>', 'format of the picture, when not by its ending').choices(OUTPUT_FORMATS))
    .option('--quality <q>', 'JPEG and WebP: 1 to 100', whole(1, 100))
    .addOption(new Option('--bits <n>', 'round 16-bit samples to 8 bits').choices(['8']));
  addReportingOptions(command);
  return command.action((picture: string, flags: SimulateFlags) => simulateFile(picture, flags));
}

async function simulateFile(path: string, asked: SimulateFlags): Promise<void> {
  const output = new Output(asked);
  const flags = withDamageChain(asked);
  for (const message of unusedOptions(flags)) output.say(message, { type: 'notice', message });
  const task = taskOf(flags.task, flags.mask !== undefined);
  if (flags.mask !== undefined && task !== 'inpaint') {
    throw new LangevinError(
      'invalid-argument',
      `The damage of the task ${task} is done to the whole picture; leave out --mask, which inpaint needs.`,
    );
  }
  const encoding = flags.task === 'reconstruct' ? undefined : pictureEncoding(flags);
  assertQualityUsed(flags.quality, flags.task === 'reconstruct' ? 'sinograms' : encoding?.encoding?.format);
  await assertOutputs(
    [flags.output, ...(flags.task === 'reconstruct' ? [`${flags.output}.angles.txt`] : [])],
    [path, ...given(flags.mask, flags.kernel, flags.anglesFile)],
  );
  const scanned = task === 'reconstruct' ? await readScanFile(path, flags.slice, flags.series) : undefined;
  for (const message of scanned?.notices ?? []) output.say(message, { type: 'notice', message });
  const job: SimulateJob = {
    picture: scanned?.file ?? (await readFileBytes(path)),
    ...(await damageFiles(flags)),
    options: {
      ...damageOptions(flags),
      seed: flags.seed,
      ...(scanned?.slice === undefined ? {} : { slice: scanned.slice }),
    },
    ...(encoding ?? { sliceFormat: sinogramFormat(flags.output) }),
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
  if (format === 'npy' || format === 'tiff') return format;
  throw new LangevinError(
    'unsupported-format',
    `A sinogram needs real numbers, which ${format === 'png' ? 'PNG does' : 'DICOM images do'} not hold: end ${path} in .npy or .tif.`,
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
