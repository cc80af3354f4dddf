import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { LangevinError } from '../../../errors.ts';
import type { BetaSchedule, Manifest } from '../../../prior/manifest.ts';
import type { NetworkFacts } from '../../engine/import/network-facts.ts';
import { IDENTIFICATION_LIMITS } from '../../engine/job-limits.ts';
import { withEngine } from '../engine.ts';
import { addReportingOptions, integer, number, whole, type ReportingFlags } from '../options.ts';
import { Output } from '../output.ts';

interface ImportFlags extends ReportingFlags {
  readonly name?: string;
  readonly title?: string;
  readonly licence?: string;
  readonly time?: Manifest['time']['kind'];
  readonly timeFactor?: number;
  readonly betas: string;
  readonly prediction?: Manifest['prediction'];
  readonly sde?: Manifest['sde']['name'];
  readonly dataAt?: '0' | '1';
  readonly range?: string;
  readonly channels?: '1' | '3';
  readonly channelOrder?: 'rgb' | 'bgr';
  readonly colourBy?: 'channels' | 'luma';
  readonly input: Readonly<Record<string, number | number[]>>;
  readonly classes?: number;
  readonly nullClass?: number | 'zeros';
  readonly output?: string;
  readonly stride?: number;
  readonly receptiveField?: number;
  readonly sigmaMin?: number;
  readonly sigmaMax?: number;
  readonly sigmaData?: number;
  readonly replace?: boolean;
  readonly keepFailing?: boolean;
}

const schedules = ['linear', 'scaled_linear', 'squaredcos_cap_v2', 'sigmoid', 'logsnr_sigmoid'] as const;

/** `langevin models import FOLDER|NETWORK.onnx` */
export function importCommand(): Command {
  const command = new Command('import')
    .description(
      'add a network of your own: a model folder, an ONNX file, or a folder that an exporter wrote (diffusers, …); ' +
        'what you do not say of it is read from the files beside it, or measured',
    )
    .argument('<folder|file>')
    .option('--name <name>', 'of the model: lower-case letters, digits, dot, dash; by default after the file')
    .option('--title <text>', 'a line about it')
    .option('--licence <text>', 'of the weights')
    .addOption(
      new Option('--time <kind>', 'what the time input is').choices([
        'none',
        'sigma',
        'log_sigma/4',
        'log_sigma',
        't',
        'ddpm-index',
      ]),
    )
    .option(
      '--time-factor <f>',
      'with --time t: the input is f·t, t in [0, 1] (999); with log_sigma: f·ln σ (1)',
      number,
    )
    .option(
      '--betas <table>',
      `with --time ddpm-index: first,last,count of a linear table, or one of ${schedules.join(', ')}, as it is or with ` +
        'them behind a colon',
      '0.0001,0.02,1000',
    )
    .addOption(
      new Option('--prediction <what>', 'what comes out').choices([
        'denoised',
        'epsilon',
        'score',
        'v',
        'edm-F',
        'velocity',
        'residual',
      ]),
    )
    .addOption(new Option('--sde <name>', 'the SDE it was trained under').choices(['ve', 'vp', 'subvp', 'edm', 'flow']))
    .addOption(new Option('--data-at <t>', 'with --sde flow: the time of the picture').choices(['0', '1']))
    .option('--range <black,white>', "the network's values of black and white, such as 0,1")
    .addOption(
      new Option('--channels <n>', 'of the pictures: 3 with a grey network takes it channel by channel').choices([
        '1',
        '3',
      ]),
    )
    .addOption(new Option('--channel-order <order>', 'of the colours in the file').choices(['rgb', 'bgr']))
    .addOption(
      new Option('--colour-by <what>', 'with --channels 3, what a grey network takes of a colour picture').choices([
        'channels',
        'luma',
      ]),
    )
    .option('--input <name=value>', 'the value of a further input, such as a class; may be given again', inputValue, {})
    .option('--classes <n>', 'how many classes the network can be told of, where its file does not say', integer)
    .option(
      '--null-class <k|zeros>',
      'what stands for no class: its number, or zeros of a vector; for --guidance',
      (text) => (text === 'zeros' ? text : whole(0)(text)),
    )
    .option('--output <name>', 'of a file with several outputs')
    .option('--stride <pixels>', 'height and width must be multiples of it', integer)
    .option('--receptive-field <pixels>', 'how far an output pixel sees, across', integer)
    .option('--sigma-min <s>', 'least noise level seen in training', number)
    .option('--sigma-max <s>', 'greatest noise level seen in training', number)
    .option('--sigma-data <s>', 'standard deviation of the training pictures in [-1, 1]', number)
    .option('--keep-failing', 'import a model that does not pass its check; it says so whenever it is used')
    .option('--replace', 'replace a model of yours that has the same name');
  return addReportingOptions(command).action((source: string, flags: ImportFlags) => importModel(source, flags));
}

