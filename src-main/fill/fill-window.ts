import type { RandomGenerator } from '../tensor/random.ts';
import { zeros, type Tensor } from '../tensor/tensor.ts';
import { cloneFill } from './clone.ts';
import { boundsOf, distanceToKnown, localWidth } from './distance.ts';
import { exemplarFill, type ExemplarFill } from './exemplar.ts';
import { smoothFill } from './smooth.ts';

/**
 * How a hole is filled: `smooth` continues the surroundings (biharmonic), `exemplar` copies patches of the picture,
 * `auto` joins both by the local width of the damage.
 */
export const FILL_KINDS = ['auto', 'smooth', 'exemplar'] as const;
export type FillKind = (typeof FILL_KINDS)[number];

export interface WindowRequest {
  /** [1, c, h, w], [−1, 1]; values at unknown pixels are ignored. */
  readonly x: Tensor;
  /** h × w, non-zero = unknown. */
  readonly unknown: Uint8Array;
  readonly kind: FillKind;
  /** h × w, non-zero = may be copied; absent: every known pixel. */
  readonly source?: Uint8Array | undefined;
  /** Sample every pixel from this far away instead of searching. */
  readonly offset?: { readonly x: number; readonly y: number } | undefined;
  readonly random: RandomGenerator;
  readonly onRound?: (() => void) | undefined;
}

/** What was made of a window. */
export interface WindowFill {
  /** [1, c, h, w]; known pixels as given. */
  readonly x: Tensor;
  /** Expected error τ of each unknown pixel, standard deviation on [−1, 1]; 0 at known pixels. */
  readonly tau: Float32Array;
  /** Why it is not what was asked for; undefined when it is. */
  readonly fallback?: 'no-source' | 'nothing-known' | undefined;
}

/** Damage up to this wide, in pixels, gets what is surer of both fills … */
const THIN = 6;
/** … and from this on the exemplar alone. */
const WIDE = 16;
/** As near as this to wide damage, pixels, is a corner of it; twice as far is damage of its own. */
const CORNER = 8;
/** τ of a pixel where both fills agree and patches, too: the error that was measured on photographs. */
const TAU_LEAST = 0.018;
/** Shares of the squared difference of both fills and of the variance of the patches in τ², where damage is thin. */
const TAU_DIFFERENCE = 0.4;
const TAU_SPREAD = 1.2;
/**
 * Where damage is wide, the truth is far from any fill, and the mean of all that could be there is a smear: what patches
 * have made is believed, and the network changes little more than what does not fit.
 */
export const TAU_BELIEVED = 0.02;
/** Growth of a smooth fill's τ with every pixel from the rim. */
const SMOOTH_TAU = 0.05;
/** τ where nothing is known. */
const TAU_UNKNOWN = 1;

/** Fills the unknown pixels of one window. */
export function fillWindow(request: WindowRequest): WindowFill {
  const { x, unknown, kind, source, offset, random, onRound } = request;
  const [, , height, width] = x.shape;
  if (!unknown.includes(0)) {
    return {
      x: zeros(x.shape),
      tau: new Float32Array(unknown.length).fill(TAU_UNKNOWN),
      fallback: 'nothing-known',
    };
  }
  const smooth = smoothFillAround(x, unknown);
  const distance = distanceToKnown(unknown, width, height);
  const tau = distance.map((d) => (d === 0 ? 0 : smoothTau(d)));
  if (offset !== undefined) {
    const reachable = unknown.map((u) => (u === 0 ? 1 : 0));
    const cloned = cloneFill(x, unknown, offset, reachable);
    if (cloned !== undefined) return { x: cloned, tau: distance.map((d) => (d === 0 ? 0 : TAU_BELIEVED)) };
    return { x: smooth, tau, fallback: 'no-source' };
  }
  if (kind === 'smooth') return { x: smooth, tau };
  const exemplar = exemplarFill({ x: smooth, unknown, source, random, onRound });
  if (exemplar === undefined) return { x: smooth, tau, fallback: 'no-source' };
  return blend(smooth, exemplar, wideness(distance, width, height), kind, unknown);
}

