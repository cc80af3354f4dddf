import type { RandomGenerator } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { distanceToKnown } from './distance.ts';
import { joinGradients } from './join-gradients.ts';
import { FEATURES, PatchField, type MatchScale } from './patch-field.ts';
import { SummedArea } from './summed-area.ts';

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

/**
 * The coarsest scale is the first at which the deepest hole is at most this many pixels deep from its edge: few where damage
 * is thin, because its surroundings at half the size say where a line goes on (+.7 dB in scratches), more where it is
 * wide, because patches have to have texture to be told apart by (.5 dB in blots) …
 */
const COARSEST_DEPTH = { thin: 2, wide: 5 };
/** … and no side is shorter than half of this, so that there are patches to choose from. */
const LEAST_SIDE = 48;
const MOST_SCALES = 7;
/** Patch radii that are tried, largest first: smaller patches where little clean source is left. */
const RADII = [3, 2, 1];
/** A radius is used where it leaves so many source patches for each patch to be filled, and at least LEAST_SOURCES. */
const LEAST_SOURCES = 24;
const SOURCES_PER_TARGET = 0.5;
/** How much a filled pixel next to the edge counts in a comparison against a known one … */
const GUESS_CONFIDENCE = 0.5;
/** Rounds of search and vote stop when a value changes less than this on average ([−1, 1]). */
const STILL = 8e-4;
/** The most rounds at the finest scale, where each costs most and changes least, and at the others. */
const ROUNDS = { finest: 3, coarser: 10 };
/** Texture counts so much against colour: more than in Newson et al. 2014, whose textures are not joined by gradients. */
const TEXTURE_WEIGHT = 4;
/** Texture is the mean of the gradients this near, pixels: a coarse scale still tells rough from smooth by it. */
const TEXTURE_RADIUS = 2;

/** One scale of the pyramid. */
interface Level {
  readonly width: number;
  readonly height: number;
  /** height × width × FEATURES. */
  readonly features: Float32Array;
  readonly unknown: Uint8Array;
  /** 1 = may be copied; 0 at unknown pixels. */
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
  const { x, unknown, random, onRound } = request;
  const levels = pyramid(request);
  let coarser: Matches | undefined;
  let result: ExemplarFill | undefined;
  for (let index = levels.length - 1; index >= 0; index--) {
    const level = levels[index];
    const scale = matchScale(level);
    if (scale === undefined) continue;
    const field = new PatchField(scale);
    const { width, height } = level;
    const depth = distanceToKnown(level.unknown, width, height);
    const widest = Math.max(width, height);
    if (coarser === undefined) {
      startAtRandom(field, scale, random);
      growInwards(field, scale, depth, random, widest, onRound);
    } else {
      startFrom(coarser, field, scale, random);
      field.weigh(confidenceOf(depth, Infinity));
      field.vote();
    }
    const reach = coarser === undefined ? widest : Math.max(8, widest / 8);
    const rounds = index === 0 ? ROUNDS.finest : ROUNDS.coarser;
    for (let round = 0; round < rounds; round++) {
      onRound?.();
      field.refresh();
      field.search(random, 2, reach);
      if (field.vote() < STILL) break;
    }
    coarser = shifts(field, level);
    if (index === 0) {
      field.refresh();
      const spread = new Float32Array(width * height);
      field.vote(spread);
      result = { x: joinGradients(x, unknown, field.agreedShifts()), spread };
    }
  }
  return result;
}

/** Known pixels count 1, filled ones less the farther they are from known ones, those beyond `reached` not at all. */
function confidenceOf(depth: Float32Array, reached: number): Float32Array {
  return depth.map((d) => (d === 0 ? 1 : d > reached ? 0 : GUESS_CONFIDENCE / Math.sqrt(d)));
}

/** The first fill of all, from the rim inwards: patches are compared by known pixels and those filled before. */
function growInwards(
  field: PatchField,
  { radius }: MatchScale,
  depth: Float32Array,
  random: RandomGenerator,
  reach: number,
  onRound: (() => void) | undefined,
): void {
  const deepest = depth.reduce((most, d) => Math.max(most, d), 0);
  for (let reached = 0; ; reached += radius) {
    onRound?.();
    field.weigh(confidenceOf(depth, reached));
    field.search(random, 4, reach);
    field.vote();
    if (reached + radius > deepest) break;
  }
  field.weigh(confidenceOf(depth, Infinity));
}

