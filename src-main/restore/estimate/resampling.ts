import { frequencyOf, type PowerSpectrum } from './log-spectrum.ts';

/** What a picture's power at rising frequencies looks like: blurred by a Gaussian, or enlarged from fewer pixels. */
export interface FallOff {
  readonly gaussian: { readonly sigma: number; readonly error: number };
  readonly enlarged: { readonly scale: number; readonly filter: Filter; readonly error: number };
  /** Highest frequency, cycles a pixel, at which there is more than noise. */
  readonly reach: number;
}

const FILTERS = ['linear', 'bicubic', 'lanczos'] as const;
type Filter = (typeof FILTERS)[number];

const SIGMAS = Array.from({ length: 25 }, (_, i) => 0.2 * i);
const SCALES = [1.5, 2, 2.5, 3, 4];
/** Power of photographs falls as f^(−α) (Field 1987). */
const EXPONENTS = Array.from({ length: 12 }, (_, i) => 1 + 0.2 * i);
const LOWEST = 0.03;
/** Of the other axis, where horizontal or vertical detail is looked at. */
const NEAR_AXIS = 0.12;
/** An interpolation's zeros are filled by rounding and the ends of the window. */
const LEAST_RESPONSE = 0.01;
/** Rounding to 8 bits. */
const ROUNDING = 1 / 12;

/**
 * How the power along both axes falls, and which of two histories explains it with the smaller error (root mean square, in
 * units of the natural logarithm): a scene of f^(−α) under a Gaussian, or one that an interpolation has enlarged, whose spectrum
 * is that of the small picture repeated and damped by the interpolation's.
 * @param noise  standard deviation on 0…255.
 */
export function fitFallOff(spectrum: PowerSpectrum, noise: number): FallOff {
  const floor = noise ** 2 + ROUNDING;
  const { f, log } = alongAxes(spectrum, floor);
  let gaussian = { sigma: 0, error: Infinity };
  let enlarged: FallOff['enlarged'] = { scale: 1, filter: 'bicubic', error: Infinity };
  const consider = (shape: readonly number[], damping: readonly number[], take: (error: number) => void): void => {
    for (const exponent of EXPONENTS) {
      take(
        errorOf(
          log,
          floor,
          shape.map((v, i) => damping[i] - exponent * v),
        ),
      );
    }
  };
  const plain = f.map((v) => Math.log(v));
  for (const sigma of SIGMAS) {
    const damping = f.map((v) => -((2 * Math.PI * sigma * v) ** 2));
    consider(plain, damping, (error) => {
      if (error < gaussian.error) gaussian = { sigma, error };
    });
  }
  for (const scale of SCALES) {
    const folded = f.map((v) => Math.log(Math.max(Math.abs(scale * v - Math.round(scale * v)), LOWEST / 2)));
    for (const filter of FILTERS) {
      const damping = f.map((v) => 2 * Math.log(Math.abs(responseOf(filter, scale * v)) + LEAST_RESPONSE));
      consider(folded, damping, (error) => {
        if (error < enlarged.error) enlarged = { scale, filter, error };
      });
    }
  }
  const last = f.findLastIndex((_, i) => log[i] > Math.log(2.5 * floor));
  return { gaussian, enlarged, reach: last < 0 ? 0 : f[last] };
}

/** Mean logarithm of the power at each frequency along both axes, not below half of the floor. */
function alongAxes({ side, power }: PowerSpectrum, floor: number): { f: number[]; log: number[] } {
  const f: number[] = [];
  const log: number[] = [];
  for (let k = Math.ceil(LOWEST * side); k < side / 2; k++) {
    let sum = 0;
    let count = 0;
    for (let other = 2; other < NEAR_AXIS * side; other++) {
      for (const at of [other * side + k, (side - other) * side + k, k * side + other, k * side + side - other]) {
        sum += Math.log(Math.max(power[at], floor / 2));
        count++;
      }
    }
    f.push(frequencyOf(k, side));
    log.push(sum / count);
  }
  return { f, log };
}

/** Least error over the model's constant. */
function errorOf(log: readonly number[], floor: number, model: readonly number[]): number {
  const clear = log.map((value) => value > Math.log(3 * floor));
  const count = clear.filter(Boolean).length;
  if (count < 4) return Infinity;
  const constant = model.reduce((sum, m, i) => sum + (clear[i] ? log[i] - m : 0), 0) / count;
  const squares = model.reduce((sum, m, i) => {
    const expected = Math.log(Math.exp(constant + m) + floor);
    return sum + (log[i] - expected) ** 2;
  }, 0);
  return Math.sqrt(squares / model.length);
}

/** Weight of an interpolation's kernel at t source pixels. */
const KERNELS: Readonly<Record<Filter, { readonly reach: number; readonly at: (t: number) => number }>> = {
  linear: { reach: 1, at: (t) => 1 - t },
  bicubic: {
    reach: 2,
    at: (t) => (t < 1 ? 1.5 * t ** 3 - 2.5 * t ** 2 + 1 : -0.5 * t ** 3 + 2.5 * t ** 2 - 4 * t + 2),
  },
  lanczos: {
    reach: 3,
    at: (t) => (t === 0 ? 1 : (3 * Math.sin(Math.PI * t) * Math.sin((Math.PI * t) / 3)) / (Math.PI * t) ** 2),
  },
};
const PARTS = 24;

/** Fourier transform of a kernel at a frequency in cycles a source pixel. */
function responseOf(filter: Filter, frequency: number): number {
  const { reach, at } = KERNELS[filter];
  let sum = 0;
  for (let i = 0; i < reach * PARTS; i++) {
    const t = (i + 0.5) / PARTS;
    sum += (2 * at(t) * Math.cos(2 * Math.PI * frequency * t)) / PARTS;
  }
  return sum;
}
