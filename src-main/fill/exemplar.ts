import type { RandomGenerator } from '../tensor/random.ts';
import { zeros, type Tensor } from '../tensor/tensor.ts';
import { distanceToKnown } from './distance.ts';
import { PatchField, type MatchScale } from './patch-field.ts';

export interface ExemplarRequest {
  /** [1, c, h, w]; c is 1 or 3. Values at unknown pixels are the start of the search: a smooth fill. */
  readonly x: Tensor;
  /** h × w, non-zero = unknown. */
  readonly unknown: Uint8Array;
  /** h × w, non-zero = may be copied; absent: every known pixel. */
  readonly source?: Uint8Array | undefined;
  readonly random: RandomGenerator;
  /** Called between rounds; throws to end the search. */
  readonly onRound?: (() => void) | undefined;
}

/** A fill by copied patches. */
export interface ExemplarFill {
  /** [1, c, h, w]; known pixels as given. */
  readonly x: Tensor;
  /** Standard deviation, per unknown pixel, of what the patches over it propose; 0 at known pixels. */
  readonly spread: Float32Array;
}

/** Known pixels nearer than this to an unknown one are not copied: the edge of damage is damaged, too. */
const MARGIN = 1;
/** Coarsest scale at which a hole is still this many pixels deep from its edge. */
const COARSEST_DEPTH = 2.5;
const MOST_SCALES = 7;
/** Patch radii that are tried, largest first: smaller patches where little clean source is left. */
const RADII = [3, 2, 1];
/** A radius is used where it leaves so many source patches for each patch to be filled, and at least LEAST_SOURCES. */
const LEAST_SOURCES = 24;
const SOURCES_PER_TARGET = 0.5;
/** How much a filled pixel counts in a comparison against a known one, next to the edge. */
const GUESS_CONFIDENCE = 0.5;
/** Rounds of search and vote stop when a value changes less than this on average ([−1, 1]). */
const STILL = 8e-4;

/** One scale of the pyramid. */
interface Level {
  readonly width: number;
  readonly height: number;
  readonly colours: Float32Array;
  readonly unknown: Uint8Array;
  /** Non-zero = may be copied. */
  readonly source: Uint8Array;
}

/** Matches of a finished scale, for the next finer one: for every pixel the shift to its source, or undefined. */
interface Matches {
  readonly width: number;
  readonly height: number;
  readonly shiftX: Int16Array;
  readonly shiftY: Int16Array;
}

/**
 * Fills a hole with patches of the picture itself: coarse to fine, every patch that reaches into the hole looks for the
 * source patch nearest in colour and texture, and each unknown pixel becomes the weighted mean of what the patches
 * over it propose (Wexler et al. 2007; search by Barnes et al. 2009; texture features and scales as in Newson et al.
 * 2014). Deterministic for the same generator.
 * @returns undefined where too little is known to copy from.
 */
export function exemplarFill(request: ExemplarRequest): ExemplarFill | undefined {
  const levels = pyramid(request);
  let coarser: Matches | undefined;
  let filled: Level | undefined;
  let spread: Float32Array | undefined;
  for (let index = levels.length - 1; index >= 0; index--) {
    const level = levels[index];
    const scale = matchScale(level);
    if (scale === undefined) continue;
    const field = new PatchField(scale);
    if (coarser === undefined) startAtRandom(field, scale, request.random);
    else startFrom(coarser, field, scale, request.random);
    const finest = index === 0;
    const found = coarser !== undefined;
    const rounds = finest ? 4 : 8;
    if (found) {
      field.refresh();
      field.vote(1);
    }
    const reach = found ? Math.max(8, Math.max(level.width, level.height) / 8) : Math.max(level.width, level.height);
    for (let round = 0; round < rounds; round++) {
      request.onRound?.();
      field.refresh();
      field.search(request.random, 2, reach);
      if (field.vote(1) < STILL) break;
    }
    if (finest) {
      spread = new Float32Array(level.width * level.height);
      field.refresh();
      field.vote(2, spread);
      filled = level;
    }
    coarser = shifts(field, level);
  }
  if (filled === undefined || spread === undefined) return undefined;
  return { x: planar(filled.colours, request.x), spread };
}

/** Scales of the picture, the finest first, until the hole is thin. */
function pyramid({ x, unknown, source }: ExemplarRequest): Level[] {
  const [, , height, width] = x.shape;
  const distance = distanceToKnown(unknown, width, height);
  const toDamage = distanceToUnknown(unknown, width, height);
  const allowed = Uint8Array.from(unknown, (u, i) =>
    u === 0 && toDamage[i] > MARGIN && (source === undefined || source[i] !== 0) ? 1 : 0,
  );
  let level: Level = { width, height, colours: interleaved(x), unknown, source: allowed };
  const levels = [level];
  let depth = distance.reduce((most, d) => Math.max(most, d), 0);
  while (depth > COARSEST_DEPTH && levels.length < MOST_SCALES && Math.min(level.width, level.height) >= 32) {
    level = reduced(level);
    levels.push(level);
    depth /= 2;
  }
  return levels;
}

function distanceToUnknown(unknown: Uint8Array, width: number, height: number): Float32Array {
  return distanceToKnown(
    unknown.map((u) => (u === 0 ? 1 : 0)),
    width,
    height,
  );
}

