import type { RestoreOptions } from '../contract/restore-options.ts';
import { gaussianKernel } from '../operators/blur-kernel.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import { channelCount, type Picture } from '../tensor/picture.ts';
import { bicubicEnlargement } from './bicubic-enlargement.ts';
import { featherInside } from './feather.ts';
import { inColour } from './in-colour.ts';
import { countPainted } from './plan-inpainting.ts';
import { estimateNoise } from './noise-level.ts';
import { colourChannels } from './picture-tensor.ts';
import { sampledRows } from './sampled-rows.ts';
import { planWindows, type Rect } from './region.ts';
import type { KernelWeights, PictureRequest, RestoreEvent, RestoreHost, TaskRunner, TaskSummary } from './request.ts';
import { planWhole } from './whole-picture.ts';

/** Surroundings that are restored along with a painted region, so that its edge sees what lies beyond, pixels. */
const CONTEXT = 64;
/** Most that a wide blur adds to them. */
const WIDEST_REACH = 192;
/** Regions draw their noise from seeds this far apart (2³²/φ). */
const SEED_STEP = 0x9e3779b1;

/** The part of a picture that a task is run on because something in it is painted. */
export interface MaskedRegion {
  /** In pixels of the picture: what is computed. */
  readonly rect: Rect;
  /** In there lies the paint that is replaced; those of different regions do not overlap. */
  readonly core: Rect;
  /** Windows of the network in it. */
  readonly windows: number;
}

/**
 * What a task that is restricted to a mask has to compute: the painted regions with their surroundings. Colours are
 * found for the picture as a whole, because they follow from all of it.
 * @param mask  height × width as stored, non-zero = restore.
 */
export function planWithinMask(
  mask: Uint8Array,
  { width, height }: Pick<Picture, 'width' | 'height'>,
  options: Pick<RestoreOptions, 'task' | 'scale' | 'blurSigma'>,
  kernel?: KernelWeights,
): MaskedRegion[] {
  const { task, scale = 1 } = options;
  const gain = task === 'super-resolve' ? scale : 1;
  const blur = kernel ?? (options.blurSigma === undefined ? undefined : gaussianKernel(options.blurSigma));
  const reach = task === 'deblur' && blur ? Math.min(WIDEST_REACH, Math.max(blur.width, blur.height)) : 0;
  const everything = { x: 0, y: 0, width, height };
  const windows =
    task === 'colorize'
      ? [{ frame: everything, core: everything }]
      : planWindows(mask, width, height, { context: CONTEXT + reach, stride: 1, maxArea: Infinity });
  return windows.map(({ frame, core }) => ({
    rect: frame,
    core,
    windows: task === 'colorize' ? 1 : planWhole(gain * frame.width, gain * frame.height).length,
  }));
}

/**
 * Runs a task of whole pictures and takes its result inside of the mask only, with the join inside of it too
 * (`featherInside`). Every pixel that is not painted, and alpha, stays as it is to the bit; super-resolution has there
 * the plain bicubic enlargement. Time follows the painted area.
 * @throws nothing-to-do for an empty mask; mask-size; what the task throws.
 */
