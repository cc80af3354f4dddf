import { cosineOfDegrees, sineOfDegrees } from '../../operators/degrees.ts';
import { noiseFloor } from './fall-off.ts';
import { frequencyOf, type PowerSpectrum } from './log-spectrum.ts';

/** A blur with zeros in its spectrum, and how well these are seen. */
export interface KernelFit {
  readonly blur:
    | { readonly kind: 'motion'; readonly length: number; readonly angle: number }
    | { readonly kind: 'disk'; readonly radius: number };
  /** Correlation of the blur's logarithmic spectrum with the picture's, apart from what is smooth in both: 0…1. */
  readonly match: number;
  /** How deep the picture's dark places are beside the blur's: 1 where the blur made them, less under noise. */
  readonly weight: number;
}

/** Power above that of noise by so much is the scene's. */
const ABOVE_NOISE = 3;
const LEAST_REACH = 0.1;
/** Frequencies that are looked at, cycles a pixel: below, the scene decides; above, noise. */
const LOWEST = 0.025;
const HIGHEST = 0.42;
/** Zeros of a spectrum are filled up by noise, rounding and the ends of the window. */
const FLOOR = 0.004;
const LENGTHS = { from: 4, to: 60, step: 1 };
const ANGLE_STEP = 5;
/** Width of the bins of a coordinate of the plane of frequencies. */
const BIN = 0.002;
const RADII = { from: 1.4, to: 16, step: 0.1 };

/** A point of the spectrum: its frequencies, and what is left of the logarithm of its power without what is smooth. */
interface Points {
  readonly fx: Float64Array;
  readonly fy: Float64Array;
  readonly rest: Float64Array;
  /** Orthonormal smooth functions that have been taken off. */
  readonly smooth: readonly Float64Array[];
}

/**
 * The motion and the disk that explain a picture's spectrum best. Spectra of scenes fall smoothly; a motion adds dark lines
 * across its direction at multiples of 1/length (Cannon 1976), a disk dark rings.
 * @param noise  standard deviation on 0…255.
 * @param near  look for a motion like this one only, as where a line was drawn.
 */
export function fitKernels(
  spectrum: PowerSpectrum,
  noise: number,
  near?: { readonly length: number; readonly angle: number },
): { readonly motion: KernelFit; readonly disk: KernelFit } {
  const all = pointsOf(spectrum, HIGHEST);
  // Where noise has covered a smooth blur the spectrum has an edge, as round as a ring of zeros.
  const clear = pointsOf(spectrum, Math.min(HIGHEST, reachOf(spectrum, noise)));
  return {
    motion: fitMotion(all, spectrum.side, near),
    disk: fitDisk(clear),
  };
}

/** Highest frequency, cycles a pixel, at which the mean power of a ring is well above that of noise. */
function reachOf({ side, power }: PowerSpectrum, noise: number): number {
  const least = ABOVE_NOISE * noiseFloor(noise);
  const sums = new Float64Array(side);
  const counts = new Float64Array(side);
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      const ring = Math.round(side * Math.hypot(frequencyOf(i, side), frequencyOf(j, side)));
      sums[ring] += power[i * side + j];
      counts[ring]++;
    }
  }
  const last = sums.findLastIndex((sum, ring) => ring <= side / 2 && sum > least * counts[ring]);
  return Math.max(LEAST_REACH, last / side);
}

function fitMotion(points: Points, side: number, near: { length: number; angle: number } | undefined): KernelFit {
  const longest = Math.min(LENGTHS.to, side / 4);
  const lengths =
    near === undefined
      ? range(LENGTHS.from, longest, LENGTHS.step)
      : range(Math.max(3, 0.7 * near.length), Math.min(longest, 1.4 * near.length), LENGTHS.step);
  const angles =
    near === undefined ? range(0, 180 - ANGLE_STEP, ANGLE_STEP) : range(near.angle - 15, near.angle + 15, 3);
  let best = { length: lengths[0], angle: angles[0], match: -1, weight: 0 };
  const consider = (angle: number, some: readonly number[]): void => {
    const [across, down] = [cosineOfDegrees(angle), -sineOfDegrees(angle)];
    const profile = profileOf(points, (fx, fy) => Math.abs(fx * across + fy * down));
    for (const length of some) {
      const fit = fitProfile(profile, (f) => sinc(length * f));
      if (fit.match > best.match) best = { length, angle, ...fit };
    }
  };
  for (const angle of angles) consider(angle, lengths);
  for (const step of [1, 0.25]) {
    const { length, angle } = best;
    const some = [-2, -1, 0, 1, 2].map((i) => length + (i * step) / 2);
    for (let j = -2; j <= 2; j++) consider(angle + (j * step * 60) / Math.max(20, length), some);
  }
  const { length, angle, match, weight } = best;
  const blur = { kind: 'motion', length: rounded(length), angle: rounded(((angle % 180) + 180) % 180) } as const;
  return { blur, match, weight };
}

function fitDisk(points: Points): KernelFit {
  const profile = profileOf(points, Math.hypot);
  let best = { radius: RADII.from, match: -1, weight: 0 };
  for (const radius of range(RADII.from, RADII.to, RADII.step)) {
    const fit = fitProfile(profile, (f) => jinc(2 * Math.PI * radius * f));
    if (fit.match > best.match) best = { radius, ...fit };
  }
  const { radius, match, weight } = best;
  return { blur: { kind: 'disk', radius: rounded(radius) }, match, weight };
}