/** Scales of the picture, the finest first, until the hole is thin. */
function pyramid({ x, unknown, source }: ExemplarRequest): Level[] {
  const [, , height, width] = x.shape;
  const distance = distanceToKnown(unknown, width, height);
  const allowed = farFromUnknown(unknown, width, height);
  if (source !== undefined) source.forEach((s, i) => (allowed[i] = s === 0 ? 0 : allowed[i]));
  let level: Level = { width, height, features: describe(x, unknown), unknown, source: allowed };
  const levels = [level];
  let depth = distance.reduce((most, d) => Math.max(most, d), 0);
  const coarsest = depth <= COARSEST_DEPTH.wide ? COARSEST_DEPTH.thin : COARSEST_DEPTH.wide;
  while (depth > coarsest && levels.length < MOST_SCALES && Math.min(level.width, level.height) >= LEAST_SIDE) {
    level = reduced(level);
    levels.push(level);
    depth /= 2;
  }
  return levels;
}

/** 1 at known pixels with no unknown one beside, above or below: the edge of damage is damaged, too. */
function farFromUnknown(unknown: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(unknown.length).fill(1);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (unknown[i] === 0) continue;
      out[i] = 0;
      if (x > 0) out[i - 1] = 0;
      if (x < width - 1) out[i + 1] = 0;
      if (y > 0) out[i - width] = 0;
      if (y < height - 1) out[i + width] = 0;
    }
  }
  return out;
}

/** Half the size by a tent filter that leaves unknown pixels out where it can; unknown where any pixel of a block is. */
function reduced({ width, height, features, unknown, source }: Level): Level {
  const w2 = width >> 1;
  const h2 = height >> 1;
  const out = new Float32Array(w2 * h2 * FEATURES);
  const lost = new Uint8Array(w2 * h2);
  const allowed = new Uint8Array(w2 * h2);
  for (let y = 0; y < h2; y++) {
    for (let x = 0; x < w2; x++) {
      const at = y * w2 + x;
      let total = 0;
      for (let j = -1; j < 3; j++) {
        const py = Math.min(height - 1, Math.max(0, 2 * y + j));
        for (let i = -1; i < 3; i++) {
          const px = Math.min(width - 1, Math.max(0, 2 * x + i));
          const pixel = py * width + px;
          const tent = (i === 0 || i === 1 ? 3 : 1) * (j === 0 || j === 1 ? 3 : 1);
          const weight = unknown[pixel] === 0 ? tent : tent * 1e-4;
          for (let c = 0; c < FEATURES; c++) out[FEATURES * at + c] += weight * features[FEATURES * pixel + c];
          total += weight;
        }
      }
      for (let c = 0; c < FEATURES; c++) out[FEATURES * at + c] /= total;
      const corner = 2 * y * width + 2 * x;
      const below = corner + width;
      lost[at] = unknown[corner] | unknown[corner + 1] | unknown[below] | unknown[below + 1];
      allowed[at] = source[corner] & source[corner + 1] & source[below] & source[below + 1];
    }
  }
  return { width: w2, height: h2, features: out, unknown: lost, source: allowed };
}

/** The largest patches for which there is source enough. */
function matchScale({ width, height, features, unknown, source }: Level): MatchScale | undefined {
  const blocked = new SummedArea(
    source.map((allowed) => (allowed === 0 ? 1 : 0)),
    width,
    height,
  );
  let unknownCount = 0;
  for (const u of unknown) if (u !== 0) unknownCount++;
  for (const radius of RADII) {
    const sources = wholePatches(blocked, width, height, radius);
    const last = radius === RADII[RADII.length - 1];
    if (sources.length < LEAST_SOURCES || (!last && sources.length < SOURCES_PER_TARGET * unknownCount)) continue;
    return { width, height, radius, features, unknown, sources };
  }
  return undefined;
}

function wholePatches(blocked: SummedArea, width: number, height: number, radius: number): Int32Array {
  const centres: number[] = [];
  for (let y = radius; y < height - radius; y++) {
    for (let x = radius; x < width - radius; x++) {
      if (blocked.sum(x - radius, y - radius, x + radius + 1, y + radius + 1) === 0) centres.push(y * width + x);
    }
  }
  return Int32Array.from(centres);
}

