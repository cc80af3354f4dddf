import type { RandomGenerator } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { boundsOf, distanceToKnown, localWidth } from './distance.ts';
import { SummedArea } from './summed-area.ts';

/** What is finer than a Gaussian of this standard deviation, pixels, is grain, unless it is more than grain can be. */
const FINE = 1.5;
const RADIUS = 4;
/** Grain is as strong everywhere, detail is not: this part of the surroundings has no more than grain. */
const QUIET_SHARE = 0.5;
/** Places of more energy than so many times the grain's have detail, and are not copied. */
const DETAIL = 4;
/** Squares of (2·NEAR + 1)² pixels over which energy is averaged. */
const NEAR = 3;
/** Standard deviation on [−1, 1] below which nobody sees grain: one level of 255. */
const LEAST = 2 / 255;
/** Damage up to this wide, pixels, shows no band without grain; from WIDE on it gets all that is missing. */
const THIN = 4;
const WIDE = 10;
/** Shifts that grain may be copied by, and the farthest in pixels along an axis. */
const SHIFTS = 24;
const FARTHEST = 40;

/**
 * Puts the grain of the surroundings back into filled pixels where it is missing, so that wide damage leaves no smooth band
 * in film grain or noise: the part finer than a pixel and a half of sound places nearby, copied by a few shifts, as strong as
 * brings the filled place to the level of quiet surroundings. Where detail is there already, or nothing around has
 * grain, nothing is added. The same generator gives the same grain.
 * @param x        [1, c, h, w], filled, [−1, 1].
 * @param unknown  h × w, non-zero = filled.
 * @returns x itself where nothing is missing, or a copy of which only unknown pixels differ.
 */
export function withGrain(x: Tensor, unknown: Uint8Array, random: RandomGenerator): Tensor {
  const [, channels, height, width] = x.shape;
  const share = grainShare(unknown, width, height);
  if (share === undefined) return x;
  const fine = fineParts(x);
  const plane = width * height;
  const energy = energyOf(fine, channels, plane);
  const isKnown = unknown.map((u) => (u === 0 ? 1 : 0));
  const around = localMeans(energy, isKnown, width, height);
  const inside = localMeans(
    energy,
    unknown.map((u) => (u === 0 ? 0 : 1)),
    width,
    height,
  );
  const known = around.filter((_, i) => isKnown[i] === 1).sort();
  const grain = known[Math.floor(QUIET_SHARE * known.length)] ?? 0;
  if (grain < LEAST ** 2) return x;
  // What is copied has lost its coarser half already, and would lose it once more when it is measured again.
  const again = energyOf(fineParts({ shape: x.shape, data: fine }), channels, plane);
  let [once, twice] = [0, 0];
  for (let i = 0; i < plane; i++) {
    if (isKnown[i] === 0 || around[i] > DETAIL * grain) continue;
    once += energy[i];
    twice += again[i];
  }
  const gain = Math.sqrt(once / twice);
  const shifts = Array.from({ length: SHIFTS }, () => ({
    x: Math.round((2 * random.uniform() - 1) * FARTHEST),
    y: Math.round((2 * random.uniform() - 1) * FARTHEST),
  }));
  const out = { shape: x.shape, data: x.data.slice() };
  for (let i = 0; i < plane; i++) {
    if (unknown[i] === 0 || share[i] === 0 || inside[i] >= grain) continue;
    const column = i % width;
    const row = (i - column) / width;
    const shift = shifts.find((s) => {
      const [u, v] = [column + s.x, row + s.y];
      if (u < 0 || v < 0 || u >= width || v >= height) return false;
      const from = v * width + u;
      return isKnown[from] === 1 && around[from] <= DETAIL * grain;
    });
    if (shift === undefined) continue;
    const from = (row + shift.y) * width + column + shift.x;
    const amount = gain * share[i] * Math.sqrt((grain - inside[i]) / grain);
    for (let c = 0; c < channels; c++) out.data[c * plane + i] += amount * fine[c * plane + from];
  }
  return out;
}

/** Mean square of the channels in every pixel. */
function energyOf(values: Float32Array, channels: number, plane: number): Float32Array {
  const out = new Float32Array(plane);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < plane; i++) out[i] += values[c * plane + i] ** 2 / channels;
  }
  return out;
}

/** 0 at thin damage to 1 at wide damage; undefined where all is thin. */
function grainShare(unknown: Uint8Array, width: number, height: number): Float32Array | undefined {
  const { left, top, right, bottom } = boundsOf(unknown, width, height, 0);
  if (Math.min(right - left, bottom - top) <= THIN) return undefined;
  const widths = localWidth(distanceToKnown(unknown, width, height), width, height);
  const share = widths.map((w) => Math.min(1, Math.max(0, (w - THIN) / (WIDE - THIN))));
  return share.some((value) => value > 0) ? share : undefined;
}

/** x minus its Gaussian mean, [c, h, w]; the border repeats. */
function fineParts({ shape: [, channels, height, width], data }: Tensor): Float32Array {
  const plane = height * width;
  const out = new Float32Array(channels * plane);
  const weights = Float64Array.from({ length: 2 * RADIUS + 1 }, (_, k) => Math.exp(-0.5 * ((k - RADIUS) / FINE) ** 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const rows = new Float32Array(plane);
  for (let c = 0; c < channels; c++) {
    const start = c * plane;
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        let sum = 0;
        for (let k = -RADIUS; k <= RADIUS; k++) {
          sum += weights[k + RADIUS] * data[start + i - x + Math.min(width - 1, Math.max(0, x + k))];
        }
        rows[i] = sum / total;
      }
    }
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        let sum = 0;
        for (let k = -RADIUS; k <= RADIUS; k++) {
          sum += weights[k + RADIUS] * rows[Math.min(height - 1, Math.max(0, y + k)) * width + x];
        }
        out[start + i] = data[start + i] - sum / total;
      }
    }
  }
  return out;
}

/** Means over squares of the chosen (1) pixels in them; 0 where there are none. */
function localMeans(values: Float32Array, chosen: Uint8Array, width: number, height: number): Float32Array {
  const sums = new SummedArea(
    values.map((value, i) => chosen[i] * value),
    width,
    height,
  );
  const counts = new SummedArea(chosen, width, height);
  const out = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - NEAR);
    const bottom = Math.min(height, y + NEAR + 1);
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - NEAR);
      const right = Math.min(width, x + NEAR + 1);
      const count = counts.sum(left, top, right, bottom);
      out[y * width + x] = count === 0 ? 0 : sums.sum(left, top, right, bottom) / count;
    }
  }
  return out;
}
