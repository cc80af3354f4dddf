import { invalidArgument } from '../errors.ts';

/** Noise levels and Langevin steps that suit a set of pictures. */
export interface RecommendedLevels {
  /** Pictures compared, and values of each. */
  readonly pictures: number;
  readonly dimension: number;
  /** Largest Euclidean distance between two of them: technique 1. */
  readonly sigmaMax: number;
  readonly sigmaMin: number;
  /** σᵢ/σᵢ₊₁ of the geometric sequence, and how many levels it takes from σmax to σmin: technique 2. */
  readonly ratio: number;
  readonly levels: number;
  /** Updates at a level, T, and α in units of σ², for which the chain keeps the variance of a level: technique 4. */
  readonly langevinSteps: number;
  readonly langevinStep: number;
  /** What technique 4 makes of the variance with them; 1 is exact. */
  readonly varianceRatio: number;
}

/** Share of a level's noise that the next level's covers, in the paper about one half. */
const OVERLAP = 0.5;

/**
 * Noise levels for annealed Langevin dynamics and for training, after Song & Ermon 2020 (Improved Techniques for Training
 * Score-Based Generative Models, techniques 1, 2 and 4).
 * @param pictures  values on [−1, 1], each of the same length; at least two.
 * @param sigmaMin  lowest level; one that nobody sees.
 * @param langevinSteps  T, what the budget allows.
 * @throws invalid-argument
 */
export function recommendLevels(
  pictures: readonly Float32Array[],
  { sigmaMin = 0.01, langevinSteps = 5 }: { readonly sigmaMin?: number; readonly langevinSteps?: number } = {},
): RecommendedLevels {
  if (pictures.length < 2) throw invalidArgument('the number of pictures', 'at least 2', pictures.length);
  const dimension = pictures[0].length;
  const sigmaMax = largestDistance(pictures);
  if (!(sigmaMin > 0 && sigmaMin < sigmaMax)) {
    throw invalidArgument(
      'sigmaMin',
      `a positive number below the largest distance, ${sigmaMax.toPrecision(4)}`,
      sigmaMin,
    );
  }
  if (!Number.isSafeInteger(langevinSteps) || langevinSteps < 1) {
    throw invalidArgument('langevinSteps', 'an integer ≥ 1', langevinSteps);
  }
  const levels = Math.max(
    2,
    Math.ceil(Math.log(sigmaMax / sigmaMin) / Math.log(overlappingRatio(dimension)) - 1e-9) + 1,
  );
  const ratio = (sigmaMax / sigmaMin) ** (1 / (levels - 1));
  const step = bestStep(ratio, langevinSteps);
  return {
    pictures: pictures.length,
    dimension,
    sigmaMax,
    sigmaMin,
    ratio,
    levels,
    langevinSteps,
    // The paper's update is ε s + √(2ε) z; here it is α s/2 + √α z.
    langevinStep: 2 * step,
    varianceRatio: keptVariance(ratio, langevinSteps, step),
  };
}

function largestDistance(pictures: readonly Float32Array[]): number {
  let largest = 0;
  for (const [i, a] of pictures.entries()) {
    if (a.length !== pictures[0].length) {
      throw invalidArgument('the size of a picture', `${pictures[0].length} values like the first`, a.length);
    }
    for (let j = 0; j < i; j++) {
      const b = pictures[j];
      let sum = 0;
      for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) ** 2;
      largest = Math.max(largest, sum);
    }
  }
  return Math.sqrt(largest);
}

/** γ with Φ(√(2D)(γ − 1) + 3γ) − Φ(√(2D)(γ − 1) − 3γ) = OVERLAP, which falls as γ grows. */
function overlappingRatio(dimension: number): number {
  const overlap = (gamma: number): number => {
    const shift = Math.sqrt(2 * dimension) * (gamma - 1);
    return normalBelow(shift + 3 * gamma) - normalBelow(shift - 3 * gamma);
  };
  let [low, high] = [1, 10];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (overlap(middle) > OVERLAP) low = middle;
    else high = middle;
  }
  return low;
}

/** Variance after T steps ε/σ² at a level, over the level's, when it starts from that of the level before (γ²). */
function keptVariance(ratio: number, steps: number, step: number): number {
  const own = (1 - step) ** 2;
  const settled = (2 * step) / (1 - own);
  return own ** steps * (ratio ** 2 - settled) + settled;
}

/** ε/σ² in (0, 1) whose kept variance is nearest to 1. */
function bestStep(ratio: number, steps: number): number {
  let best = 1e-4;
  for (let k = 0; k <= 4000; k++) {
    const step = 1e-4 * 1e4 ** (k / 4001);
    if (Math.abs(keptVariance(ratio, steps, step) - 1) < Math.abs(keptVariance(ratio, steps, best) - 1)) best = step;
  }
  return best;
}

/** Φ(x), to 1.2e-7: erfc by Numerical Recipes' rational Chebyshev approximation. */
function normalBelow(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + z / 2);
  const series = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ].reduceRight((sum, coefficient) => coefficient + t * sum, 0);
  const tail = (t * Math.exp(-z * z + series)) / 2;
  return x > 0 ? 1 - tail : tail;
}
