import type { RestoreProgress } from '../contract/restore-events.ts';
import type { Measurement } from '../likelihood/likelihood.ts';
import { createLikelihood, likelihoodMethod } from '../likelihood/registry.ts';
import { countingNetwork } from '../prior/counting.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import { symmetricNetwork } from '../prior/symmetric.ts';
import { tiledNetwork } from '../prior/tiled.ts';
import { BatchRandom, RandomGenerator } from '../tensor/random.ts';
import { zeros, type Tensor } from '../tensor/tensor.ts';
import { ensembleMean } from './ensemble.ts';
import type { RestoreHost } from './request.ts';
import type { Rect } from './region.ts';
import type { SolverSettings } from './settings.ts';
import { solve, updateCount } from './solve.ts';
import { Tracker } from './tracker.ts';

export interface WholePictureRequest {
  /** Size of x0 in pixels. */
  readonly width: number;
  readonly height: number;
  readonly settings: SolverSettings;
  readonly seed: number;
  readonly samples: number;
  /** Side in pixels of the largest tile that the network sees at once. */
  readonly tile?: number | undefined;
  /** Windows begin at multiples of this: the enlargement of super-resolution. */
  readonly alignment?: number | undefined;
  /** How far, in pixels, the operator looks beyond a pixel: added to the network's context. */
  readonly reach?: number | undefined;
  /**
   * The measurement of a rectangle of x0. Its x0 may be larger than the rectangle by `margin` on every side, which is
   * cut off again. `initial`, [1, c, h, w], is a picture to begin near in place of what the likelihood begins from.
   */
  readonly measure: (frame: Rect) => Measurement & { readonly margin?: number; readonly initial?: Tensor };
}

/** One finished x0, [1, c, height, width]. */
export interface WholeSample {
  readonly type: 'whole';
  readonly sample: number;
  readonly x: Tensor;
}

/** Pictures of up to this many pixels are restored as one: 2 megapixels. */
const WHOLE_AREA = 2e6;
/**
 * Tiles of methods that keep nothing for gradients and begin at σ ≤ 0.5, where a narrow margin is enough (prior/tiled.ts): a megapixel
 * then costs 1.2 times its pixels instead of twice.
 */
const PLAIN_TILES = { tilePixels: 768 ** 2, halo: 32 };
const PLAIN_SIGMA = 0.5;
/** Side of the cores of larger pictures, pixels. */
const CORE = 1024;
/** What a window sees beyond its core on each side, at least. */
const CONTEXT = 64;
/** Width of the strip in which neighbouring windows fade into each other. */
const BLEND = 32;

/** A stretch of one axis: what is computed, and where its weight is 1; between the two it fades. */
interface Span {
  readonly start: number;
  readonly length: number;
  readonly weights: Float32Array;
}

/**
 * Restores a picture on which the damage acts locally and everywhere: as a whole up to 2 megapixels, beyond that in
 * windows with context, each with random streams of its own, blended linearly where they overlap.
 * @throws unsupported-combination before any work; cancelled within one update.
 */
