import { Command, Option } from 'commander';
import { previewBatch } from '../../../batch/preview.ts';
import { machineProcesses } from '../../../batch/lock/process-identity.ts';
import { nodeFileSystem } from '../../../batch/node-file-system.ts';
import { PauseGate } from '../../../batch/pipeline/pause-gate.ts';
import { runBatch } from '../../../batch/run-batch.ts';
import { EngineClient } from '../../engine/engine-client.ts';
import { ENCODING_LIMITS, RETIRE_ABOVE_BYTES } from '../../engine/job-limits.ts';
import { Scratch } from '../../engine/scratch.ts';
import { nodeSpawn } from '../../engine/spawn.ts';
import type { CodecJobs } from '../../batch/codec-process.ts';
import { BATCH_FORMATS, EXISTING_POLICIES, VOLUME_FORMATS } from '../../../contract/batch.ts';
import type { Recipe } from '../../../contract/recipe.ts';
import { addDamageOptions, unusedOptions } from '../damage-options.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeLeftovers, temporaryName } from '../../files/temporary-name.ts';
import { given, modelPlaces } from '../command-files.ts';
import { withEngine } from '../engine.ts';
import { EXIT } from '../exit-codes.ts';
import { addFindOptions } from '../find-options.ts';
import {
  addEffortOptions,
  addNetworkOptions,
  addReportingOptions,
  addSamplingOptions,
  addSolverOptions,
  decimal,
  whole,
} from '../options.ts';
import { Output } from '../output.ts';
import { writeVolumes } from '../../batch/volumes.ts';
import { addRecipeOption, assertRecipeAlone, findRecipe } from '../recipe-option.ts';
import { addStrengthOption } from '../steering-options.ts';
import { batchJob, type BatchFlags } from './batch/batch-job.ts';
import { BatchOutput } from './batch/batch-output.ts';
import { mergeCommand } from './batch/merge.ts';
import { assertReport } from './batch/report-place.ts';

const CODEC = new URL('../../batch/codec-process.js', import.meta.url);
const USAGE = 'langevin batch [options] <folder>\n       langevin batch merge [options] <reports...>';

/** `langevin batch FOLDER -o FOLDER --task …` and `langevin batch merge REPORTS…` */
export function batchCommand(): Command {
  const run = runCommand();
  const command = new Command('batch')
    .description('restore all pictures of a folder')
    .helpCommand(false)
    .addCommand(run, { isDefault: true, hidden: true })
    .addCommand(mergeCommand());
  command.helpInformation = () => run.helpInformation();
  return command;
}