/** Half the size by a tent filter that leaves unknown pixels out where it can; unknown where any pixel of a block is. */
function reduced({ width, height, colours, unknown, source }: Level): Level {
  const w2 = width >> 1;
  const h2 = height >> 1;
  const out = new Float32Array(w2 * h2 * 3);
  const lost = new Uint8Array(w2 * h2);
  const allowed = new Uint8Array(w2 * h2);
  for (let y = 0; y < h2; y++) {
    for (let x = 0; x < w2; x++) {
      const at = y * w2 + x;
      let [a, b, c, total] = [0, 0, 0, 0];
      for (let j = -1; j < 3; j++) {
        const py = Math.min(height - 1, Math.max(0, 2 * y + j));
        for (let i = -1; i < 3; i++) {
          const px = Math.min(width - 1, Math.max(0, 2 * x + i));
          const pixel = py * width + px;
          const tent = (i === 0 || i === 1 ? 3 : 1) * (j === 0 || j === 1 ? 3 : 1);
          const weight = unknown[pixel] === 0 ? tent : tent * 1e-4;
          a += weight * colours[3 * pixel];
          b += weight * colours[3 * pixel + 1];
          c += weight * colours[3 * pixel + 2];
          total += weight;
        }
      }
      out[3 * at] = a / total;
      out[3 * at + 1] = b / total;
      out[3 * at + 2] = c / total;
      const corner = 2 * y * width + 2 * x;
      const block = [corner, corner + 1, corner + width, corner + width + 1];
      lost[at] = block.some((pixel) => unknown[pixel] !== 0) ? 1 : 0;
      allowed[at] = lost[at] === 0 && block.every((pixel) => source[pixel] !== 0) ? 1 : 0;
    }
  }
  return { width: w2, height: h2, colours: out, unknown: lost, source: allowed };
}

/** The largest patches for which there is source enough. */
function matchScale({ width, height, colours, unknown, source }: Level): MatchScale | undefined {
  const blocked = sums(source, width, height);
  let unknownCount = 0;
  for (const u of unknown) if (u !== 0) unknownCount++;
  for (const radius of RADII) {
    const sources = wholePatches(blocked, width, height, radius);
    const last = radius === RADII[RADII.length - 1];
    if (sources.length < LEAST_SOURCES || (!last && sources.length < SOURCES_PER_TARGET * unknownCount)) continue;
    const distance = distanceToKnown(unknown, width, height);
    const confidence = distance.map((d) => (d === 0 ? 1 : GUESS_CONFIDENCE / Math.sqrt(d)));
    return { width, height, radius, colours, unknown, confidence, sources };
  }
  return undefined;
}

/** Summed-area table, (height + 1) × (width + 1), of the pixels that may not be copied. */
function sums(source: Uint8Array, width: number, height: number): Uint32Array {
  const stride = width + 1;
  const table = new Uint32Array(stride * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += source[y * width + x] === 0 ? 1 : 0;
      table[(y + 1) * stride + x + 1] = table[y * stride + x + 1] + row;
    }
  }
  return table;
}

function wholePatches(blocked: Uint32Array, width: number, height: number, radius: number): Int32Array {
  const stride = width + 1;
  const centres: number[] = [];
  for (let y = radius; y < height - radius; y++) {
    const top = (y - radius) * stride;
    const bottom = (y + radius + 1) * stride;
    for (let x = radius; x < width - radius; x++) {
      const left = x - radius;
      const right = x + radius + 1;
      if (blocked[bottom + right] - blocked[bottom + left] === blocked[top + right] - blocked[top + left]) {
        centres.push(y * width + x);
      }
    }
  }
  return Int32Array.from(centres);
}

function startAtRandom(field: PatchField, { sources }: MatchScale, random: RandomGenerator): void {
  for (let t = 0; t < field.matches.length; t++) field.matches[t] = sources[pick(random, sources.length)];
}

/** Twice the shifts of the coarser scale; at random where that leaves the source. */
function startFrom(coarser: Matches, field: PatchField, { width, sources }: MatchScale, random: RandomGenerator): void {
  field.targets.forEach((pixel, t) => {
    const x = pixel % width;
    const y = (pixel - x) / width;
    const at = Math.min(coarser.height - 1, y >> 1) * coarser.width + Math.min(coarser.width - 1, x >> 1);
    const u = x + 2 * coarser.shiftX[at];
    const v = y + 2 * coarser.shiftY[at];
    const inside = field.isSource(u, v);
    field.matches[t] = inside ? v * width + u : sources[pick(random, sources.length)];
  });
}

function shifts({ targets, matches }: PatchField, { width, height }: Level): Matches {
  const shiftX = new Int16Array(width * height);
  const shiftY = new Int16Array(width * height);
  targets.forEach((pixel, t) => {
    shiftX[pixel] = (matches[t] % width) - (pixel % width);
    shiftY[pixel] = Math.floor(matches[t] / width) - Math.floor(pixel / width);
  });
  return { width, height, shiftX, shiftY };
}

function pick(random: RandomGenerator, count: number): number {
  return Math.floor(random.uniform() * count);
}

function interleaved({ shape: [, channels, height, width], data }: Tensor): Float32Array {
  const plane = height * width;
  const out = new Float32Array(plane * 3);
  for (let c = 0; c < 3; c++) {
    const from = Math.min(c, channels - 1) * plane;
    for (let i = 0; i < plane; i++) out[3 * i + c] = data[from + i];
  }
  return out;
}

function planar(colours: Float32Array, like: Tensor): Tensor {
  const [, channels, height, width] = like.shape;
  const out = zeros(like.shape);
  const plane = height * width;
  for (let c = 0; c < channels; c++) for (let i = 0; i < plane; i++) out.data[c * plane + i] = colours[3 * i + c];
  return out;
}
