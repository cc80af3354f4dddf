import { stat } from 'node:fs/promises';
import { Command, Option } from 'commander';
import {
  CROP_PLACEMENTS,
  type LikelihoodJob,
  type LikelihoodProgress,
  type LikelihoodReport,
} from '../../../contract/likelihood-job.ts';
import { LangevinError, toLangevinError } from '../../../errors.ts';
import { probeNames } from '../../../sampling/log-likelihood.ts';
import { rankBits, type RankedBits } from '../../../sampling/rank-bits.ts';
import type { EngineClient } from '../../engine/engine-client.ts';
import type { EngineJobs } from '../../engine/job-types.ts';
import { readInputFile } from '../../files/read-file.ts';
import { assertOutputs } from '../../files/output-guard.ts';
import { writeFileAtomically } from '../../files/write-file.ts';
import { modelPlaces } from '../command-files.ts';
import { withEngine } from '../engine.ts';
import { EXIT } from '../exit-codes.ts';
import {
  addNetworkOptions,
  addReportingOptions,
  number,
  whole,
  type NetworkFlags,
  type ReportingFlags,
} from '../options.ts';
import { Output } from '../output.ts';
import { formatDuration } from '../progress-bar.ts';
import { networkChoice } from '../requests.ts';
import { picturesIn } from './recommend.ts';

interface LikelihoodFlags extends NetworkFlags, ReportingFlags {
  readonly rtol?: number;
  readonly atol?: number;
  readonly probe?: (typeof probeNames)[number];
  readonly repeats?: number;
  readonly sigmaMin?: number;
  readonly sigmaMax?: number;
  readonly seed?: number;
  readonly crop?: number;
  readonly crops?: (typeof CROP_PLACEMENTS)[number];
  readonly roundTrip?: boolean;
  readonly map?: string;
}

/** `langevin likelihood IN…` */
export function likelihoodCommand(): Command {
  const command = new Command('likelihood')
    .description('bits per dimension of 8-bit pictures by the probability-flow ODE; see docs/likelihood.md')
    .argument('<picture...>', 'pictures, each measured by itself and ranked, or folders of pictures')
    .option('--rtol <r>', 'allowed relative error of a step of the solver [1e-4]', number)
    .option('--atol <a>', 'allowed absolute error of a step of the solver [1e-4]', number)
    .addOption(new Option('--probe <name>', 'random vectors of the trace estimator [rademacher]').choices(probeNames))
    .option('--repeats <n>', 'independent estimates, whose spread gives the standard error [3]', whole(1, 1000))
    .option('--sigma-min <s>', "noise level of the density, on pictures in [-1, 1] [the model's smallest]", number)
    .option('--sigma-max <s>', "noise level that counts as Gaussian [the model's largest]", number)
    .option('--seed <n>', 'seed of all randomness [0]', whole(0))
    .option(
      '--crop <pixels>',
      'side of the crops that larger pictures are measured on [64, and up to 128² pixels the whole picture]',
      whole(1, 65_535),
    )
    .addOption(
      new Option('--crops <place>', 'one crop in the middle, or as many side by side as fit [centre]').choices(
        CROP_PLACEMENTS,
      ),
    )
    .option('--round-trip', 'also decode the encoded picture and report how far it is from the original')
    .option('--map <file>', 'measure crops that cover the whole picture and paint their bits per dimension as a PNG');
  addReportingOptions(addNetworkOptions(command));
  return command.action((pictures: string[], flags: LikelihoodFlags) => measureAll(pictures, flags));
}

