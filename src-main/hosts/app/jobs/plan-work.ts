import { z } from 'zod';
import { maskPatchSchema } from '../../../contract/app/values.ts';
import { enlargementOf, restoreOptionsSchema, type RestoreOptions } from '../../../contract/restore-options.ts';
import { LangevinError } from '../../../errors.ts';
import { toStored } from '../../../images/orientation.ts';
import { simulate } from '../../../operators/measure.ts';
import { countingNetwork } from '../../../prior/counting.ts';
import type { Manifest } from '../../../prior/manifest.ts';
import type { ScoreNetwork } from '../../../prior/score-network.ts';
import { CALIBRATED, deviationOptions } from '../../../restore/calibrated.ts';
import { chooseSolver } from '../../../restore/choose-solver.ts';
import { optionsForHints } from '../../../restore/colour-hints.ts';
import { planInpainting } from '../../../restore/plan-inpainting.ts';
import { needsNetwork } from '../../../restore/restore.ts';
import { reportedSettings, type SolverSettings } from '../../../restore/settings.ts';
import { solve } from '../../../restore/solve.ts';
import { isScattered } from '../../../restore/scattered.ts';
import { tunedFor, type TunedTable } from '../../../restore/tuned.ts';
import { planWithinMask } from '../../../restore/within-mask.ts';
import { planWhole } from '../../../restore/whole-picture.ts';
import { BatchRandom } from '../../../tensor/random.ts';
import { cropSamples } from '../../engine/jobs/crop-picture.ts';
import { displayedMask } from '../../engine/jobs/mask-patch.ts';
import type { ModelStore } from '../../engine/model-store.ts';
import { exampleMeasurement } from './example-measurement.ts';
import { shownSize } from './picture-work.ts';
import { gradientProblemOf } from './gradient-problem.ts';
import { memoryOfRun } from './run-memory.ts';
import { stillNetwork } from './still-network.ts';

const rectSchema = z.strictObject({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) });

export const planSchema = z.strictObject({
  /** As stored; of a scan, the side of the slice twice. */
  width: z.int().min(1),
  height: z.int().min(1),
  orientation: z.int(),
  mask: maskPatchSchema.optional(),
  crop: rectSchema.optional(),
  options: restoreOptionsSchema,
  /** Whether colours are known at some places. */
  hasHints: z.boolean().optional(),
  model: z.string().min(1),
});
type PlanRequest = z.output<typeof planSchema>;

/** What a run would do, by its arithmetic. */
export interface PassPlan {
  readonly solver: string;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly windows: number;
  readonly paintedPixels: number;
  /** Of the whole run: every window and sample; a gradient counts as three. */
  readonly passes: number;
  /** Σ passes × pixels of their window. */
  readonly work: number;
  /** Of the process that restores, at most, bytes; undefined where it cannot be told from the network's file. */
  readonly memory: number | undefined;
}

/** A pass forward and one backward, which takes twice as long (measured with the shipped networks). */
const GRADIENT_COST = 3;
/** Longest side of the picture that is colourized, pixels; see tasks/colorize.ts. */
const COLOUR_SIDE = 320;
/** Levels of each of several denoising samples; see tasks/denoise.ts. */
const DENOISING_STEPS = 20;

/**
 * Windows and network passes of a run without running it: the windows are those of the pipeline, and the passes of one
 * are counted by sampling a tiny picture with a network that costs nothing.
 * @throws what the run would throw for its options; nothing-to-do for an empty mask.
 */
export async function planPasses(store: ModelStore, request: PlanRequest): Promise<PassPlan> {
  const { manifest } = await store.find(request.model);
  const network = stillNetwork(manifest, await gradientProblemOf(store, request.model));
  const options = request.hasHints === true ? optionsForHints(request.options, network) : request.options;
  if (!needsNetwork(options)) {
    const { areas, paintedPixels } = areasOf(request, manifest, 0);
    const memory = await memoryOfRun(store, request, { largestWindow: 0, usesGradient: false });
    return { solver: 'fill', settings: {}, windows: areas.length, paintedPixels, passes: 0, work: 0, memory };
  }
  const settings = settingsOf(options, network, tunedFor(options, missingOf(request)));
  const { areas, paintedPixels } = areasOf(request, manifest, settings.sigmaMax);
  const { solver, ...sampler } = settings;
  let passes = 0;
  let work = 0;
  let largestWindow = 0;
  let usesGradient = false;
  for (const part of await partsOf(options, settings, network)) {
    const planned = part.sigmaMax === settings.sigmaMax ? areas : areasOf(request, manifest, part.sigmaMax).areas;
    passes += part.passes * planned.length;
    work += part.passes * planned.reduce((sum, value) => sum + value, 0);
    largestWindow = planned.reduce((most, value) => Math.max(most, value), largestWindow);
    usesGradient ||= part.usesGradient;
  }
  return {
    ...{ solver, settings: reportedSettings(sampler), windows: areas.length, paintedPixels, passes, work },
    memory: await memoryOfRun(store, request, { largestWindow, usesGradient }),
  };
}

