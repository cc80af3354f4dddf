import { join, parse } from 'node:path';
import { Command } from 'commander';
import {
  latentSettingsSchema,
  type DecodeJob,
  type LatentDescription,
  type LatentProgress,
} from '../../../contract/latent-job.ts';
import { counted } from '../../../counted.ts';
import { LangevinError } from '../../../errors.ts';
import { readInputFile } from '../../files/read-file.ts';
import { assertOutputs } from '../../files/output-guard.ts';
import { writeFileAtomically } from '../../files/write-file.ts';
import { given, modelPlaces } from '../command-files.ts';
import { readFileBytes } from '../damage-options.ts';
import { withEngine } from '../engine.ts';
import {
  addNetworkOptions,
  addReportingOptions,
  decimal,
  whole,
  type NetworkFlags,
  type ReportingFlags,
} from '../options.ts';
import { Output } from '../output.ts';
import { formatDuration } from '../progress-bar.ts';
import { networkChoice } from '../requests.ts';
import { settingsPath } from './encode.ts';

interface DecodeFlags extends NetworkFlags, ReportingFlags {
  readonly output: string;
  readonly to?: string;
  readonly frames?: number;
  readonly position?: number;
  readonly temperature?: number;
}

/** `langevin decode LATENT.npy -o OUT.png` */
export function decodeCommand(): Command {
  const command = new Command('decode')
    .description('the picture of a latent that encode made, or pictures between two')
    .argument('<latent>', '.npy, with its settings beside it, .json')
    .requiredOption('-o, --output <file>', 'where to write the picture, PNG; several as OUT-1, OUT-2, …')
    .option('--to <latent>', 'another latent of the same model and size')
    .option('--position <p>', 'where between the two, along a great circle: 0 the first, 1 the other', decimal(0, 1))
    .option('--frames <n>', 'so many places from the first to the other', whole(2, 1000))
    .option('--temperature <t>', 'factor of the latent: below 1 more ordinary, above 1 stranger [1]', decimal(0, 10));
  addReportingOptions(addNetworkOptions(command));
  return command.action((latent: string, flags: DecodeFlags) => {
    const byDefault = command.getOptionValueSource('model') === 'default';
    return decodeFile(latent, flags, byDefault);
  });
}

async function decodeFile(path: string, flags: DecodeFlags, modelByDefault: boolean): Promise<void> {
  const output = new Output(flags);
  const settings = await readSettings(path);
  const choice = modelByDefault ? { ...flags, model: settings.model } : flags;
  const positions = positionsOf(flags);
  const names = outputNames(flags.output, positions.length);
  await assertOutputs(names, [path, settingsPath(path), ...given(flags.to), ...modelPlaces(choice.model)]);
  const job: DecodeJob = {
    latent: await readFileBytes(path),
    ...(flags.to === undefined ? {} : { other: await readFileBytes(flags.to) }),
    positions,
    settings,
    network: networkChoice(choice),
    ...(flags.temperature === undefined ? {} : { temperature: flags.temperature }),
  };
  const report = await withEngine(async (engine, signal) => {
    const onPreview = (preview: unknown): void => {
      const progress = preview as LatentProgress;
      output.progress(progress.fraction, progress.etaMs, path, { ...progress });
    };
    const run = engine.run('decode', job, { signal, onPreview });
    for (;;) {
      const step = await run.next();
      if (step.done) return step.value;
      const event = step.value;
      if (event.type === 'notice') {
        output.say(event.message, event);
      } else {
        await writeFileAtomically(names[event.index], event.bytes);
        output.record({ type: 'output', index: event.index, path: names[event.index] });
      }
    }
  });
  output.say(
    `Wrote ${names.join(', ')}: ${counted(report.nfe, 'network pass', 'network passes')}, ${report.model} on ${report.provider}, ` +
      `${formatDuration(report.seconds * 1000)}.`,
    { type: 'result', outputs: names, ...report },
  );
}

function positionsOf({ to, frames, position }: DecodeFlags): number[] {
  if (to === undefined && (frames !== undefined || position !== undefined)) {
    const option = frames === undefined ? '--position' : '--frames';
    throw new LangevinError(
      'invalid-argument',
      `${option} is between two latents: give the other one, --to OTHER.npy.`,
    );
  }
  if (frames !== undefined && position !== undefined) {
    throw new LangevinError('invalid-argument', '--frames and --position exclude each other.');
  }
  if (frames !== undefined) return Array.from({ length: frames }, (_, i) => i / (frames - 1));
  return [position ?? (to === undefined ? 0 : 0.5)];
}

async function readSettings(latent: string): Promise<LatentDescription> {
  const path = settingsPath(latent);
  const text = new TextDecoder().decode(await readInputFile(path));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new LangevinError('invalid-argument', `${path} does not hold the settings of a latent.`, { cause: error });
  }
  const result = latentSettingsSchema.safeParse(value);
  if (result.success) return result.data;
  const reasons = result.error.issues.map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`);
  throw new LangevinError('invalid-argument', `${path} does not hold the settings of a latent: ${reasons.join('; ')}.`);
}

function outputNames(path: string, count: number): string[] {
  if (count === 1) return [path];
  const { dir, name, ext } = parse(path);
  const digits = `${count}`.length;
  return Array.from({ length: count }, (_, i) => join(dir, `${name}-${`${i + 1}`.padStart(digits, '0')}${ext}`));
}
