import { invalidArgument } from '../errors.ts';
import type { Sde } from '../sampling/sde.ts';
import { RandomGenerator } from '../tensor/random.ts';
import { Adam } from './adam.ts';
import { evaluateObjective, type ObjectiveName, type ScoreBatch } from './objectives.ts';
import { ScoreModel } from './score-model.ts';

/** A density on pictures of two pixels that is known. */
export interface KnownDensity {
  /** A clean picture. */
  draw(random: RandomGenerator): readonly [number, number];
  /** ∇ log p_σ(x). */
  score(x: number, y: number, sigma: number): readonly [number, number];
  /** Root of the mean variance of a pixel. */
  readonly sigmaData: number;
}

/**
 * λ(t) of the loss at each time, in terms of the score of x̃ = αx (Song et al. 2021, eq. 7): `none` 1; `variance` α²σ²
 * ∝ 1/E‖∇ log p(x̃|x0)‖², so that every level counts alike; `likelihood` g², with which the loss bounds the
 * Kullback–Leibler divergence of model and data (Song, Durkan, Murray & Ermon 2021, theorem 1).
 */
export const WEIGHTINGS = ['none', 'variance', 'likelihood'] as const;
export type Weighting = (typeof WEIGHTINGS)[number];

/** At which noise levels the model learns: one, or those of an SDE at uniform times. */
export type TrainingLevels =
  | { readonly kind: 'one'; readonly sigma: number }
  | { readonly kind: 'sde'; readonly sde: Sde; readonly tMin: number; readonly weighting: Weighting };

export interface ScoreTraining {
  readonly density: KnownDensity;
  readonly objective: ObjectiveName;
  readonly levels: TrainingLevels;
  readonly steps: number;
  readonly batch: number;
  readonly seed: number;
}

/** After each step; the model goes on being changed. */
export interface TrainingStep {
  readonly step: number;
  /** Of this step's batch. */
  readonly loss: number;
  readonly model: ScoreModel;
}

/** Adam's step at the start; it falls to 0 along half a cosine (Loshchilov & Hutter 2017). */
const RATE = 5e-3;

/**
 * Trains a score model on fresh samples of a known density.
 * @throws invalid-argument for a count that is not positive.
 */
export function* trainScore({
  density,
  objective,
  levels,
  steps,
  batch,
  seed,
}: ScoreTraining): Generator<TrainingStep, ScoreModel> {
  if (!Number.isSafeInteger(steps) || steps < 1) throw invalidArgument('steps', 'an integer ≥ 1', steps);
  if (!Number.isSafeInteger(batch) || batch < 1) throw invalidArgument('batch', 'an integer ≥ 1', batch);
  const model = ScoreModel.seeded(new RandomGenerator(seed, 0), density.sigmaData);
  const random = new RandomGenerator(seed, 1);
  const { parameters } = model.network;
  const adam = new Adam(parameters.length);
  for (let step = 1; step <= steps; step++) {
    const { loss, gradient } = evaluateObjective(objective, model, drawBatch(density, levels, batch, random));
    adam.step(parameters, gradient, (RATE / 2) * (1 + Math.cos((Math.PI * (step - 1)) / steps)));
    yield { step, loss, model };
  }
  return model;
}

/** Noise level and λ of x̃ at time t, λ in terms of the score of x = x̃/α: ‖s̃‖ = ‖s‖/α. */
export function weightAt(sde: Sde, weighting: Weighting, t: number): { sigma: number; weight: number } {
  const [alpha, sigma] = [sde.alpha(t), sde.sigma(t)];
  const lambda = weighting === 'none' ? 1 : weighting === 'variance' ? (alpha * sigma) ** 2 : sde.diffusion2(t);
  return { sigma, weight: lambda / alpha ** 2 };
}

export function drawBatch(
  density: KnownDensity,
  levels: TrainingLevels,
  count: number,
  random: RandomGenerator,
): ScoreBatch {
  const sigmas = new Float64Array(count);
  const weights = new Float64Array(count);
  const [points, noise, exact, directions] = [0, 0, 0, 0].map(() => new Float64Array(2 * count));
  for (let n = 0; n < count; n++) {
    if (levels.kind === 'one') {
      sigmas[n] = levels.sigma;
      // Keeps the loss of order one at every level.
      weights[n] = levels.sigma ** 2;
    } else {
      const { sde, tMin, weighting } = levels;
      const { sigma, weight } = weightAt(sde, weighting, tMin + (sde.tMax - tMin) * random.uniform());
      sigmas[n] = sigma;
      weights[n] = weight;
    }
    const clean = density.draw(random);
    for (let c = 0; c < 2; c++) {
      noise[2 * n + c] = random.normal();
      points[2 * n + c] = clean[c] + sigmas[n] * noise[2 * n + c];
      // ±1 has the least variance (Hutchinson 1990).
      directions[2 * n + c] = random.uniform() < 0.5 ? -1 : 1;
    }
    exact.set(density.score(points[2 * n], points[2 * n + 1], sigmas[n]), 2 * n);
  }
  return { points, sigmas, noise, exact, directions, weights };
}