function runCommand(): Command {
  const command = new Command('run')
    .description('restore all pictures of a folder')
    .configureHelp({ commandUsage: () => USAGE })
    .argument('<folder>', 'with the pictures: JPEG, PNG, WebP, TIFF, GIF; reconstruct: also .npy, DICOM and HDF5')
    .requiredOption('-o, --output <folder>', 'where to write the results; folders in it mirror those of the pictures');
  addDamageOptions(command, 'none')
    .option(
      '--sinogram',
      'reconstruct: the inputs are sinograms (.npy, TIFF or HDF5, one view a row), not slices to scan',
    )
    .addOption(
      new Option(
        '--volume <format>',
        'reconstruct: join the slices of each series and stack to one file besides',
      ).choices(VOLUME_FORMATS),
    )
    .option(
      '--mask <file|auto>',
      'the mask of all pictures, repeated for pictures of other sizes; auto: what is found',
      collect,
    )
    .option('--mask-dir <folder>', 'masks named like the pictures, in the same folders')
    .option('--mask-alpha', 'restore where the picture is transparent')
    .option('--mask-color <colour>', 'restore where the picture has this colour, such as #ff00ff')
    .option('--mask-tolerance <t>', 'how far the colour may be off in each channel, 0 to 255', whole(0, 255), 10)
    .option('--mask-auto', 'the same as --mask auto');
  addFindOptions(command, '--mask auto: ');
  addStrengthOption(addRecipeOption(command));
  addNetworkOptions(addSamplingOptions(addSolverOptions(addEffortOptions(command))))
    .option('--samples <k>', 'number of posterior samples of each picture [1]', whole(1, 256))
    .option('--tile <pixels>', 'side of the largest tile that the network sees at once', whole(64, 4096))
    .option('--recursive', 'pictures in folders of the folder, too')
    .option('--include <glob>', 'only files of such names, such as "*.tif" or "scans/**"; may be repeated', collect)
    .option('--template <name>', 'names of the results', '{name}_{task}.{ext}')
    .addOption(
      new Option(
        '--format <name>',
        'lossless: that of the picture, or PNG for JPEG; keep: that of the picture; or one for all',
      )
        .choices(BATCH_FORMATS)
        .default('lossless'),
    )
    .option('--quality <q>', 'JPEG and WebP: 1 to 100', whole(1, 100))
    .addOption(new Option('--bits <n>', 'round 16-bit samples to 8 bits').choices(['8']))
    .option('--keep-timestamps', 'give the results the times of the pictures')
    .addOption(new Option('--existing <what>', 'results that are there').choices(EXISTING_POLICIES).default('fail'))
    .option('--resume', 'go on where an earlier run stopped: do what is missing, failed or changed')
    .option('--mix-settings', 'resume although the settings differ, and let earlier results stand')
    .option('--shard <i/n>', 'only part i of n of the pictures; i counts from 0 or from 1')
    .option('--stop-after-errors <n>', 'give up after so many failures', whole(1))
    .option(
      '--time-limit <seconds>',
      'give a picture up after so much work on it',
      decimal(0, Infinity, { open: true }),
    )
    .option('--watch', 'keep looking for new pictures until stopped')
    .option('--report <file>', 'where to write the report (JSON, and HTML beside it)')
    .option('--dry-run', 'only say what would be done, and how long it would take');
  addReportingOptions(command);
  return command.action(async (folder: string, flags: BatchFlags) => {
    // The default model is one of photographs.
    const byDefault = command.getOptionValueSource('model') === 'default';
    if (flags.recipe !== undefined) assertRecipeAlone(flags);
    const recipe = flags.recipe === undefined ? undefined : await findRecipe(flags.recipe);
    const model = byDefault ? (recipe?.model ?? (flags.task === 'reconstruct' ? 'ct' : flags.model)) : flags.model;
    const program = `langevin ${command.parent?.parent?.version() ?? ''}`.trim();
    process.exitCode = await restoreFolder(folder, { ...flags, model }, recipe, program);
  });
}

/** @returns the exit code. */
async function restoreFolder(
  folder: string,
  flags: BatchFlags,
  recipe: Recipe | undefined,
  program: string,
): Promise<number> {
  const output = new BatchOutput(new Output(flags), flags);
  const { task = recipe?.options.task } = flags;
  for (const message of unusedOptions({ ...flags, ...(task === undefined ? {} : { task }) }))
    output.event({ type: 'notice', message });
  const codec = new EngineClient<CodecJobs>(nodeSpawn(CODEC), {
    limits: ENCODING_LIMITS,
    retireAboveBytes: RETIRE_ABOVE_BYTES,
  });
  // What killed processes have left there is nobody's any more.
  await removeLeftovers(tmpdir());
  const scratch = new Scratch(join(tmpdir(), temporaryName('langevin-batch')));
  return withEngine(async (engine, signal) => {
    try {
      const otherInputs = [...given(flags.kernel, flags.anglesFile, flags.recipe), ...modelPlaces(flags.model)];
      if (flags.report !== undefined) await assertReport(flags.report, [...(flags.mask ?? []), folder, ...otherInputs]);
      const { request, ...job } = await batchJob(folder, flags, recipe, { engine, codec, scratch });
      const host = { ...job, fs: nodeFileSystem, otherInputs, signal, now: () => performance.now() };
      if (flags.dryRun) {
        const preview = await previewBatch(request, host);
        output.preview(preview);
        return preview.problems.length > 0 ? EXIT.failed : EXIT.done;
      }
      const report = await runBatch(request, {
        ...host,
        processes: machineProcesses,
        program,
        gate: new PauseGate(),
        emit: (event) => output.event(event),
        reportPath: flags.report,
      });
      output.report(report, request);
      output.volumes(await writeVolumes(report, request, codec));
      if (report.cancelled) return EXIT.cancelled;
      return report.totals.failed + report.totals.pending > 0 ? EXIT.failed : EXIT.done;
    } finally {
      await codec.dispose();
      await scratch.clear();
    }
  });
}

function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}
