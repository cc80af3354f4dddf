import { counted } from '../../../counted.ts';
import { Command } from 'commander';
import { LangevinError } from '../../../errors.ts';
import { IDENTIFICATION_LIMITS } from '../../engine/job-limits.ts';
import { withEngine } from '../engine.ts';
import { readPictureTensors } from '../picture-tensors.ts';
import { addNetworkOptions, addReportingOptions, type NetworkFlags, type ReportingFlags } from '../options.ts';
import { Output } from '../output.ts';
import { convertCommand } from './models-convert.ts';
import { importCommand } from './models-import.ts';

/** `langevin models list|show|import|check|convert` */
export function modelsCommand(): Command {
  const list = addReportingOptions(new Command('list').description('every installed model'));
  const show = addReportingOptions(
    new Command('show').description('manifest, files and card of one model').argument('<name|folder>'),
  );
  const check = addReportingOptions(
    new Command('check')
      .description('files, sizes, values, gradients; with --pictures the mean squared error at each noise level')
      .argument('<name|folder>')
      .option('--pictures <file...>', 'clean pictures to measure the calibration table on'),
  );
  addNetworkOptions(check, { model: false });
  list.action((flags: ReportingFlags) => listModels(flags));
  show.action((model: string, flags: ReportingFlags) => showModel(model, flags));
  check.action((model: string, flags: CheckFlags) => checkModel(model, flags));
  return new Command('models')
    .description('score networks, and the detector of damage')
    .addCommand(list)
    .addCommand(show)
    .addCommand(importCommand())
    .addCommand(check)
    .addCommand(convertCommand());
}

type CheckFlags = ReportingFlags & Omit<NetworkFlags, 'model'> & { readonly pictures?: readonly string[] };

async function listModels(flags: ReportingFlags): Promise<void> {
  const models = await withEngine((engine, signal) => engine.result('models-list', {}, { signal }));
  const lines = models.map((model) =>
    'problem' in model
      ? `${model.name.padEnd(12)} not usable: ${model.problem.message}`
      : [
          model.name.padEnd(12),
          ...('detector' in model
            ? [model.detector.title, 'finds damage', model.detector.format]
            : [model.manifest.title, model.manifest.channels === 1 ? 'grey' : 'colour', model.manifest.format]),
          model.origin,
          ...(model.shadowed ? ['hidden by a model of the same name'] : []),
        ].join('  '),
  );
  new Output(flags).result(lines.join('\n'), { type: 'result', models });
}

async function showModel(model: string, flags: ReportingFlags): Promise<void> {
  const details = await withEngine((engine, signal) => engine.result('models-show', { model }, { signal }));
  const { folder, files, card } = details;
  const manifest = 'detector' in details ? details.detector : details.manifest;
  const facts =
    'detector' in details
      ? `finds ${details.detector.maps.join(', ')}; multiples of ${manifest.stride} pixels`
      : `σ ${details.manifest.sigmaMin} … ${details.manifest.sigmaMax}, ${counted(details.manifest.channels, 'channel')}, ` +
        `multiples of ${manifest.stride} pixels`;
  const lines = [
    `${manifest.title} (${manifest.name} ${manifest.version}), ${manifest.licence}`,
    folder,
    ...files.map(
      ({ file, bytes }) => `  ${file}: ${bytes === undefined ? 'missing' : `${(bytes / 1e6).toFixed(1)} MB`}`,
    ),
    facts,
    ...(card === undefined ? [] : ['', card]),
  ];
  new Output(flags).result(lines.join('\n'), { type: 'result', ...details });
}

async function checkModel(model: string, flags: CheckFlags): Promise<void> {
  const output = new Output(flags);
  const report = await withEngine(async (engine, signal) => {
    const details = await engine.result('models-show', { model }, { signal });
    const pictures =
      'detector' in details ? [] : await readPictureTensors(flags.pictures ?? [], details.manifest.channels);
    const { provider, threads } = flags;
    const request = { model, provider, pictures, ...(threads === undefined ? {} : { threads }) };
    const run = engine.run('models-check', request, { signal, limits: IDENTIFICATION_LIMITS });
    for (;;) {
      const step = await run.next();
      if (step.done) return step.value;
      output.say(`${step.value.level.padEnd(8)}${step.value.check}: ${step.value.message}`, {
        type: 'finding',
        ...step.value,
      });
    }
  });
  const { calibration } = report;
  const table = calibration?.sigma.map(
    (sigma, i) => `${`${sigma}`.padStart(7)}  ${calibration.mse[i].toExponential(3)}`,
  );
  output.result([...(table ? ['      σ  mean squared error', ...table] : []), report.ok ? 'ok' : 'not ok'].join('\n'), {
    type: 'result',
    ...report,
  });
  if (!report.ok) throw new LangevinError('model-corrupt', `The model ${model} did not pass the check.`);
}
