import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { SampleJob } from '../../../contract/jobs.ts';
import { counted } from '../../../counted.ts';
import { LangevinError } from '../../../errors.ts';
import { decodePicture } from '../../../images/decode.ts';
import { encodePicture } from '../../../images/encode.ts';
import { ContactSheet } from '../../../restore/contact-sheet.ts';
import { readInputFile } from '../../files/read-file.ts';
import { assertOutputs } from '../../files/output-guard.ts';
import { makeFolder, writeFileAtomically } from '../../files/write-file.ts';
import { given, modelPlaces } from '../command-files.ts';
import { withEngine } from '../engine.ts';
import {
  addNetworkOptions,
  addReportingOptions,
  addSamplingOptions,
  number,
  whole,
  type NetworkFlags,
  type ReportingFlags,
  type SamplingFlags,
} from '../options.ts';
import { Output } from '../output.ts';
import { formatDuration } from '../progress-bar.ts';
import { networkChoice, readSamplingOptions, samplingOptions } from '../requests.ts';
import { Trajectory } from '../trajectory.ts';

interface SampleFlags extends SamplingFlags, NetworkFlags, ReportingFlags {
  readonly output: string;
  readonly count: number;
  readonly size?: { readonly height: number; readonly width: number };
  readonly classifier?: string;
  readonly class?: number | 'all';
  readonly guidance?: number;
  readonly classifierScale?: number;
  readonly grid?: string;
  readonly trajectory?: string;
}

/** `langevin sample -o DIR` */
export function sampleCommand(): Command {
  const command = new Command('sample')
    .description('draw pictures from the network alone, without a measurement')
    .requiredOption('-o, --output <folder>', 'where to write sample-0001.png, …')
    .option('--count <k>', 'number of pictures', whole(1, 10_000), 4)
    .option('--size <HxW>', "height and width, pixels [the model's, or 128x128]", size)
    .option('--class <k|all>', 'the class to draw, from 0; all: so many pictures of each, a row each', (text) =>
      text === 'all' ? 'all' : whole(0)(text),
    )
    .option('--guidance <s>', "factor of the classifier's score: 1 is Bayes' rule, more the surest [1]", number)
    .option('--classifier <file>', "the classifier, where it is not the model's own: ONNX, x and sigma in, logits out")
    .addOption(new Option('--classifier-scale <s>', 'the same as --guidance').argParser(number).hideHelp())
    .option('--grid <file>', 'also write all pictures on one, PNG')
    .option('--trajectory <file>', 'also write the way of the first picture from noise: .gif moving, .png as a strip');
  addReportingOptions(addNetworkOptions(addSamplingOptions(command)));
  return command.action((flags: SampleFlags) => drawSamples(flags));
}

async function drawSamples(flags: SampleFlags): Promise<void> {
  const output = new Output(flags);
  const classifier = await classifierOf(flags);
  const trajectory = flags.trajectory === undefined ? undefined : new Trajectory(flags.trajectory);
  await makeFolder(flags.output);
  await assertOutputs(
    [
      ...Array.from({ length: flags.count }, (_, i) => samplePath(flags.output, i)),
      ...given(flags.grid, flags.trajectory),
    ],
    [...given(flags.classifier, flags.config), ...modelPlaces(flags.model)],
  );
  const job = {
    network: networkChoice(flags),
    count: flags.count,
    ...flags.size,
    options: { ...(await samplerOfConfig(flags.config)), ...samplingOptions(flags) },
    ...(classifier === undefined ? {} : { classifier }),
    frames: trajectory === undefined ? ('none' as const) : ('raw' as const),
  };
  const paths: string[] = [];
  const drawn: Uint8Array[] = [];
  const report = await withEngine(async (engine, signal) => {
    const steps = engine.run('sample', job, { signal });
    for (;;) {
      const step = await steps.next();
      if (step.done) return step.value;
      const event = step.value;
      if (event.type === 'notice') {
        output.say(event.message, event);
      } else if (event.type === 'picture') {
        const path = samplePath(flags.output, event.sample);
        await writeFileAtomically(path, event.bytes);
        paths.push(path);
        if (flags.grid !== undefined) drawn.push(event.bytes);
        output.record({ type: 'output', sample: event.sample, path });
      } else if (event.type === 'step') {
        if (event.sample === 0) trajectory?.add(event);
        const { state: _state, denoised: _denoised, ...progress } = event;
        const label = `sample ${event.sample + 1}/${event.samples}, σ ${event.sigma.toPrecision(2)}`;
        output.progress(event.fraction, event.etaMs, label, progress);
      }
    }
  });
  const perRow = report.classes === undefined ? undefined : report.count / report.classes;
  if (flags.grid !== undefined) await writeFileAtomically(flags.grid, await gridOf(drawn, perRow));
  if (trajectory !== undefined && flags.trajectory !== undefined) {
    await writeFileAtomically(flags.trajectory, await trajectory.bytes());
  }
  const more = given(flags.grid, flags.trajectory);
  const passes = `${counted(report.nfe, 'network pass', 'network passes')}, ${report.model} on ${report.provider}`;
  output.say(
    `Wrote ${counted(paths.length, 'picture')} to ${[flags.output, ...more].join(', ')}: ${passes}, ${formatDuration(report.seconds * 1000)}.`,
    {
      type: 'result',
      outputs: [...paths, ...more],
      ...report,
    },
  );
}

/** The prior alone has no solver, and `--count` says how many. */
async function samplerOfConfig(path: string | undefined): Promise<SampleJob['options']> {
  const { solver: _solver, methodOptions: _own, samples: _samples, ...sampler } = await readSamplingOptions(path);
  return sampler;
}

async function classifierOf(flags: SampleFlags): Promise<SampleJob['classifier']> {
  const { classifier: path, class: wanted, classifierScale, guidance = classifierScale } = flags;
  if (path === undefined && wanted === undefined && guidance === undefined) return undefined;
  if (wanted === undefined) {
    const what = path === undefined ? '--guidance leads' : '--classifier leads';
    throw new LangevinError('invalid-argument', `${what} to a class, but --class is missing: a number, or all.`);
  }
  const file = path === undefined ? {} : { file: { name: path, bytes: await readInputFile(path) } };
  return { ...file, class: wanted, ...(guidance === undefined ? {} : { scale: guidance }) };
}

/** The pictures on one, in rows of `perRow`. */
async function gridOf(pictures: readonly Uint8Array[], perRow: number | undefined): Promise<Uint8Array> {
  const sheet = new ContactSheet(perRow);
  for (const bytes of pictures) sheet.add(await decodePicture(bytes, 'a sample'));
  return encodePicture(sheet.picture(), { format: 'png' });
}

function samplePath(folder: string, sample: number): string {
  return join(folder, `sample-${`${sample + 1}`.padStart(4, '0')}.png`);
}

function size(text: string): { height: number; width: number } {
  const match = /^(\d+)x(\d+)$/i.exec(text);
  if (match === null) throw new InvalidArgumentError(`${JSON.stringify(text)} is not HEIGHTxWIDTH, such as 128x192.`);
  return { height: Number(match[1]), width: Number(match[2]) };
}