/** What each part of a run makes of every window: the samples, and those that their deviation comes from. */
async function partsOf(
  options: RestoreOptions,
  settings: SolverSettings,
  network: ScoreNetwork,
): Promise<{ readonly sigmaMax: number; readonly passes: number; readonly usesGradient: boolean }[]> {
  const partOf = async (asked: RestoreOptions, chosen: SolverSettings) => {
    const { nfe, vjps } = await passesOf(asked, chosen, network);
    const passes = (nfe + (GRADIENT_COST - 1) * vjps) * asked.samples * chosen.ensemble;
    return { sigmaMax: chosen.sigmaMax, passes, usesGradient: vjps > 0 };
  };
  const parts = [await partOf(options, settings)];
  const calibrated = deviationOptions(options, network);
  if (calibrated !== undefined) parts.push(await partOf(calibrated, settingsOf(calibrated, network, CALIBRATED)));
  return parts;
}

function exampleOf({ task, noise }: RestoreOptions, { channels }: Manifest) {
  // Deblurring takes a little noise for granted.
  return exampleMeasurement({ task, noisy: (noise ?? (task === 'deblur' ? 1 : 0)) > 0, channels });
}

function settingsOf(options: RestoreOptions, network: ScoreNetwork, tuned?: TunedTable): SolverSettings {
  const { operator, sigmaY } = exampleOf(options, network.manifest);
  const { task, solver, samples } = options;
  const several = task === 'denoise' && samples > 1 && solver === undefined ? DENOISING_STEPS : undefined;
  const steps = options.steps ?? several;
  const { steps: _steps, ...others } = options;
  const asked = { ...others, ...(steps === undefined ? {} : { steps }) };
  return chooseSolver(asked, operator, sigmaY, network, tuned);
}

/** What the task inpaint is to fill in: the mask of the picture as stored, or of its crop. */
function inpaintingMask({ width, height, orientation, mask, crop }: PlanRequest) {
  if (mask === undefined) throw nothingPainted();
  const shown = shownSize({ width, height, orientation });
  const full = displayedMask(mask, shown.width, shown.height);
  return crop
    ? { data: cropSamples(full, shown.width, 1, crop), width: crop.width, height: crop.height }
    : { data: toStored(full, shown.width, shown.height, 1, orientation), width, height };
}

function missingOf(request: PlanRequest): { readonly isScattered: boolean } {
  if (request.options.task !== 'inpaint') return { isScattered: false };
  const { data, width, height } = inpaintingMask(request);
  return { isScattered: isScattered(data, width, height) };
}

/** Areas in pixels of the windows that pass through the network. */
function areasOf(request: PlanRequest, { stride }: Manifest, sigmaMax: number) {
  const { mask, crop, options } = request;
  const { task } = options;
  if (task === 'inpaint') {
    const { data, width, height } = inpaintingMask(request);
    let paintedPixels = 0;
    for (const value of data) paintedPixels += value;
    if (paintedPixels === 0) throw nothingPainted();
    const windows = planInpainting(data, width, height, stride, sigmaMax).flatMap((scale) => scale.windows);
    return { areas: windows.map(({ frame }) => frame.width * frame.height), paintedPixels };
  }
  const shown = shownSize(request);
  const size = crop ?? shown;
  const scale = enlargementOf(options);
  if (mask !== undefined && !['colorize', 'compound', 'reconstruct'].includes(task)) {
    const full = displayedMask(mask, shown.width, shown.height);
    const used = crop ? cropSamples(full, shown.width, 1, crop) : full;
    const gain = scale;
    let paintedPixels = 0;
    for (const value of used) paintedPixels += value;
    if (paintedPixels === 0) throw nothingPainted();
    const areas = planWithinMask(used, size, options).flatMap(({ rect }) =>
      planWhole(gain * rect.width, gain * rect.height, gain).map(({ row, column }) => row.length * column.length),
    );
    return { areas, paintedPixels: gain ** 2 * paintedPixels };
  }
  const reduction = task === 'colorize' ? Math.ceil(Math.max(size.width, size.height) / COLOUR_SIDE) : 1;
  const gain = scale / reduction;
  const [w, h] = [Math.ceil(size.width * gain), Math.ceil(size.height * gain)];
  const windows = planWhole(w, h, scale);
  return { areas: windows.map(({ row, column }) => row.length * column.length), paintedPixels: w * h };
}

function nothingPainted(): LangevinError {
  return new LangevinError('nothing-to-do', 'Nothing is painted in the mask, so there is nothing to restore.');
}

/** Passes of one window of one sample; they do not depend on its size. */
async function passesOf(
  options: RestoreOptions,
  settings: SolverSettings,
  prior: ScoreNetwork,
): Promise<{ readonly nfe: number; readonly vjps: number }> {
  const { operator, sigmaY } = exampleOf(options, prior.manifest);
  const network = countingNetwork(prior);
  const random = BatchRandom.seeded(0, 1);
  const x = random.normal([1, ...operator.inputShape]);
  const y = simulate(operator, x, sigmaY, random);
  const run = solve({ network, measurement: { operator, y, sigmaY }, settings, random });
  while (!(await run.next()).done);
  const { nfe, vjps } = network;
  return { nfe, vjps };
}
