import { frequencyOf, type PowerSpectrum } from './log-spectrum.ts';

/** How a picture's power falls with frequency. */
export interface FallOff {
  /** Standard deviation in pixels of the Gaussian that explains it. */
  readonly sigma: number;
  /** How well: root mean square, in units of the natural logarithm; Infinity where noise leaves nothing to see. */
  readonly error: number;
}

const SIGMAS = Array.from({ length: 61 }, (_, i) => 0.1 * i);
/** Power of photographs falls as f^(−α) (Field 1987). */
const EXPONENTS = Array.from({ length: 12 }, (_, i) => 1 + 0.2 * i);
const LOWEST = 0.03;
/** Of the other axis, where horizontal or vertical detail is looked at. */
const NEAR_AXIS = 0.12;
/** Rounding to 8 bits. */
const ROUNDING = 1 / 12;

/** The power of noise at any frequency, with that of rounding. @param noise  standard deviation on 0…255. */
export function noiseFloor(noise: number): number {
  return noise ** 2 + ROUNDING;
}

/**
 * The Gaussian blur of a scene of f^(−α) that explains the power along both axes over that of the noise.
 * @param noise  standard deviation on 0…255.
 */
export function fitFallOff(spectrum: PowerSpectrum, noise: number): FallOff {
  const floor = noiseFloor(noise);
  const { f, log } = alongAxes(spectrum, floor);
  let best: FallOff = { sigma: 0, error: Infinity };
  const lines = f.map((v) => Math.log(v));
  for (const sigma of SIGMAS) {
    const damping = f.map((v) => -((2 * Math.PI * sigma * v) ** 2));
    for (const exponent of EXPONENTS) {
      const model = lines.map((line, i) => damping[i] - exponent * line);
      const error = errorOf(log, floor, model);
      if (error < best.error) best = { sigma, error };
    }
  }
  return best;
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