export async function* restoreWithinMask(
  task: TaskRunner<PictureRequest>,
  request: PictureRequest & { readonly mask: Uint8Array },
  network: ScoreNetwork,
  host: RestoreHost,
): AsyncGenerator<RestoreEvent, TaskSummary> {
  const { picture, mask, kernel, hints } = request;
  const paintedPixels = countPainted(mask, picture);
  const start = host.now();
  const noise = estimated(request, network);
  const options = noise === undefined ? request.options : { ...request.options, noise };
  const regions = planWithinMask(mask, picture, options, kernel);
  const gain = options.task === 'super-resolve' ? (options.scale ?? 1) : 1;
  const windows = regions.reduce((sum, region) => sum + region.windows, 0);
  const area = regions.reduce((sum, { rect }) => sum + rect.width * rect.height, 0);
  /** Of each sample, the restored regions. */
  const restored: Picture[][] = Array.from({ length: options.samples }, () => []);
  const done = { windows: 0, area: 0, step: 0, nfe: 0, vjps: 0 };
  let last: TaskSummary | undefined;

  for (const [index, region] of regions.entries()) {
    const { rect } = region;
    const part = {
      picture: cropped(picture, rect),
      kernel,
      // Colours are restored of the whole picture.
      hints,
      options: { ...options, seed: (options.seed + index * SEED_STEP) % 2 ** 32 },
    };
    let updates = 0;
    const run = task(part, network, host);
    for (;;) {
      const next = await run.next();
      if (next.done) {
        last = next.value;
        break;
      }
      const event = next.value;
      if (event.type === 'sample') restored[event.sample].push(event.picture);
      else if (event.type === 'step') {
        updates = event.steps;
        const fraction = (done.area + event.fraction * rect.width * rect.height) / area;
        const elapsedMs = host.now() - start;
        const { x, y } = event.frame;
        yield {
          ...event,
          frame: { ...event.frame, x: x + gain * rect.x, y: y + gain * rect.y },
          window: done.windows + event.window,
          windows,
          step: done.step + event.step,
          steps: Math.round((event.steps / region.windows) * windows),
          nfe: done.nfe + event.nfe,
          vjps: done.vjps + event.vjps,
          fraction,
          elapsedMs,
          etaMs: fraction > 0 ? (elapsedMs * (1 - fraction)) / fraction : event.etaMs,
        };
      }
    }
    done.windows += region.windows;
    done.area += rect.width * rect.height;
    done.step += updates;
    done.nfe += last.nfe;
    done.vjps += last.vjps;
  }

  const join = createJoin(request, gain, regions);
  for (const [sample, parts] of restored.entries()) yield { type: 'sample', sample, picture: join(parts) };
  const measured = { ...last!.measured, ...(noise === undefined ? {} : { noiseEstimated: 1 }) };
  return { ...last!, windows, paintedPixels: gain ** 2 * paintedPixels, nfe: done.nfe, vjps: done.vjps, measured };
}

/** The noise of the whole picture where it has to be estimated: a part may show too little of it. */
function estimated({ picture, options }: PictureRequest, network: ScoreNetwork): number | undefined {
  if (options.task !== 'denoise' || options.noise !== undefined) return undefined;
  return 127.5 * estimateNoise(sampledRows(picture, network.manifest.channels));
}

/** Puts restored regions into the picture; what is the same for every sample is done once. */
function createJoin(
  { picture, mask, options }: PictureRequest & { readonly mask: Uint8Array },
  gain: number,
  regions: readonly MaskedRegion[],
): (parts: readonly Picture[]) => Picture {
  const below =
    options.task === 'super-resolve'
      ? bicubicEnlargement(picture, gain)
      : options.task === 'colorize'
        ? inColour(picture)
        : picture;
  const weights = regions.map((region) => weightsOf(mask, picture, region, gain));
  const stride = channelCount(below.mode);
  const colours = colourChannels(below);
  return (parts) => {
    const data = below.data.slice();
    for (const [index, part] of parts.entries()) {
      const [left, top] = [gain * regions[index].rect.x, gain * regions[index].rect.y];
      weights[index].forEach((weight, i) => {
        if (weight === 0) return;
        const x = left + (i % part.width);
        const y = top + Math.floor(i / part.width);
        const to = (y * below.width + x) * stride;
        for (let c = 0; c < colours; c++) {
          data[to + c] = Math.round(data[to + c] + weight * (part.data[i * stride + c] - data[to + c]));
        }
      });
    }
    return { ...below, data };
  };
}

/** Weights of the restored pixels of a region; 0 for paint that belongs to another one. */
function weightsOf(mask: Uint8Array, { width }: Picture, { rect, core }: MaskedRegion, gain: number): Float32Array {
  const [w, h] = [gain * rect.width, gain * rect.height];
  const painted = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) {
    const row = (rect.y + Math.floor(y / gain)) * width + rect.x;
    for (let x = 0; x < w; x++) painted[y * w + x] = mask[row + Math.floor(x / gain)];
  }
  const weights = featherInside(painted, w, h);
  const [left, top] = [gain * (core.x - rect.x), gain * (core.y - rect.y)];
  const [right, bottom] = [left + gain * core.width, top + gain * core.height];
  for (let i = 0; i < weights.length; i++) {
    const [x, y] = [i % w, Math.floor(i / w)];
    if (x < left || x >= right || y < top || y >= bottom) weights[i] = 0;
  }
  return weights;
}

function cropped(picture: Picture, { x, y, width, height }: Rect): Picture {
  const row = width * channelCount(picture.mode);
  const data = picture.data.slice(0, height * row);
  for (let i = 0; i < height; i++) {
    const from = ((y + i) * picture.width + x) * channelCount(picture.mode);
    data.set(picture.data.subarray(from, from + row), i * row);
  }
  return { ...picture, width, height, data };
}