export async function* restoreWhole(
  request: WholePictureRequest,
  network: ScoreNetwork,
  { now, signal }: RestoreHost,
): AsyncGenerator<RestoreProgress | WholeSample, { windows: number; nfe: number; vjps: number }> {
  const { width, height, settings, seed, samples, tile, alignment = 1, reach = 0 } = request;
  const windows = planWhole(width, height, alignment, reach);
  const area = windows.reduce((sum, { row, column }) => sum + row.length * column.length, 0);
  const first = request.measure(frameOf(windows[0].row, windows[0].column));
  const updates = updateCount(settings, createLikelihood(settings.solver, first, network, settings.method));
  const runs = samples * settings.ensemble;
  const isPlain = !likelihoodMethod(settings.solver).needs.vjp && settings.sigmaMax <= PLAIN_SIGMA;
  const tiles = { ...(isPlain ? PLAIN_TILES : {}), ...(tile === undefined ? {} : { tilePixels: tile ** 2 }) };
  const tracker = new Tracker(runs * windows.length * updates, runs * updates * area, now);

  for (let sample = 0; sample < samples; sample++) {
    const out = zeros([1, network.manifest.channels, height, width]);
    for (const [index, { row, column }] of windows.entries()) {
      const frame = frameOf(row, column);
      const { margin = 0, initial, ...measurement } = request.measure(frame);
      const place = {
        stage: 'restore' as const,
        sample,
        samples,
        window: index,
        windows: windows.length,
        frame,
        factor: 1,
      };
      const x = yield* ensembleMean(settings.ensemble, ({ element, stream, sign }) => {
        const seen = symmetricNetwork(network, element);
        const counted = countingNetwork(tiledNetwork(seen, tiles));
        const random = new BatchRandom([new RandomGenerator(seed, sample, frame.x, frame.y, ...stream)], sign);
        const run = solve({ network: counted, measurement, settings, random, initial, signal });
        return tracker.follow(run, place, measurement, counted);
      });
      addWeighted(out, x, margin, row, column);
    }
    yield { type: 'whole', sample, x: out };
  }
  return { windows: windows.length, nfe: tracker.nfe, vjps: tracker.vjps };
}

/**
 * The windows of a picture of that size: rows and columns of what is computed, with their weights.
 * @param alignment, reach  as in WholePictureRequest.
 */
export function planWhole(width: number, height: number, alignment = 1, reach = 0): { row: Span; column: Span }[] {
  const whole = width * height <= WHOLE_AREA;
  const columns = whole ? [wholeSpan(width)] : spans(width, alignment, CONTEXT + reach);
  const rows = whole ? [wholeSpan(height)] : spans(height, alignment, CONTEXT + reach);
  return rows.flatMap((row) => columns.map((column) => ({ row, column })));
}

function frameOf(row: Span, column: Span): Rect {
  return { x: column.start, y: row.start, width: column.length, height: row.length };
}

function wholeSpan(length: number): Span {
  return { start: 0, length, weights: new Float32Array(length).fill(1) };
}

/**
 * Cuts an axis into cores of at most CORE pixels with `context` around them. Weights of neighbours change over in a
 * strip of BLEND pixels around the border between their cores, and sum to 1.
 */
function spans(length: number, alignment: number, context: number): Span[] {
  const count = Math.ceil(length / CORE);
  const round = (value: number): number => Math.round(value / alignment) * alignment;
  const borders = Array.from({ length: count + 1 }, (_, i) => (i === count ? length : round((i * length) / count)));
  const extra = Math.ceil((context + BLEND / 2) / alignment) * alignment;
  return Array.from({ length: count }, (_, i) => {
    const start = Math.max(0, borders[i] - extra);
    const end = Math.min(length, borders[i + 1] + extra);
    const weights = Float32Array.from({ length: end - start }, (_value, k) => {
      const at = start + k + 0.5;
      const rise = i === 0 ? 1 : ramp((at - borders[i]) / BLEND);
      const fall = i === count - 1 ? 1 : ramp((borders[i + 1] - at) / BLEND);
      return Math.min(rise, fall);
    });
    return { start, length: end - start, weights };
  });
}

/** 0 at −½, 1 at ½, linear between. */
function ramp(position: number): number {
  return Math.min(1, Math.max(0, position + 0.5));
}

function addWeighted(out: Tensor, x: Tensor, margin: number, row: Span, column: Span): void {
  const [, channels, height, width] = out.shape;
  const [, , h, w] = x.shape;
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < row.length; i++) {
      const to = (c * height + row.start + i) * width + column.start;
      const from = (c * h + margin + i) * w + margin;
      for (let j = 0; j < column.length; j++) {
        out.data[to + j] += row.weights[i] * column.weights[j] * x.data[from + j];
      }
    }
  }
}
