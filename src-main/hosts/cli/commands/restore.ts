import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { Command, Option } from 'commander';
import { counted } from '../../../counted.ts';
import {
  OUTPUT_FORMATS,
  type FileBytes,
  type JobEvent,
  type JobProgress,
  type RestoreJob,
  type RestoreReport,
} from '../../../contract/jobs.ts';
import type { RestoreOptions } from '../../../contract/restore-options.ts';
import { decodePicture } from '../../../images/decode.ts';
import { encodePicture } from '../../../images/encode.ts';
import { chooseOutputFormat, formatOfExtension } from '../../../images/formats.ts';
import type { EngineClient } from '../../engine/engine-client.ts';
import type { EngineJobs } from '../../engine/job-types.ts';
import { decodeOptions } from '../../engine/jobs/restore-input.ts';
import { assertOutputs } from '../../files/output-guard.ts';
import { makeFolder, writeFileAtomically } from '../../files/write-file.ts';
import { given, modelPlaces } from '../command-files.ts';
import {
  addDamageOptions,
  damageFiles,
  damageOptions,
  readFileBytes,
  sliceFormatOf,
  taskOf,
  unusedOptions,
  withDamageChain,
  type DamageFlags,
} from '../damage-options.ts';
import { withEngine } from '../engine.ts';
import { addFindOptions, assertNoFindOptions, findOptions, type FindFlags } from '../find-options.ts';
import { findInFile, maskFile, type FindRequest } from '../found-damage.ts';
import {
  addNetworkOptions,
  addReportingOptions,
  addEffortOptions,
  addSamplingOptions,
  addSolverOptions,
  whole,
  type EffortFlags,
  type NetworkFlags,
  type ReportingFlags,
  type SamplingFlags,
} from '../options.ts';
import { Output } from '../output.ts';
import { recipeSentence, type AppliedRecipeFile } from '../../engine/jobs/apply-recipe.ts';
import type { Recipe } from '../../../contract/recipe.ts';
import { addRecipeOption, assertRecipeAlone, findRecipe, type RecipeFlags } from '../recipe-option.ts';
import { addSteeringOptions, steeringFiles, steeringOptions, type SteeringFlags } from '../steering-options.ts';
import { formatDuration } from '../progress-bar.ts';
import { effortOptions, networkChoice, readSamplingOptions, samplingOptions } from '../requests.ts';
import { assertQualityUsed } from '../quality-option.ts';
import { readScanFile } from '../scan-input.ts';

export interface RestoreFlags
  extends SamplingFlags, EffortFlags, NetworkFlags, ReportingFlags, FindFlags, DamageFlags, RecipeFlags, SteeringFlags {
  readonly output: string;
  readonly sinogram?: boolean;
  readonly series?: number;
  readonly truth?: string;
  readonly contactSheet?: boolean;
  readonly samples?: number;
  readonly tile?: number;
  readonly format?: (typeof OUTPUT_FORMATS)[number];
  readonly quality?: number;
  readonly bits?: '8';
  readonly saveSteps?: string;
}

/** `langevin restore IN -o OUT --task …` */
export function restoreCommand(): Command {
  const command = new Command('restore')
    .description('restore one picture')
    .argument(
      '<picture>',
      'JPEG, PNG, WebP or TIFF; reconstruct: a slice (also .npy, DICOM, a folder of DICOM) or a sinogram',
    )
    .requiredOption('-o, --output <file>', 'where to write the result; its ending chooses the format');
  addFindOptions(addDamageOptions(command, 'found'), '--mask auto: ')
    .option(
      '--sinogram',
      'reconstruct: the input is a sinogram (.npy, TIFF or HDF5, one view a row), not a slice to scan',
    )
    .option('--series <n>', 'reconstruct: which series of a folder of DICOM slices, from 1', whole(1))
    .option('--truth <file>', 'reconstruct: the slice that was scanned, to compare with');
  addSteeringOptions(addRecipeOption(command));
  addNetworkOptions(addSamplingOptions(addSolverOptions(addEffortOptions(command))))
    .option('--samples <k>', 'number of posterior samples, written as OUT-1, OUT-2, … [1]', whole(1, 256))
    .option(
      '--tile <pixels>',
      'side of the largest tile that the network sees at once; less needs less memory',
      whole(64, 4096),
    )
    .addOption(new Option('--format <name>', 'format of the result, when not by its ending').choices(OUTPUT_FORMATS))
    .option('--quality <q>', 'JPEG and WebP: 1 to 100', whole(1, 100))
    .addOption(new Option('--bits <n>', 'round 16-bit samples to 8 bits').choices(['8']))
    .option('--contact-sheet', 'write all samples on one picture, OUT-sheet')
    .option('--save-steps <folder>', 'write x_t and the estimate of x0 of every step as PNG');
  addReportingOptions(command);
  return command.action((picture: string, flags: RestoreFlags) => {
    // The default model is one of photographs.
    const byDefault = command.getOptionValueSource('model') === 'default';
    return restoreFile(
      picture,
      byDefault && flags.task === 'reconstruct' ? { ...flags, model: 'ct' } : flags,
      byDefault,
    );
  });
}

