import { join, parse, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { OUTPUT_FORMATS, type JobProgress, type RestoreJob, type RestoreReport } from '../../../contract/jobs.ts';
import { TASKS, type Task } from '../../../contract/restore-options.ts';
import { LangevinError } from '../../../errors.ts';
import { chooseOutputFormat, formatOfExtension } from '../../../images/formats.ts';
import { readInputFile } from '../../files/read-file.ts';
import { assertWritable, makeFolder, writeFileAtomically } from '../../files/write-file.ts';
import { withEngine } from '../engine.ts';
import {
  addNetworkOptions,
  addReportingOptions,
  addSamplingOptions,
  integer,
  number,
  type NetworkFlags,
  type ReportingFlags,
  type SamplingFlags,
} from '../options.ts';
import { Output } from '../output.ts';
import { formatDuration } from '../progress-bar.ts';
import { networkChoice, samplingOptions } from '../requests.ts';

interface RestoreFlags extends SamplingFlags, NetworkFlags, ReportingFlags {
  readonly output: string;
  readonly task: Task;
  readonly mask?: string;
  readonly scale?: '2' | '3' | '4';
  readonly blurSigma?: number;
  readonly noise?: number;
  readonly samples: number;
  readonly tile?: number;
  readonly format?: (typeof OUTPUT_FORMATS)[number];
  readonly quality?: number;
  readonly saveSteps?: string;
}

/** `langevin restore IN -o OUT --task …` */
export function restoreCommand(): Command {
  const command = new Command('restore')
    .description('restore one picture')
    .argument('<picture>', 'JPEG, PNG, WebP or TIFF')
    .requiredOption('-o, --output <file>', 'where to write the result; its ending chooses the format')
    .addOption(new Option('--task <name>', 'what is damaged').choices(TASKS).makeOptionMandatory())
    .option('--mask <file>', 'inpaint: white where the picture is to be restored, the size of the picture as displayed')
    .addOption(new Option('--scale <n>', 'super-resolve: enlargement').choices(['2', '3', '4']))
    .option('--blur-sigma <s>', 'deblur: standard deviation of the blur, pixels', number)
    .option('--noise <s>', 'standard deviation of the noise, 0 to 255', number)
    .option('--solver <name>', 'how the measurement guides the sampling; the best for the task unless given');
  addNetworkOptions(addSamplingOptions(command))
    .option('--samples <k>', 'number of posterior samples, written as OUT-1, OUT-2, …', integer, 1)
    .option(
      '--tile <pixels>',
      'side of the largest tile that the network sees at once; less needs less memory',
      integer,
    )
    .addOption(new Option('--format <name>', 'format of the result, when not by its ending').choices(OUTPUT_FORMATS))
    .option('--quality <q>', 'JPEG and WebP: 1 to 100', integer)
    .option('--save-steps <folder>', 'write x_t and the estimate of x0 of every step as PNG');
  addReportingOptions(command);
  return command.action((picture: string, flags: RestoreFlags) => restoreFile(picture, flags));
}

async function restoreFile(path: string, flags: RestoreFlags): Promise<void> {
  const output = new Output(flags);
  if (resolve(path) === resolve(flags.output)) {
    throw new LangevinError(
      'invalid-argument',
      `The result would overwrite the original ${path}; give -o another name.`,
    );
  }
  const picture = { name: path, bytes: await readInputFile(path) };
  const mask = flags.mask === undefined ? undefined : { name: flags.mask, bytes: await readInputFile(flags.mask) };
  const names = outputNames(flags.output, flags.samples);
  for (const name of names) await assertWritable(name);
  if (flags.saveSteps !== undefined) await makeFolder(flags.saveSteps);
  const format = flags.format ?? formatOfExtension(flags.output);
  // A name without an ending takes the format of the input; an ending that no format has is an error here.
  if (format === undefined) chooseOutputFormat(flags.output, 'png');

  const job: RestoreJob = {
    picture,
    ...(mask === undefined ? {} : { mask }),
    options: {
      task: flags.task,
      ...samplingOptions(flags),
      samples: flags.samples,
      ...(flags.scale === undefined ? {} : { scale: Number(flags.scale) as 2 | 3 | 4 }),
      ...(flags.blurSigma === undefined ? {} : { blurSigma: flags.blurSigma }),
      ...(flags.noise === undefined ? {} : { noise: flags.noise }),
      ...(flags.tile === undefined ? {} : { tile: flags.tile }),
    },
    network: networkChoice(flags),
    ...(format === undefined
      ? {}
      : { encoding: { format, ...(flags.quality === undefined ? {} : { quality: flags.quality }) } }),
    frames: flags.saveSteps === undefined ? 'none' : 'png',
  };

  const report = await withEngine(async (engine, signal) => {
    const steps = engine.run('restore', job, { signal });
    for (;;) {
      const step = await steps.next();
      if (step.done) return step.value;
      const event = step.value;
      if (event.type === 'notice') {
        output.say(event.message, event);
      } else if (event.type === 'picture') {
        await writeFileAtomically(names[event.sample], event.bytes);
        output.record({ type: 'output', sample: event.sample, path: names[event.sample] });
      } else {
        if (flags.saveSteps !== undefined) await saveStep(flags.saveSteps, event);
        const { state: _state, denoised: _denoised, ...progress } = event;
        output.progress(event.fraction, event.etaMs, label(event), progress);
      }
    }
  });
  output.say(summary(names, report), { type: 'result', outputs: names, ...report });
}

/** out.png → out.png, or out-1.png, out-2.png … for several samples. */
function outputNames(path: string, samples: number): string[] {
  if (samples === 1) return [path];
  const { dir, name, ext } = parse(path);
  return Array.from({ length: samples }, (_, i) => join(dir, `${name}-${i + 1}${ext}`));
}

async function saveStep(folder: string, event: JobProgress): Promise<void> {
  const name = [
    `${event.step}`.padStart(5, '0'),
    ...(event.samples > 1 ? [`sample${event.sample + 1}`] : []),
    ...(event.windows > 1 ? [`window${event.window + 1}`] : []),
    `sigma${event.sigmaNext.toPrecision(3)}`,
  ].join('-');
  if (event.state) await writeFileAtomically(join(folder, `${name}-xt.png`), event.state.bytes);
  if (event.denoised) await writeFileAtomically(join(folder, `${name}-x0.png`), event.denoised.bytes);
}

function label({ sample, samples, window, windows, sigma, stage }: JobProgress): string {
  return [
    ...(samples > 1 ? [`sample ${sample + 1}/${samples}`] : []),
    ...(windows > 1 ? [`window ${window + 1}/${windows}`] : []),
    ...(stage === 'coarse' ? ['coarse'] : []),
    `σ ${sigma.toPrecision(2)}`,
  ].join(', ');
}

function summary(names: readonly string[], report: RestoreReport): string {
  const passes = `${report.nfe} network passes${report.vjps > 0 ? ` (${report.vjps} with gradient)` : ''}`;
  const on = `${report.model} on ${report.provider}`;
  return `Wrote ${names.join(', ')}: ${report.solver}, ${passes}, ${on}, ${formatDuration(report.seconds * 1000)}.`;
}
