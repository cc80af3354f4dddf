import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { LangevinError } from '../../../errors.ts';
import type { Manifest } from '../../../prior/manifest.ts';
import type { NetworkFacts } from '../../engine/describe-network.ts';
import { INSPECTION_LIMITS } from '../../engine/job-limits.ts';
import { withEngine } from '../engine.ts';
import { addReportingOptions, integer, number, type ReportingFlags } from '../options.ts';
import { Output } from '../output.ts';

interface ImportFlags extends ReportingFlags {
  readonly name?: string;
  readonly title?: string;
  readonly licence?: string;
  readonly time: Manifest['time']['kind'];
  readonly timeFactor: number;
  readonly betas: string;
  readonly prediction: Manifest['prediction'];
  readonly sde: Manifest['sde']['name'];
  readonly stride?: number;
  readonly receptiveField?: number;
  readonly sigmaMin?: number;
  readonly sigmaMax?: number;
  readonly sigmaData?: number;
  readonly replace?: boolean;
}

/** `langevin models import FOLDER|NETWORK.onnx` */
export function importCommand(): Command {
  const command = new Command('import')
    .description('add a network of your own: a model folder, or an ONNX file and what its time input and output mean')
    .argument('<folder|file>')
    .option('--name <name>', 'of an ONNX file: the name of the model; lower-case letters, digits, dot, dash')
    .option('--title <text>', 'a line about it')
    .option('--licence <text>', 'of the weights')
    .addOption(
      new Option('--time <kind>', 'what the time input is')
        .choices(['sigma', 'log_sigma/4', 't', 'ddpm-index'])
        .default('sigma'),
    )
    .option('--time-factor <f>', 'with --time t: the input is f·t, t in [0, 1] (score_sde: 999)', number, 999)
    .option('--betas <first,last,count>', 'with --time ddpm-index: the linear table of betas', '0.0001,0.02,1000')
    .addOption(
      new Option('--prediction <what>', 'what comes out')
        .choices(['denoised', 'epsilon', 'score', 'v'])
        .default('denoised'),
    )
    .addOption(
      new Option('--sde <name>', 'the SDE it was trained under').choices(['ve', 'vp', 'subvp', 'edm']).default('edm'),
    )
    .option('--stride <pixels>', 'height and width must be multiples of it', integer)
    .option('--receptive-field <pixels>', 'how far an output pixel sees, across', integer)
    .option('--sigma-min <s>', 'least noise level seen in training', number)
    .option('--sigma-max <s>', 'greatest noise level seen in training', number)
    .option('--sigma-data <s>', 'standard deviation of the training pictures in [-1, 1]', number)
    .option('--replace', 'replace a model of yours that has the same name');
  return addReportingOptions(command).action((source: string, flags: ImportFlags) => importModel(source, flags));
}

async function importModel(source: string, flags: ImportFlags): Promise<void> {
  const output = new Output(flags);
  const facts = flags.name === undefined ? undefined : networkFacts(flags.name, flags);
  const request = { source: resolve(source), replace: flags.replace ?? false, ...(facts && { facts }) };
  const { manifest, folder } = await withEngine(async (engine, signal) => {
    const run = engine.run('models-import', request, { signal, limits: INSPECTION_LIMITS });
    for (;;) {
      const step = await run.next();
      if (step.done) return step.value;
      const { level, check, message } = step.value;
      output.say(`${level.padEnd(8)}${check}: ${message}`, { type: 'finding', ...step.value });
    }
  });
  output.result(`Imported ${manifest.name} into ${folder}. Use it with --model ${manifest.name}.`, {
    type: 'result',
    manifest,
    folder,
  });
}

function networkFacts(name: string, flags: ImportFlags): NetworkFacts {
  const { title, licence, prediction, sde, stride, receptiveField, sigmaMin, sigmaMax, sigmaData } = flags;
  const told = { title, licence, stride, receptiveField, sigmaMin, sigmaMax, sigmaData };
  return {
    name,
    time: timeInput(flags),
    prediction,
    sde: { name: sde },
    ...(Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as Partial<NetworkFacts>),
  };
}

function timeInput({ time, timeFactor, betas }: ImportFlags): Manifest['time'] {
  if (time === 't') return { kind: time, factor: timeFactor };
  if (time !== 'ddpm-index') return { kind: time };
  const [first, last, count] = betas.split(',').map(Number);
  if (![first, last, count].every((value) => value > 0) || !Number.isInteger(count) || count < 2) {
    throw new LangevinError(
      'invalid-argument',
      `--betas takes first,last,count such as 0.0001,0.02,1000; got ${betas}.`,
    );
  }
  return {
    kind: time,
    betas: Array.from({ length: count }, (_, i) => first + ((last - first) * i) / (count - 1)),
  };
}
