import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { SampleJob } from '../../../contract/jobs.ts';
import { LangevinError } from '../../../errors.ts';
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

interface SampleFlags extends SamplingFlags, NetworkFlags, ReportingFlags {
  readonly output: string;
  readonly count: number;
  readonly size: { readonly height: number; readonly width: number };
  readonly classifier?: string;
  readonly class?: number;
  readonly classifierScale?: number;
}

/** `langevin sample -o DIR` */
export function sampleCommand(): Command {
  const command = new Command('sample')
    .description('draw pictures from the network alone, without a measurement')
    .requiredOption('-o, --output <folder>', 'where to write sample-0001.png, …')
    .option('--count <k>', 'number of pictures', whole(1, 10_000), 4)
    .option('--size <HxW>', 'height and width, pixels', size, { height: 128, width: 128 })
    .option('--classifier <file>', 'guide to a class: ONNX, noisy x and sigma in, logits out')
    .option('--class <k>', 'the class to draw, from 0', whole(0))
    .option('--classifier-scale <s>', "factor of the classifier's score [1]", number);
  addReportingOptions(addNetworkOptions(addSamplingOptions(command)));
  return command.action((flags: SampleFlags) => drawSamples(flags));
}

async function drawSamples(flags: SampleFlags): Promise<void> {
  const output = new Output(flags);
  const classifier = await classifierOf(flags);
  await makeFolder(flags.output);
  await assertOutputs(
    Array.from({ length: flags.count }, (_, i) => samplePath(flags.output, i)),
    [...given(flags.classifier, flags.config), ...modelPlaces(flags.model)],
  );
  const job = {
    network: networkChoice(flags),
    count: flags.count,
    ...flags.size,
    options: { ...(await samplerOfConfig(flags.config)), ...samplingOptions(flags) },
    ...(classifier === undefined ? {} : { classifier }),
  };
  const paths: string[] = [];
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
        output.record({ type: 'output', sample: event.sample, path });
      } else if (event.type === 'step') {
        const label = `sample ${event.sample + 1}/${event.samples}, σ ${event.sigma.toPrecision(2)}`;
        output.progress(event.fraction, event.etaMs, label, event);
      }
    }
  });
  const passes = `${report.nfe} network passes, ${report.model} on ${report.provider}`;
  output.say(
    `Wrote ${paths.length} pictures to ${flags.output}: ${passes}, ${formatDuration(report.seconds * 1000)}.`,
    {
      type: 'result',
      outputs: paths,
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
  const { classifier: path, class: wanted, classifierScale } = flags;
  if (path === undefined && wanted === undefined && classifierScale === undefined) return undefined;
  if (path === undefined || wanted === undefined) {
    throw new LangevinError(
      'invalid-argument',
      `--classifier and --class go together, but --${path === undefined ? 'classifier' : 'class'} is missing.`,
    );
  }
  const file = { name: path, bytes: await readInputFile(path) };
  return { file, class: wanted, ...(classifierScale === undefined ? {} : { scale: classifierScale }) };
}

function samplePath(folder: string, sample: number): string {
  return join(folder, `sample-${`${sample + 1}`.padStart(4, '0')}.png`);
}

function size(text: string): { height: number; width: number } {
  const match = /^(\d+)x(\d+)$/i.exec(text);
  if (match === null) throw new InvalidArgumentError(`${JSON.stringify(text)} is not HEIGHTxWIDTH, such as 128x192.`);
  return { height: Number(match[1]), width: Number(match[2]) };
}
