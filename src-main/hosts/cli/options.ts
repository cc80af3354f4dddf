import { InvalidArgumentError, Option, type Command } from 'commander';
import { PROVIDERS } from '../../contract/jobs.ts';
import { PRESETS, SDE_NAMES, type Preset } from '../../contract/restore-options.ts';
import { ENSEMBLE_SIZES, type EnsembleSize } from '../../prior/symmetric.ts';
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
  readonly sigmaMin?: number;
  readonly rho?: number;
  readonly sdeOption?: Readonly<Record<string, number>>;
  readonly langevinSteps?: number;
  readonly langevinStep?: number;
  readonly rtol?: number;
  readonly atol?: number;
  readonly methodOption?: Readonly<Record<string, number | boolean | string | null>>;
  readonly schedule?: (typeof scheduleNames)[number];
  readonly eta?: number;
  readonly seed?: number;
  readonly config?: string;
}

/** How much a restoration may cost. */
export interface EffortFlags {
  readonly preset?: Preset;
  readonly ensemble?: EnsembleSize;
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

/** A commander parser of `name=value` pairs of numbers, for options that may be repeated. */
export function collectNumber(text: string, before: Readonly<Record<string, number>> = {}): Record<string, number> {
  const [name, value] = namedValue(text);
  return { ...before, [name]: number(value) };
}

/** As `collectNumber`; values are numbers, true, false, null or else text. */
export function collectValue(
  text: string,
  before: Readonly<Record<string, number | boolean | string | null>> = {},
): Record<string, number | boolean | string | null> {
  const [name, value] = namedValue(text);
  const words: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };
  if (value in words) return { ...before, [name]: words[value] };
  return { ...before, [name]: value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value };
}

function namedValue(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) {
    throw new InvalidArgumentError(`${JSON.stringify(text)} is not NAME=VALUE, such as iterations=3.`);
  }
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** A commander parser of the number of symmetries. */
function ensembleSize(text: string): EnsembleSize {
  const size = ENSEMBLE_SIZES.find((known) => known === Number(text));
  if (size === undefined) {
    throw new InvalidArgumentError(`${JSON.stringify(text)} is none of ${ENSEMBLE_SIZES.join(', ')}.`);
  }
  return size;
}

export function addEffortOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--preset <name>',
        'instant fills holes without a network, best averages more runs; super-resolve: fast, balanced, faithful (the mean of runs)',
      )
        .choices(PRESETS)
        .default(undefined, 'balanced'),
    )
    .option('--ensemble <n>', 'mean of n runs with the picture mirrored and turned: 1, 2, 4 or 8', ensembleSize);
}

/** A commander parser of whole numbers from `least` to `greatest`. */
export function whole(least: number, greatest = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => within(integer(text), least, greatest, 'a whole number');
}

/** A commander parser of numbers from `least` to `greatest`; with `open`, above `least`. */
export function decimal(least: number, greatest = Infinity, { open = false } = {}): (text: string) => number {
  return (text) => {
    const value = within(number(text), least, greatest, 'a number');
    if (open && value === least) throw new InvalidArgumentError(`It must be above ${least}.`);
    return value;
  };
}

function within(value: number, least: number, greatest: number, what: string): number {
  if (value >= least && value <= greatest) return value;
  const range =
    greatest >= Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${greatest.toLocaleString('en')}`;
  throw new InvalidArgumentError(`It must be ${what} ${range}, not ${value}.`);
}

export function addSamplingOptions(command: Command): Command {
  return command
    .addOption(new Option('--sde <name>', 'time scale and stochastic steps of this SDE').choices(SDE_NAMES))
    .addOption(new Option('--predictor <name>', 'update from one noise level to the next').choices(samplerNames))
    .addOption(new Option('--corrector <name>', 'Langevin updates at each noise level').choices(correctorNames))
    .option('--snr <r>', 'signal-to-noise ratio of the corrector', decimal(0, 10, { open: true }))
    .option('--corrector-steps <n>', 'corrector updates at each noise level', whole(1, 100))
    .option('--steps <n>', 'number of noise levels', whole(1, 10_000))
    .option('--sigma-max <s>', 'noise level to start from, on pictures in [-1, 1]', decimal(0, 1000, { open: true }))
    .option('--sigma-min <s>', 'lowest noise level before 0', number)
    .addOption(new Option('--schedule <name>', 'spacing of the noise levels').choices(scheduleNames))
    .option('--rho <r>', 'exponent of the karras schedule', number)
    .option('--sde-option <name=value>', 'a parameter of the SDE, such as betaMax=20; may be repeated', collectNumber)
    .option('--langevin-steps <t>', 'annealed-langevin: updates at each noise level', whole(1, 1000))
    .option('--langevin-step <a>', 'annealed-langevin: step, in units of the squared noise level', number)
    .option('--rtol <r>', 'rk45: allowed relative error of a step [1e-4]', decimal(0, 1, { open: true }))
    .option('--atol <a>', 'rk45: allowed absolute error of a step [1e-4]', decimal(0, 1, { open: true }))
    .option('--eta <e>', 'share of fresh noise in a ddim or renoise step: 0 none, 1 all', decimal(0, 1))
    .option('--seed <n>', 'seed of all randomness [0]', whole(0))
    .option('--config <file>', 'these options of sampling from a JSON file, or those of a report; flags go first');
}

/** Which likelihood method, and its own options; not for commands without a measurement. */
export function addSolverOptions(command: Command): Command {
  return command
    .option('--solver <name>', 'how the measurement guides the sampling; the best for the task unless given')
    .option(
      '--method-option <name=value>',
      'an option of the solver itself; may be repeated (langevin solvers NAME lists them)',
      collectValue,
    );
}

/** @param model  false where the command names its model as an argument. */
export function addNetworkOptions(command: Command, { model }: { readonly model: boolean } = { model: true }): Command {
  if (model) {
    command.option('--model <name|folder>', 'score network: an installed one or a folder with manifest.json', 'photo');
  }
  return command
    .addOption(new Option('--provider <name>', 'what the network runs on').choices(PROVIDERS).default('auto'))
    .option('--threads <n>', 'threads of the network on the CPU', whole(1, 256));
}

export function addReportingOptions(command: Command): Command {
  return command.option('--json', 'one JSON object a line on stdout').option('--quiet', 'say nothing but errors');
}