/** Half of the plane, every other frequency: the other half is the same. */
function pointsOf({ side, power }: PowerSpectrum, highest: number): Points {
  const places: { fx: number; fy: number; log: number }[] = [];
  const every = side >= 192 ? 2 : 1;
  for (let i = 0; i < side; i += every) {
    for (let j = 0; j <= side / 2; j += every) {
      const [fy, fx] = [frequencyOf(i, side), frequencyOf(j, side)];
      const f = Math.hypot(fx, fy);
      // On the axes lie the borders of walls and horizons.
      if (f < LOWEST || f > highest || Math.min(Math.abs(i), side - i) < 2 || j < 2) continue;
      places.push({ fx, fy, log: Math.log(power[i * side + j] + 1e-9) });
    }
  }
  const of = (value: (fx: number, fy: number) => number): Float64Array =>
    Float64Array.from(places, ({ fx, fy }) => value(fx, fy));
  const angle = (fx: number, fy: number): number => Math.atan2(fy, fx);
  const smooth = orthonormal([
    of(() => 1),
    of((fx, fy) => Math.log(Math.hypot(fx, fy))),
    of((fx, fy) => fx * fx + fy * fy),
    of((fx, fy) => (fx * fx + fy * fy) ** 2),
    of((fx, fy) => Math.cos(2 * angle(fx, fy))),
    of((fx, fy) => Math.sin(2 * angle(fx, fy))),
    of((fx, fy) => Math.cos(4 * angle(fx, fy))),
    of((fx, fy) => Math.sin(4 * angle(fx, fy))),
  ]);
  const rest = without(
    smooth,
    Float64Array.from(places, ({ log }) => log),
  );
  return { fx: of((fx) => fx), fy: of((_, fy) => fy), rest, smooth };
}

/** The points by one coordinate, in bins: how many there are, and the sums of what is fitted and of the smooth functions. */
interface Profile {
  readonly counts: Float64Array;
  readonly rest: Float64Array;
  readonly smooth: readonly Float64Array[];
  /** Σ rest². */
  readonly energy: number;
}

function profileOf({ fx, fy, rest, smooth }: Points, coordinate: (fx: number, fy: number) => number): Profile {
  const bins = Math.ceil(HIGHEST / BIN) + 1;
  const counts = new Float64Array(bins);
  const sums = new Float64Array(bins);
  const parts = smooth.map(() => new Float64Array(bins));
  for (let i = 0; i < rest.length; i++) {
    const bin = Math.round(coordinate(fx[i], fy[i]) / BIN);
    counts[bin]++;
    sums[bin] += rest[i];
    for (let k = 0; k < parts.length; k++) parts[k][bin] += smooth[k][i];
  }
  return { counts, rest: sums, smooth: parts, energy: dot(rest, rest) };
}

/** Least squares of log(|H|² + floor), apart from what is smooth, to the rest of the spectrum. */
function fitProfile(
  { counts, rest, smooth, energy }: Profile,
  response: (f: number) => number,
): Pick<KernelFit, 'match' | 'weight'> {
  const model = counts.map((_, bin) => Math.log(response(bin * BIN) ** 2 + FLOOR));
  let size = model.reduce((sum, m, bin) => sum + counts[bin] * m * m, 0);
  for (const one of smooth) size -= dot(model, one) ** 2;
  const shared = dot(model, rest);
  return size > 0 && energy > 0
    ? { match: shared / Math.sqrt(size * energy), weight: shared / size }
    : { match: 0, weight: 0 };
}

/** Gram–Schmidt. */
function orthonormal(functions: readonly Float64Array[]): Float64Array[] {
  const out: Float64Array[] = [];
  for (const one of functions) {
    const rest = without(out, one);
    const norm = Math.sqrt(dot(rest, rest));
    out.push(rest.map((v) => v / norm));
  }
  return out;
}

function without(basis: readonly Float64Array[], values: Float64Array): Float64Array {
  const out = values.slice();
  for (const direction of basis) {
    const share = dot(out, direction);
    for (let i = 0; i < out.length; i++) out[i] -= share * direction[i];
  }
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function sinc(x: number): number {
  return Math.abs(x) < 1e-6 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** 2 J₁(x)/x, J₁ by the rational approximations of Numerical Recipes §6.5. */
function jinc(x: number): number {
  return x < 1e-6 ? 1 : (2 * bessel1(x)) / x;
}

function bessel1(x: number): number {
  if (x < 8) {
    const y = x * x;
    const above =
      x *
      (72362614232 + y * (-7895059235 + y * (242396853.1 + y * (-2972611.439 + y * (15704.4826 + y * -30.16036606)))));
    const below = 144725228442 + y * (2300535178 + y * (18583304.74 + y * (99447.43394 + y * (376.9991397 + y))));
    return above / below;
  }
  const z = 8 / x;
  const y = z * z;
  const phase = x - 2.356194491;
  const p = 1 + y * (0.183105e-2 + y * (-0.3516396496e-4 + y * (0.2457520174e-5 + y * -0.240337019e-6)));
  const q = 0.04687499995 + y * (-0.2002690873e-3 + y * (0.8449199096e-5 + y * (-0.88228987e-6 + y * 0.105787412e-6)));
  return Math.sqrt(0.636619772 / x) * (Math.cos(phase) * p - z * Math.sin(phase) * q);
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.max(1, Math.floor((to - from) / step + 1e-9) + 1) }, (_, i) => from + i * step);
}

function rounded(value: number): number {
  return Math.round(10 * value) / 10;
}