/**
 * Restores one file as the flags or a recipe say; with the mask `auto`, what is found in it. Where nothing is found, the file is
 * copied, and that is said.
 * @param isUsualModel  nobody has chosen the model.
 */
export async function restoreFile(path: string, requested: RestoreFlags, isUsualModel = false): Promise<void> {
  const output = new Output(requested);
  const recipe = requested.recipe === undefined ? undefined : await findRecipe(requested.recipe);
  const asked = recipe === undefined ? withDamageChain(requested) : withRecipe(requested, recipe, isUsualModel);
  const isAuto = asked.mask === 'auto';
  const flags = { ...asked, task: taskOf(asked.task, asked.mask !== undefined) };
  if (!isAuto) assertNoFindOptions(flags);
  const { mask: _auto, ...unmasked } = flags;
  for (const message of unusedOptions(unmasked)) output.say(message, { type: 'notice', message });
  const find = isAuto ? { ...searchOf(flags), options: findOptions(flags) } : undefined;
  const encoding = flags.task === 'reconstruct' ? undefined : pictureEncoding(flags);
  assertQualityUsed(flags.quality, flags.task === 'reconstruct' ? 'slices' : encoding?.encoding?.format);
  const configured = await readSamplingOptions(flags.config);
  const samples = flags.samples ?? configured.samples ?? recipe?.options.samples ?? 1;
  const names = outputNames(flags.output, samples);
  const { kernel, anglesFile, truth, config, strengthMask, hints } = flags;
  const read = given(path, isAuto ? undefined : flags.mask, kernel, anglesFile, truth, config, strengthMask, hints);
  const inputs = [...read, ...given(flags.recipe), ...modelPlaces(flags.model)];
  await assertOutputs([...names, ...companionNames(flags, samples)], inputs);
  if (flags.saveSteps !== undefined) await assertStepsFolder(flags.saveSteps, inputs);
  const scanned = flags.task === 'reconstruct' ? await readScanFile(path, flags.slice, flags.series) : undefined;
  for (const message of scanned?.notices ?? []) output.say(message, { type: 'notice', message });
  const input = scanned?.file ?? (await readFileBytes(path));
  const files = {
    ...(await damageFiles(isAuto ? unmasked : flags)),
    ...(await steeringFiles(flags, flags.task)),
    ...(await truthOf(flags)),
  };

  const jobFor = (picture: FileBytes, options: Pick<RestoreOptions, 'task'> & Partial<RestoreOptions>): RestoreJob => ({
    ...(flags.sinogram ? { sinogram: picture } : { picture }),
    ...files,
    options: {
      ...options,
      ...configured,
      ...effortOptions(flags),
      ...samplingOptions(flags),
      ...steeringOptions(flags),
      samples,
      ...(flags.tile === undefined ? {} : { tile: flags.tile }),
      ...(flags.contactSheet ? { contactSheet: true } : {}),
      ...(scanned?.slice === undefined ? {} : { slice: scanned.slice }),
    },
    network: networkChoice(flags),
    ...(encoding ?? { sliceFormat: sliceFormatOf(flags.output) }),
    frames: flags.saveSteps === undefined ? 'none' : 'png',
  });
  const outputs: string[] = [];

  const done = await withEngine(async (engine, signal) => {
    const applied = recipe && (await applyRecipe(engine, signal, input, recipe, flags, output));
    const options = applied?.options ?? damageOptions(flags);
    // What was adjusted is a file of its own.
    const picture = applied?.png === undefined ? input : { name: input.name, bytes: applied.png };
    const reading = applied?.png === undefined ? readingOptions(flags) : {};
    const search = find && { ...find, page: undefined, acceptDamage: undefined, ...reading };
    const found = search && (await findInFile(engine, signal, picture, search, output));
    const isSound = found === undefined ? flags.mask === undefined : found.findings.length === 0;
    // Of several damages, those that are missing pixels are not the only ones.
    const undoes = applied?.undoes ?? hasDamage(flags);
    if (isSound && !undoes && (found !== undefined || recipe !== undefined)) return { picture, reading };
    const job = jobFor(picture, { ...options, ...reading });
    const mask = found && !isSound && { name: 'what was found', bytes: await maskFile(found) };
    const steps = engine.run('restore', mask ? { ...job, mask } : job, { signal });
    for (;;) {
      const step = await steps.next();
      if (step.done) return { report: step.value };
      const event = step.value;
      if (event.type === 'notice') {
        output.say(event.message, event);
      } else if (event.type === 'picture') {
        const path = names[event.sample];
        await writeFileAtomically(path, event.bytes);
        outputs.push(path);
        output.record({ type: 'output', sample: event.sample, path });
      } else if (event.type === 'companion') {
        const path = companionName(flags.output, event);
        await writeFileAtomically(path, event.bytes);
        outputs.push(path);
        output.record({ type: 'output', name: event.name, path });
      } else {
        if (flags.saveSteps !== undefined) await saveStep(flags.saveSteps, event);
        const { state: _state, denoised: _denoised, ...progress } = event;
        output.progress(event.fraction, event.etaMs, label(event), progress);
      }
    }
  });
  if ('picture' in done)
    return copyUnchanged(done.picture, done.picture === input, names, { ...flags, ...done.reading }, output);
  output.say(summary(outputs, done.report), { type: 'result', outputs, ...done.report });
}

