import { parse } from 'node:path';
import { Command } from 'commander';
import type { EncodeJob, LatentProgress } from '../../../contract/latent-job.ts';
import { counted } from '../../../counted.ts';
import { LangevinError } from '../../../errors.ts';
import { readInputFile } from '../../files/read-file.ts';
import { assertOutputs } from '../../files/output-guard.ts';
import { writeFileAtomically } from '../../files/write-file.ts';
import { modelPlaces } from '../command-files.ts';
import { withEngine } from '../engine.ts';
import { addNetworkOptions, addReportingOptions, number, type NetworkFlags, type ReportingFlags } from '../options.ts';
import { Output } from '../output.ts';
import { formatDuration } from '../progress-bar.ts';
import { networkChoice } from '../requests.ts';

interface EncodeFlags extends NetworkFlags, ReportingFlags {
  readonly output: string;
  readonly rtol?: number;
  readonly atol?: number;
  readonly sigmaMin?: number;
  readonly sigmaMax?: number;
}

/** `langevin encode IN -o LATENT.npy` */
export function encodeCommand(): Command {
  const command = new Command('encode')
    .description('the latent of a picture by the probability-flow ODE, which decode turns back')
    .argument('<picture>', 'JPEG, PNG, WebP or TIFF')
    .requiredOption('-o, --output <file>', 'where to write the latent, .npy; its settings go beside it, .json')
    .option('--rtol <r>', 'allowed relative error of a step of the solver [1e-4]', number)
    .option('--atol <a>', 'allowed absolute error of a step of the solver [1e-4]', number)
    .option('--sigma-min <s>', "noise level of the picture, on [-1, 1] [the model's smallest]", number)
    .option('--sigma-max <s>', "noise level of the latent [the model's largest]", number);
  addReportingOptions(addNetworkOptions(command));
  return command.action((picture: string, flags: EncodeFlags) => encodeFile(picture, flags));
}

/** Where the settings of a latent lie. @throws unsupported-format for another ending than .npy */
export function settingsPath(latent: string): string {
  if (parse(latent).ext.toLowerCase() !== '.npy') {
    throw new LangevinError('unsupported-format', `Latents are .npy files, but ${latent} is called otherwise.`);
  }
  return `${latent.slice(0, -4)}.json`;
}

async function encodeFile(path: string, flags: EncodeFlags): Promise<void> {
  const output = new Output(flags);
  const beside = settingsPath(flags.output);
  await assertOutputs([flags.output, beside], [path, ...modelPlaces(flags.model)]);
  const { rtol, atol, sigmaMin, sigmaMax } = flags;
  const given = Object.entries({ rtol, atol, sigmaMin, sigmaMax }).filter(([, value]) => value !== undefined);
  const job: EncodeJob = {
    picture: { name: path, bytes: await readInputFile(path) },
    network: networkChoice(flags),
    ...Object.fromEntries(given),
  };
  const { npy, settings, rms, nfe, seconds } = await withEngine(async (engine, signal) => {
    const onPreview = (preview: unknown): void => {
      const progress = preview as LatentProgress;
      output.progress(progress.fraction, progress.etaMs, path, { ...progress });
    };
    const run = engine.run('encode', job, { signal, onPreview });
    for (;;) {
      const step = await run.next();
      if (step.done) return step.value;
      if (step.value.type === 'notice') output.say(step.value.message, step.value);
    }
  });
  await writeFileAtomically(flags.output, npy);
  await writeFileAtomically(beside, new TextEncoder().encode(`${JSON.stringify(settings, null, 2)}\n`));
  output.say(
    `Wrote ${flags.output} and ${beside}: root mean square ${rms.toFixed(4)}, ${counted(nfe, 'network pass', 'network passes')}, ` +
      `${settings.model}, ${formatDuration(seconds * 1000)}.`,
    { type: 'result', outputs: [flags.output, beside], ...settings, rms, nfe, seconds },
  );
}