async function importModel(source: string, flags: ImportFlags): Promise<void> {
  const output = new Output(flags);
  const request = {
    source: resolve(source),
    replace: flags.replace ?? false,
    keepFailing: flags.keepFailing ?? false,
    facts: networkFacts(flags),
  };
  const { manifest, folder, check } = await withEngine(async (engine, signal) => {
    const run = engine.run('models-import', request, { signal, limits: IDENTIFICATION_LIMITS });
    for (;;) {
      const step = await run.next();
      if (step.done) return step.value;
      const { level, check: name, message } = step.value;
      output.say(`${level.padEnd(8)}${name}: ${message}`, { type: 'finding', ...step.value });
    }
  });
  const passed = check.ok ? '' : ' It did not pass its check.';
  output.result(`Imported ${manifest.name} into ${folder}.${passed} Use it with --model ${manifest.name}.`, {
    type: 'result',
    manifest,
    folder,
  });
}

function networkFacts(flags: ImportFlags): NetworkFacts {
  const { name, title, licence, prediction, channelOrder, colourBy, stride, receptiveField } = flags;
  const { sigmaMin, sigmaMax, sigmaData, input, output, channels, classes, nullClass } = flags;
  const told = {
    ...{
      name,
      title,
      licence,
      prediction,
      channelOrder,
      colourBy,
      stride,
      receptiveField,
      sigmaMin,
      sigmaMax,
      sigmaData,
      output,
      classes,
      nullClass,
    },
    time: timeInput(flags),
    sde: trainingSde(flags),
    range: flags.range === undefined ? undefined : range(flags.range),
    channels: channels === undefined ? undefined : channels === '1' ? 1 : 3,
    extraInputs: Object.keys(input).length === 0 ? undefined : input,
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as NetworkFacts;
}

function timeInput({ time, timeFactor, betas }: ImportFlags): Manifest['time'] | undefined {
  switch (time) {
    case 't':
      return { kind: time, factor: timeFactor ?? 999 };
    case 'log_sigma':
      return { kind: time, factor: timeFactor ?? 1 };
    case 'ddpm-index':
      return { kind: time, betas: betaSchedule(betas) };
    default:
      return time === undefined ? undefined : { kind: time };
  }
}

function betaSchedule(text: string): BetaSchedule {
  const [named, numbers = ''] = /^[a-z_]/.test(text) ? text.split(':') : ['linear', text];
  const schedule = schedules.find((name) => name === named);
  const [first, last, count] = numbers === '' ? [1e-4, 0.02, 1000] : numbers.split(',').map(Number);
  const isTable = [first, last, count].every((value) => value > 0) && Number.isInteger(count) && count >= 2;
  if (schedule === undefined || !isTable) {
    throw new LangevinError(
      'invalid-argument',
      `--betas takes first,last,count such as 0.0001,0.02,1000, or ${schedules.join(', ')}; got ${text}.`,
    );
  }
  return { schedule, first, last, count, zeroSnr: false };
}

function trainingSde({ sde, dataAt }: ImportFlags): Manifest['sde'] | undefined {
  switch (sde) {
    case 'vp':
    case 'subvp':
      return { name: sde, betaMin: 0.1, betaMax: 20 };
    case 'flow':
      return { name: sde, dataAt: dataAt === '1' ? 1 : 0 };
    default:
      return sde === undefined ? undefined : { name: sde };
  }
}

function range(text: string): [number, number] {
  const [black, white, ...rest] = text.split(',').map(Number);
  if (rest.length === 0 && black < white) return [black, white];
  throw new LangevinError('invalid-argument', `--range takes black,white such as 0,1; got ${text}.`);
}

function inputValue(
  text: string,
  earlier: Readonly<Record<string, number | number[]>>,
): Record<string, number | number[]> {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  const numbers = value?.split(',').map(Number);
  if (numbers === undefined || !numbers.every(Number.isFinite)) {
    throw new LangevinError(
      'invalid-argument',
      `--input takes a name and numbers, such as class_labels=3; got ${text}.`,
    );
  }
  return { ...earlier, [name]: numbers.length === 1 ? numbers[0] : numbers };
}