/** 0 at thin damage to 1 at wide damage, by `distanceToKnown`. The corners of a wide hole belong to it. */
export function wideness(distance: Float32Array, width: number, height: number): Float32Array {
  const widths = localWidth(distance, width, height);
  const own = widths.map((w) => Math.min(1, Math.max(0, (w - THIN) / (WIDE - THIN))));
  if (!own.includes(1)) return own;
  const toWide = distanceToKnown(
    Uint8Array.from(own, (value) => (value === 1 ? 0 : 1)),
    width,
    height,
  );
  return own.map((value, i) => (distance[i] === 0 ? 0 : Math.max(value, Math.min(1, 2 - toWide[i] / CORNER))));
}

/** Expected error of a smooth fill `distance` pixels from the rim. */
export function smoothTau(distance: number): number {
  return Math.min(0.6, SMOOTH_TAU * (1 + distance));
}

/** The smooth fill looks only a few pixels beyond a hole, so it is made in the holes' bounding box. */
const SMOOTH_CONTEXT = 8;

function smoothFillAround(x: Tensor, unknown: Uint8Array): Tensor {
  const [, channels, height, width] = x.shape;
  const { left, top, right, bottom } = boundsOf(unknown, width, height, SMOOTH_CONTEXT);
  const [w, h] = [right - left, bottom - top];
  if (w === 0) return x;
  const part = zeros([1, channels, h, w]);
  const partUnknown = new Uint8Array(w * h);
  for (let row = 0; row < h; row++) {
    const start = (top + row) * width + left;
    partUnknown.set(unknown.subarray(start, start + w), row * w);
    for (let c = 0; c < channels; c++) {
      const from = c * height * width + start;
      part.data.set(x.data.subarray(from, from + w), (c * h + row) * w);
    }
  }
  const filled = smoothFill(part, partUnknown);
  const out = { shape: x.shape, data: x.data.slice() };
  for (let row = 0; row < h; row++) {
    for (let c = 0; c < channels; c++) {
      const from = (c * h + row) * w;
      out.data.set(filled.data.subarray(from, from + w), (c * height + top + row) * width + left);
    }
  }
  return out;
}

/**
 * Share of the exemplar in a fill of thin damage. Both fills are off by about their difference; the exemplar is less so the
 * more its patches agree. The weights are those of least error over the scratched and lettered validation photographs.
 * @param difference  mean square of both fills' difference.
 * @param variance    of what the patches propose.
 */
function exemplarShare(difference: number, variance: number): number {
  return Math.min(0.9, Math.max(0.1, (difference + 1e-5) / (difference + 3e-4 + 4 * variance)));
}

function blend(
  smooth: Tensor,
  exemplar: ExemplarFill,
  isWide: Float32Array,
  kind: FillKind,
  unknown: Uint8Array,
): WindowFill {
  const [, channels, height, width] = smooth.shape;
  const plane = height * width;
  const x = { shape: smooth.shape, data: smooth.data.slice() };
  const tau = new Float32Array(plane);
  for (let i = 0; i < plane; i++) {
    if (unknown[i] === 0) continue;
    let difference = 0;
    for (let c = 0; c < channels; c++) {
      difference += (exemplar.x.data[c * plane + i] - smooth.data[c * plane + i]) ** 2 / channels;
    }
    const variance = exemplar.spread[i] ** 2;
    const thin = kind === 'exemplar' ? 1 : exemplarShare(difference, variance);
    const share = thin + isWide[i] * (1 - thin);
    for (let at = i; at < channels * plane; at += plane) {
      x.data[at] += share * (exemplar.x.data[at] - smooth.data[at]);
    }
    const doubt = TAU_LEAST ** 2 + TAU_SPREAD * variance + TAU_DIFFERENCE * difference;
    tau[i] = Math.sqrt(doubt + isWide[i] * (TAU_BELIEVED ** 2 - doubt));
  }
  return { x, tau };
}