/** The flags with what a recipe says in their place; those that are given stay. @throws invalid-argument */
function withRecipe(flags: RestoreFlags, recipe: Recipe, isUsualModel: boolean): RestoreFlags {
  assertRecipeAlone(flags);
  const { find, model, options } = recipe;
  const search = flags.mask === undefined && find !== undefined ? { mask: 'auto', ...find } : {};
  const { kinds, sensitivity, minSize } = flags;
  return {
    ...flags,
    ...search,
    ...Object.fromEntries(Object.entries({ kinds, sensitivity, minSize }).filter(([, value]) => value !== undefined)),
    task: options.task,
    ...(model !== undefined && isUsualModel ? { model } : {}),
  };
}

/** What the recipe means for the file, which is said. */
async function applyRecipe(
  engine: EngineClient<EngineJobs>,
  signal: AbortSignal,
  picture: FileBytes,
  recipe: Recipe,
  flags: RestoreFlags,
  output: Output,
): Promise<AppliedRecipeFile> {
  const applied = await engine.result('apply-recipe', { picture, recipe, ...readingOptions(flags) }, { signal });
  const { png: _png, ...said } = applied;
  output.say(recipeSentence(applied), { type: 'recipe', ...said });
  return applied;
}

async function truthOf({ truth }: RestoreFlags): Promise<Pick<RestoreJob, 'truth'>> {
  return truth === undefined ? {} : { truth: await readFileBytes(truth) };
}

/** How the file is read. */
function readingOptions({ page, acceptDamage }: RestoreFlags): Pick<RestoreFlags, 'page' | 'acceptDamage'> {
  return { ...(page === undefined ? {} : { page }), ...(acceptDamage ? { acceptDamage } : {}) };
}

function hasDamage({ damage }: RestoreFlags): boolean {
  return Object.keys(damage?.damage ?? {}).length > 0;
}

function searchOf({ threads, negative, page, acceptDamage }: RestoreFlags): Omit<FindRequest, 'options'> {
  return { detector: 'damage', threads, negative, page, acceptDamage };
}

