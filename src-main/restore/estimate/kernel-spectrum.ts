import { cosineOfDegrees, sineOfDegrees } from '../../operators/degrees.ts';
import { frequencyOf, type PowerSpectrum } from './log-spectrum.ts';

/** A blur with zeros in its spectrum, and how well these are seen. */
export interface KernelFit {
  readonly blur:
    | { readonly kind: 'motion'; readonly length: number; readonly angle: number }
    | { readonly kind: 'disk'; readonly radius: number };
  /** Correlation of the blur's logarithmic spectrum with the picture's, apart from what is smooth in both: 0…1. */
  readonly match: number;
}

/** Frequencies that are looked at, cycles a pixel: below, the scene decides; above, noise. */
const LOWEST = 0.025;
const HIGHEST = 0.42;
/** Zeros of a spectrum are filled up by noise, rounding and the ends of the window. */
const FLOOR = 0.004;
const LENGTHS = { from: 4, to: 60, step: 1 };
const ANGLE_STEP = 5;
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
 * @param near  look for a motion like this one only, as where a line was drawn.
 */
export function fitKernels(
  spectrum: PowerSpectrum,
  near?: { readonly length: number; readonly angle: number },
): { readonly motion: KernelFit; readonly disk: KernelFit } {
  const points = pointsOf(spectrum);
  return { motion: fitMotion(points, spectrum.side, near), disk: fitDisk(points) };
}

function fitMotion(points: Points, side: number, near: { length: number; angle: number } | undefined): KernelFit {
  const longest = Math.min(LENGTHS.to, side / 4);
  const lengths =
    near === undefined
      ? range(LENGTHS.from, longest, LENGTHS.step)
      : range(Math.max(3, 0.7 * near.length), Math.min(longest, 1.4 * near.length), LENGTHS.step);
  const angles =
    near === undefined ? range(0, 180 - ANGLE_STEP, ANGLE_STEP) : range(near.angle - 15, near.angle + 15, 3);
  let best = { length: lengths[0], angle: angles[0], match: -1 };
  const consider = (length: number, angle: number): void => {
    const match = matchOf(points, (fx, fy) => sinc(length * (fx * cosineOfDegrees(angle) - fy * sineOfDegrees(angle))));
    if (match > best.match) best = { length, angle, match };
  };
  for (const angle of angles) for (const length of lengths) consider(length, angle);
  for (const step of [1, 0.25]) {
    const { length, angle } = best;
    for (let i = -2; i <= 2; i++) {
      for (let j = -2; j <= 2; j++) consider(length + (i * step) / 2, angle + (j * step * 60) / Math.max(20, length));
    }
  }
  const { length, angle, match } = best;
  return { blur: { kind: 'motion', length: rounded(length), angle: rounded(((angle % 180) + 180) % 180) }, match };
}

function fitDisk(points: Points): KernelFit {
  let best = { radius: RADII.from, match: -1 };
  for (const radius of range(RADII.from, RADII.to, RADII.step)) {
    const match = matchOf(points, (fx, fy) => jinc(2 * Math.PI * radius * Math.hypot(fx, fy)));
    if (match > best.match) best = { radius, match };
  }
  return { blur: { kind: 'disk', radius: rounded(best.radius) }, match: best.match };
}

/** Half of the plane, every other frequency: the other half is the same. */
function pointsOf({ side, power }: PowerSpectrum): Points {
  const places: { fx: number; fy: number; log: number }[] = [];
  const every = side >= 192 ? 2 : 1;
  for (let i = 0; i < side; i += every) {
    for (let j = 0; j <= side / 2; j += every) {
      const [fy, fx] = [frequencyOf(i, side), frequencyOf(j, side)];
      const f = Math.hypot(fx, fy);
      // On the axes lie the borders of walls and horizons.
      if (f < LOWEST || f > HIGHEST || Math.min(Math.abs(i), side - i) < 2 || j < 2) continue;
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

/** Correlation of log(|H|² + floor) with the rest of the spectrum. */
function matchOf({ fx, fy, rest, smooth }: Points, response: (fx: number, fy: number) => number): number {
  const model = without(
    smooth,
    rest.map((_, i) => Math.log(response(fx[i], fy[i]) ** 2 + FLOOR)),
  );
  const size = Math.sqrt(dot(model, model) * dot(rest, rest));
  return size > 0 ? dot(model, rest) / size : 0;
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
