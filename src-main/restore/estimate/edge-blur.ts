import type { Rect } from '../region.ts';
import type { LumaTile } from './luma-tiles.ts';

export interface EdgeBlur {
  /** Standard deviation in pixels of the Gaussian that the sharpest edges look blurred by. */
  readonly sigma: number;
  /** Edges that it was read from. */
  readonly edges: number;
  /** Half the range of the middle half of them, relative to sigma. */
  readonly spread: number;
}

/** Scales at which an edge's slope is measured; twice as coarse where it is wide. */
const FINE = 1;
const COARSE = 2;
/** Wider blurs are measured at twice the scale. */
const WIDE = 2.2;
/** An edge rises by at least so many levels a pixel at the coarse scale, and so many times the noise of the slope. */
const LEAST_SLOPE = 3;
const ABOVE_NOISE = 6;
/** Share of the edges of a picture, the sharpest, that are taken for edges of the scene and not shadows. */
const SHARPEST = 0.3;
const FEWEST = 40;
/** Where people have marked an edge that they know, it is the steepest: slopes of so large a share of that are its own. */
const OF_STEEPEST = 0.5;
const MARKED_FEWEST = 8;

/**
 * Blur from the slopes of edges at two scales (after Zhuo & Sim 2011; Elder & Zucker 1998): a step that was blurred by σ and then
 * smoothed by s has a slope in proportion to 1/√(σ² + s²), so that the ratio of two of them gives σ, whatever the
 * height of the step.
 * @param noise  standard deviation on 0…255.
 * @param marked  of each tile: where people have marked an edge that is sharp in the scene; elsewhere is not looked.
 * @returns undefined where there are too few edges.
 */
export function estimateEdgeBlur(tiles: readonly LumaTile[], noise: number, marked?: Rect): EdgeBlur | undefined {
  const first = atScale(tiles, noise, FINE, marked);
  if (first === undefined || first.sigma < WIDE) return first;
  return atScale(tiles, noise, 2 * FINE, marked) ?? first;
}

function atScale(
  tiles: readonly LumaTile[],
  noise: number,
  scale: number,
  marked: Rect | undefined,
): EdgeBlur | undefined {
  const [fine, coarse] = [scale * FINE, scale * COARSE];
  // A slope's noise after smoothing by s is σ/(2√(2π) s²) (white noise through a derivative of a Gaussian, over √2 for each of two axes).
  const least = Math.max(LEAST_SLOPE / scale, (ABOVE_NOISE * noise) / (2 * Math.sqrt(2 * Math.PI) * fine ** 2));
  const seen: { square: number; slope: number }[] = [];
  for (const tile of tiles)
    eachEdge(tile, { fine, coarse, least, marked }, (ratio, slope) => {
      const square = (coarse ** 2 - ratio ** 2 * fine ** 2) / (ratio ** 2 - 1);
      if (ratio > 1.001 && square > -0.5 * fine ** 2) seen.push({ square, slope });
    });
  const steepest = marked === undefined ? 0 : seen.reduce((most, { slope }) => Math.max(most, slope), 0);
  const squares = seen.filter(({ slope }) => slope >= OF_STEEPEST * steepest).map(({ square }) => square);
  if (squares.length < (marked === undefined ? FEWEST : MARKED_FEWEST)) return undefined;
  // Of an edge that is known all of it counts.
  const sharpest = marked === undefined ? SHARPEST : 1;
  const sorted = Float64Array.from(squares).sort();
  const at = (share: number): number => Math.sqrt(Math.max(0, sorted[Math.floor(share * (sorted.length - 1))]));
  const sigma = at(sharpest / 2);
  return {
    sigma,
    edges: squares.length,
    spread: (at(0.75 * sharpest) - at(0.25 * sharpest)) / 2 / Math.max(sigma, 0.3),
  };
}

/** Visits the ridges of the fine slope, with its ratio to the coarse one. */
function eachEdge(
  { side, data }: LumaTile,
  { fine, coarse, least, marked }: { fine: number; coarse: number; least: number; marked: Rect | undefined },
  visit: (ratio: number, slope: number) => void,
): void {
  const small = slopes(smoothed(data, side, fine), side);
  const large = slopes(smoothed(data, side, coarse), side);
  const border = Math.ceil(3 * coarse);
  const { x, y, width, height } = marked ?? { x: 0, y: 0, width: side, height: side };
  for (let i = Math.max(border, y); i < Math.min(side - border, y + height); i++) {
    for (let j = Math.max(border, x); j < Math.min(side - border, x + width); j++) {
      const at = i * side + j;
      const slope = Math.hypot(small.x[at], small.y[at]);
      if (Math.hypot(large.x[at], large.y[at]) < least) continue;
      // The highest along the direction of the slope, to the nearest of eight neighbours.
      const step = Math.round(small.y[at] / slope) * side + Math.round(small.x[at] / slope);
      const before = Math.hypot(small.x[at - step], small.y[at - step]);
      const after = Math.hypot(small.x[at + step], small.y[at + step]);
      if (slope < before || slope <= after) continue;
      const coarser = Math.hypot(large.x[at], large.y[at]);
      visit(slope / coarser, coarser);
    }
  }
}

function slopes(data: Float64Array, side: number): { x: Float64Array; y: Float64Array } {
  const x = new Float64Array(data.length);
  const y = new Float64Array(data.length);
  for (let i = 1; i < side - 1; i++) {
    for (let j = 1; j < side - 1; j++) {
      const at = i * side + j;
      x[at] = (data[at + 1] - data[at - 1]) / 2;
      y[at] = (data[at + side] - data[at - side]) / 2;
    }
  }
  return { x, y };
}

/** Gaussian smoothing, separable, the border repeated. */
function smoothed(data: Float64Array, side: number, sigma: number): Float64Array {
  const radius = Math.ceil(3 * sigma);
  const kernel = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  const sum = kernel.reduce((total, v) => total + v, 0);
  const pass = (from: Float64Array, along: number, across: number): Float64Array => {
    const out = new Float64Array(from.length);
    for (let i = 0; i < side; i++) {
      for (let j = 0; j < side; j++) {
        let total = 0;
        for (let k = -radius; k <= radius; k++) {
          total += kernel[k + radius] * from[i * across + Math.min(side - 1, Math.max(0, j + k)) * along];
        }
        out[i * across + j * along] = total / sum;
      }
    }
    return out;
  };
  return pass(pass(data, 1, side), side, 1);
}
