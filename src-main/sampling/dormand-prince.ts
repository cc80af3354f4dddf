import { invalidArgument, LangevinError, throwIfCancelled } from '../errors.ts';

/** dy/dt at (t, y); y is not kept nor changed. */
export type Derivative = (t: number, y: Float64Array) => Promise<Float64Array>;

export interface Tolerances {
  /** Allowed local error relative to the state [1e-5]. */
  readonly rtol?: number | undefined;
  /** Allowed local error beside it, in the state's unit [1e-5]. */
  readonly atol?: number | undefined;
}

export interface Integration extends Tolerances {
  readonly derivative: Derivative;
  readonly from: number;
  /** May lie below `from`. */
  readonly to: number;
  readonly initial: Float64Array;
  /** Length of the first attempt, > 0. */
  readonly firstStep: number;
  /**
   * Size of an error vector in units of what is allowed, ≤ 1 to accept the step; `scale[i]` is atol + rtol |yᵢ|. Root
   * mean square by default.
   */
  readonly errorNorm?: ((error: Float64Array, scale: Float64Array) => number) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of every accepted step: where the solution has come to. */
  readonly onStep?: ((t: number) => void) | undefined;
}

// The 5(4) pair of Dormand & Prince 1980 (Hairer, Nørsett & Wanner, table II.5.2), first same as last.
const nodes = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
const stages = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
/** Fifth- minus fourth-order weights. */
const errorWeights = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

/**
 * Solves dy/dt = f(t, y) from `from` to `to` by the adaptive Runge–Kutta pair of order 5(4), RK45.
 * @returns the state at `to` and the number of derivatives evaluated.
 * @throws invalid-argument for tolerances that are not positive or cannot be met; cancelled between evaluations.
 */
export async function dormandPrince(problem: Integration): Promise<{ state: Float64Array; evaluations: number }> {
  const { derivative, from, to, initial, rtol = 1e-5, atol = 1e-5, signal, onStep } = problem;
  const errorNorm = problem.errorNorm ?? rootMeanSquare;
  if (!(rtol > 0)) throw invalidArgument('rtol', 'a positive number', rtol);
  if (!(atol > 0)) throw invalidArgument('atol', 'a positive number', atol);
  const direction = Math.sign(to - from);
  const shortest = 1e-9 * Math.abs(to - from);
  let evaluations = 0;
  const evaluate = (t: number, y: Float64Array): Promise<Float64Array> => {
    throwIfCancelled(signal);
    evaluations++;
    return derivative(t, y);
  };

  let t = from;
  let y = initial.slice();
  if (direction === 0) return { state: y, evaluations };
  let h = Math.min(problem.firstStep, Math.abs(to - from));
  let first = await evaluate(t, y);
  while (t !== to) {
    const last = h >= Math.abs(to - t) * (1 - 1e-12);
    const step = direction * (last ? Math.abs(to - t) : h);
    const slopes = [first];
    let next = y;
    for (let stage = 1; stage < stages.length; stage++) {
      next = advanced(y, step, stages[stage], slopes);
      slopes.push(await evaluate(t + nodes[stage] * step, next));
    }
    const error = advanced(new Float64Array(y.length), step, errorWeights, slopes);
    const scale = y.map((value, i) => atol + rtol * Math.max(Math.abs(value), Math.abs(next[i])));
    const size = errorNorm(error, scale);
    // Also false for NaN, which then shortens the step until the error below.
    if (size <= 1) {
      t = last ? to : t + step;
      y = next;
      first = slopes[slopes.length - 1];
      onStep?.(t);
    }
    const change = 0.9 * size ** -0.2;
    h = Math.abs(step) * (size <= 1 ? Math.min(10, change) : change >= 0.2 ? change : 0.2);
    if (h < shortest && t !== to) {
      throw new LangevinError(
        'invalid-argument',
        `The ODE solver cannot reach rtol = ${rtol}, atol = ${atol} at ${t}: the network is not that smooth. ` +
          'Give larger tolerances.',
      );
    }
  }
  return { state: y, evaluations };
}

/** y + step Σ weightsₖ slopesₖ. */
function advanced(y: Float64Array, step: number, weights: readonly number[], slopes: readonly Float64Array[]) {
  const out = y.slice();
  weights.forEach((weight, k) => {
    if (weight === 0) return;
    const factor = step * weight;
    const slope = slopes[k];
    for (let i = 0; i < out.length; i++) out[i] += factor * slope[i];
  });
  return out;
}

function rootMeanSquare(error: Float64Array, scale: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < error.length; i++) sum += (error[i] / scale[i]) ** 2;
  return Math.sqrt(sum / error.length);
}