/** Nothing was found: the results are the picture, byte for byte unless adjusted or in another format. */
async function copyUnchanged(
  input: FileBytes,
  isUnchanged: boolean,
  names: readonly string[],
  { output: path, format, quality, bits, page, acceptDamage }: RestoreFlags,
  output: Output,
): Promise<void> {
  const reading = { ...(page === undefined ? {} : { page }), ...(acceptDamage === undefined ? {} : { acceptDamage }) };
  const picture = await decodePicture(input.bytes, input.name, decodeOptions(reading));
  const wanted = format ?? chooseOutputFormat(path, picture.format);
  const options = {
    format: wanted,
    ...(quality === undefined ? {} : { quality }),
    ...(bits === undefined ? {} : { bits: 8 as const }),
  };
  const isWhole = wanted === picture.format && page === undefined;
  const bytes = isWhole ? input.bytes : await encodePicture(picture, options);
  for (const name of names) await writeFileAtomically(name, bytes);
  const what = isUnchanged ? 'copied unchanged' : 'its tones alone are adjusted, and it is written';
  const message = `Nothing was found in ${input.name}: ${what} to ${names.join(', ')}.`;
  output.say(message, { type: 'result', outputs: names, found: 0, copied: isUnchanged });
}

function pictureEncoding({ output, format: given, quality, bits }: RestoreFlags): Pick<RestoreJob, 'encoding'> {
  const format = given ?? formatOfExtension(output);
  const encoding = {
    ...(quality === undefined ? {} : { quality }),
    ...(bits === undefined ? {} : { bits: 8 as const }),
  };
  if (format !== undefined) return { encoding: { format, ...encoding } };
  // A name without an ending takes the format of the input; an ending that no format has is an error here.
  chooseOutputFormat(output, 'png');
  return {};
}

/** Every companion that the run may write. */
function companionNames({ output, task, contactSheet }: RestoreFlags, samples: number): string[] {
  const names = [
    ...(task === 'reconstruct' ? (['fbp'] as const) : []),
    ...(samples > 1 ? (['mean', 'std', ...(task === 'reconstruct' ? [] : (['interval'] as const))] as const) : []),
    ...(contactSheet ? (['sheet'] as const) : []),
  ];
  return names.map((name) => companionName(output, { name, format: task === 'reconstruct' ? 'npy' : 'png' }));
}

/** out.jpg → out-mean.jpg; out-std.png, because deviations are always PNG. */
function companionName(
  path: string,
  { name, format }: Pick<Extract<JobEvent, { type: 'companion' }>, 'name' | 'format'>,
): string {
  const { dir, name: stem, ext } = parse(path);
  return join(dir, `${stem}-${name}${(name === 'std' || name === 'interval') && format === 'png' ? '.png' : ext}`);
}

/** out.png → out.png, or out-1.png, out-2.png … for several samples. */
function outputNames(path: string, samples: number): string[] {
  if (samples === 1) return [path];
  const { dir, name, ext } = parse(path);
  return Array.from({ length: samples }, (_, i) => join(dir, `${name}-${i + 1}${ext}`));
}

/** Names of the pictures of steps, as `saveStep` makes them. */
const STEP = /^\d{5}-.*sigma.*-(xt|x0)\.png$/;

/** Makes the folder; what an earlier run has left in it may be replaced where it is a plain file that is not read. */
async function assertStepsFolder(folder: string, inputs: readonly string[]): Promise<void> {
  await makeFolder(folder);
  const earlier = (await readdir(folder)).filter((name) => STEP.test(name));
  await assertOutputs([join(folder, '00000-sigma-xt.png'), ...earlier.map((name) => join(folder, name))], inputs);
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
  const passes = `${counted(report.nfe, 'network pass', 'network passes')}${report.vjps > 0 ? ` and ${counted(report.vjps, 'gradient')}` : ''}`;
  const on = `${report.model} on ${report.provider}`;
  const figures = Object.entries(report.measured).map(([name, value]) => `${name} ${+value.toPrecision(4)}`);
  const measured = figures.length === 0 ? '' : ` Measured: ${figures.join(', ')}.`;
  const time = formatDuration(report.seconds * 1000);
  return `Wrote ${names.join(', ')}: ${report.solver}, ${passes}, ${on}, ${time}.${measured}`;
}