async function measureAll(given: readonly string[], flags: LikelihoodFlags): Promise<void> {
  const output = new Output(flags);
  const paths = await expanded(given);
  const measured: Omit<RankedBits, 'deviation'>[] = [];
  if (flags.map !== undefined) {
    if (paths.length > 1) {
      throw new LangevinError('invalid-argument', `--map is for one picture, but ${paths.length} were named.`);
    }
    await assertOutputs([flags.map], [...paths, ...modelPlaces(flags.model)]);
  }
  await withEngine(async (engine, signal) => {
    for (const path of paths) {
      try {
        const report = await measureOne(engine, signal, path, flags, output);
        output.result(sentence(path, report), { type: 'result', picture: path, ...report });
        const { bitsPerDimension, standardError } = report;
        measured.push({ name: path, bitsPerDimension, standardError });
      } catch (error) {
        // One picture is the command; of several, the others are still measured.
        if (paths.length === 1 || toLangevinError(error).code === 'cancelled') throw error;
        output.failure(error, { picture: path });
        process.exitCode = EXIT.failed;
      }
    }
  });
  if (measured.length < 2) return;
  const ranking = rankBits(measured);
  output.result(rankingText(ranking), { type: 'ranking', ranking });
}

/** Folders become the pictures in them. */
async function expanded(given: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const path of given) {
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const found = isFolder ? await picturesIn(path) : [path];
    if (found.length === 0) throw new LangevinError('nothing-to-do', `There are no pictures in ${path}.`);
    paths.push(...found);
  }
  return paths;
}

function rankingText(ranking: readonly RankedBits[]): string {
  const rows = ranking.map(({ name, bitsPerDimension, deviation }) => {
    const sign = deviation < 0 ? '−' : '+';
    return `  ${bitsPerDimension.toFixed(3)}  ${sign}${Math.abs(deviation).toFixed(1)}  ${name}`;
  });
  return ['The least likely first: bits/dim, robust standard deviations from the median, picture', ...rows].join('\n');
}

async function measureOne(
  engine: EngineClient<EngineJobs>,
  signal: AbortSignal,
  path: string,
  flags: LikelihoodFlags,
  output: Output,
): Promise<LikelihoodReport> {
  const picture = { name: path, bytes: await readInputFile(path) };
  const job: LikelihoodJob = {
    picture,
    network: networkChoice(flags),
    options: likelihoodOptions(flags),
    map: flags.map !== undefined,
  };
  const onPreview = (preview: unknown): void => {
    const progress = preview as LikelihoodProgress;
    const label = progress.crops > 1 ? `crop ${progress.crop + 1}/${progress.crops}` : path;
    output.progress(progress.fraction, progress.etaMs, label, { ...progress, picture: path });
  };
  const run = engine.run('likelihood', job, { signal, onPreview });
  for (;;) {
    const step = await run.next();
    if (step.done) return step.value;
    const event = step.value;
    if (event.type === 'notice') output.say(event.message, { ...event, picture: path });
    else if (event.type === 'crop') output.record({ ...event, picture: path });
    else if (flags.map !== undefined) {
      const { low, high } = event;
      await writeFileAtomically(flags.map, event.bytes);
      output.say(`Wrote ${flags.map}: dark ${low.toFixed(2)}, bright ${high.toFixed(2)} bits/dim.`, {
        type: 'output',
        picture: path,
        path: flags.map,
        low,
        high,
      });
    }
  }
}

/** What the flags leave open stays out, for the job's defaults. */
function likelihoodOptions(flags: LikelihoodFlags): NonNullable<LikelihoodJob['options']> {
  const names = [
    'rtol',
    'atol',
    'probe',
    'repeats',
    'sigmaMin',
    'sigmaMax',
    'seed',
    'crop',
    'crops',
    'roundTrip',
  ] as const;
  return Object.fromEntries(names.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]));
}

function sentence(path: string, report: LikelihoodReport): string {
  const { bitsPerDimension, standardError, crops, whole, roundTrip, vjps, seconds } = report;
  const [{ width, height }] = crops;
  const error = standardError === undefined ? '' : ` ± ${standardError.toFixed(4)}`;
  const where = whole
    ? 'the whole picture'
    : `${crops.length} crop${crops.length === 1 ? '' : 's'} of ${width} × ${height}`;
  const trip =
    roundTrip === undefined
      ? ''
      : `, round trip within ${roundTrip.max.toExponential(1)} (rms ${roundTrip.rms.toExponential(1)}) of [-1, 1]`;
  const cost = `${vjps} gradients, ${formatDuration(seconds * 1000)}`;
  return `${path}: ${bitsPerDimension.toFixed(4)}${error} bits/dim (${where}${trip}; ${cost})`;
}