function startAtRandom(field: PatchField, scale: MatchScale, random: RandomGenerator): void {
  for (let t = 0; t < field.targets.length; t++) matchAtRandom(field, t, scale, random);
}

function matchAtRandom(field: PatchField, t: number, { sources, width }: MatchScale, random: RandomGenerator): void {
  const source = sources[Math.floor(random.uniform() * sources.length)];
  field.setMatch(t, source % width, Math.floor(source / width));
}

/** Twice the shifts of the coarser scale; at random where that leaves the source. */
function startFrom(coarser: Matches, field: PatchField, scale: MatchScale, random: RandomGenerator): void {
  const { width } = scale;
  field.targets.forEach((pixel, t) => {
    const x = pixel % width;
    const y = (pixel - x) / width;
    const at = Math.min(coarser.height - 1, y >> 1) * coarser.width + Math.min(coarser.width - 1, x >> 1);
    const u = x + 2 * coarser.shiftX[at];
    const v = y + 2 * coarser.shiftY[at];
    if (field.isSource(u, v)) field.setMatch(t, u, v);
    else matchAtRandom(field, t, scale, random);
  });
}

function shifts(field: PatchField, { width, height }: Level): Matches {
  const shiftX = new Int16Array(width * height);
  const shiftY = new Int16Array(width * height);
  field.targets.forEach((pixel, t) => {
    const match = field.matchOf(t);
    shiftX[pixel] = match.x - (pixel % width);
    shiftY[pixel] = match.y - Math.floor(pixel / width);
  });
  return { width, height, shiftX, shiftY };
}

/** Three colours and the texture along both axes of every pixel: mean absolute differences of known neighbours. */
function describe({ shape: [, channels, height, width], data }: Tensor, unknown: Uint8Array): Float32Array {
  const plane = height * width;
  const out = new Float32Array(plane * FEATURES);
  for (let c = 0; c < 3; c++) {
    const from = Math.min(c, channels - 1) * plane;
    for (let i = 0; i < plane; i++) out[FEATURES * i + c] = data[from + i];
  }
  for (const axis of [0, 1]) {
    const step = axis === 0 ? 1 : width;
    const differences = new Float32Array(plane);
    const counted = new Float32Array(plane);
    for (let i = 0; i < plane; i++) {
      const last = axis === 0 ? i % width === width - 1 : i >= plane - width;
      if (last || unknown[i] !== 0 || unknown[i + step] !== 0) continue;
      counted[i] = 1;
      for (let c = 0; c < 3; c++) {
        differences[i] += Math.abs(out[FEATURES * (i + step) + c] - out[FEATURES * i + c]) / 3;
      }
    }
    const sum = boxSums(differences, width, height, TEXTURE_RADIUS);
    const count = boxSums(counted, width, height, TEXTURE_RADIUS);
    for (let i = 0; i < plane; i++) out[FEATURES * i + 3 + axis] = (TEXTURE_WEIGHT * sum[i]) / Math.max(1, count[i]);
  }
  return out;
}

/** Sums over squares of (2·radius + 1)² pixels, cut off at the border. */
function boxSums(values: Float32Array, width: number, height: number, radius: number): Float32Array {
  const rows = new Float32Array(values.length);
  const out = new Float32Array(values.length);
  for (let y = 0; y < height; y++) lineSums(values, rows, y * width, 1, width, radius);
  for (let x = 0; x < width; x++) lineSums(rows, out, x, width, height, radius);
  return out;
}

/** Sums of the 2·radius + 1 values around each of those at start, start + step, … */
function lineSums(
  values: Float32Array,
  out: Float32Array,
  start: number,
  step: number,
  n: number,
  radius: number,
): void {
  let sum = 0;
  for (let i = 0; i < Math.min(n, radius); i++) sum += values[start + i * step];
  for (let i = 0; i < n; i++) {
    if (i + radius < n) sum += values[start + (i + radius) * step];
    out[start + i * step] = sum;
    if (i >= radius) sum -= values[start + (i - radius) * step];
  }
}
