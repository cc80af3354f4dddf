import { InvalidArgumentError, Option, type Command } from 'commander';
import { PROVIDERS } from '../../contract/jobs.ts';
import { SDE_NAMES } from '../../contract/restore-options.ts';
import { correctorNames } from '../../sampling/corrector.ts';
import { samplerNames } from '../../restore/settings.ts';
import { scheduleNames } from '../../sampling/schedule.ts';

/** Values of the options that several commands share, as commander gives them. */
export interface SamplingFlags {
  readonly solver?: string;
  readonly sde?: (typeof SDE_NAMES)[number];
  readonly predictor?: string;
  readonly corrector?: string;
  readonly snr?: number;
  readonly correctorSteps?: number;
  readonly steps?: number;
  readonly sigmaMax?: number;
  readonly schedule?: (typeof scheduleNames)[number];
  readonly eta?: number;
  readonly seed?: number;
}

export interface NetworkFlags {
  readonly model: string;
  readonly provider: (typeof PROVIDERS)[number];
  readonly threads?: number;
}

export interface ReportingFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** A commander parser of decimal numbers. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError(`${JSON.stringify(text)} is not a number.`);
  return value;
}

/** A commander parser of whole numbers. */
export function integer(text: string): number {
  const value = number(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError(`${JSON.stringify(text)} is not a whole number.`);
  return value;
}

export function addSamplingOptions(command: Command): Command {
  return command
    .addOption(new Option('--sde <name>', 'time scale and stochastic steps of this SDE').choices(SDE_NAMES))
    .addOption(new Option('--predictor <name>', 'update from one noise level to the next').choices(samplerNames))
    .addOption(new Option('--corrector <name>', 'Langevin updates at each noise level').choices(correctorNames))
    .option('--snr <r>', 'signal-to-noise ratio of the corrector', number)
    .option('--corrector-steps <n>', 'corrector updates at each noise level', integer)
    .option('--steps <n>', 'number of noise levels', integer)
    .option('--sigma-max <s>', 'noise level to start from, on pictures in [-1, 1]', number)
    .addOption(new Option('--schedule <name>', 'spacing of the noise levels').choices(scheduleNames))
    .option('--eta <e>', 'share of fresh noise in a ddim step, 0 to 1', number)
    .option('--seed <n>', 'seed of all randomness', integer, 0);
}

/** @param model  false where the command names its model as an argument. */
export function addNetworkOptions(command: Command, { model }: { readonly model: boolean } = { model: true }): Command {
  if (model) {
    command.option('--model <name|folder>', 'score network: an installed one or a folder with manifest.json', 'photo');
  }
  return command
    .addOption(new Option('--provider <name>', 'what the network runs on').choices(PROVIDERS).default('auto'))
    .option('--threads <n>', 'threads of the network on the CPU', integer);
}

export function addReportingOptions(command: Command): Command {
  return command.option('--json', 'one JSON object a line on stdout').option('--quiet', 'say nothing but errors');
}
