import type { ScoreModel } from './score-model.ts';

/** What a model learns from: points x = x0 + σ z with all that one objective or another wants to know of them. */
export interface ScoreBatch {
  /** x, n × 2. */
  readonly points: Float64Array;
  readonly sigmas: Float64Array;
  /** z, n × 2. */
  readonly noise: Float64Array;
  /** ∇ log p_σ(x), n × 2: of a density that is known. */
  readonly exact: Float64Array;
  /** Random directions v with E[v vᵀ] = I, n × 2. */
  readonly directions: Float64Array;
  /** λ of each sample, ≥ 0. */
  readonly weights: Float64Array;
}

/** Mean of the objective over a batch and its gradient by the model's parameters. */
export interface Objective {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/**
 * Ways to fit a model s to a score; all have the same minimum, the score ∇ log p of the points:
 *
 * - `explicit`  E ½‖s − ∇ log p‖², the Fisher divergence, for a density that is known.
 * - `implicit`  E [½‖s‖² + tr ∂s/∂x] (Hyvärinen 2005, theorem 1): the same up to a constant by integration by parts, with
 *   the exact divergence, one pass along each pixel.
 * - `sliced`  E [½‖s‖² + vᵀ(∂s/∂x)v] (Song et al. 2019, eq. 8): the divergence estimated along one random direction.
 * - `denoising`  E ½‖s + z/σ‖² (Vincent 2011): the mean of −z/σ at a point is the score there.
 */
export const OBJECTIVES = ['explicit', 'implicit', 'sliced', 'denoising'] as const;
export type ObjectiveName = (typeof OBJECTIVES)[number];

/** Loss and gradient of an objective, each sample weighted by its λ. */
export function evaluateObjective(name: ObjectiveName, model: ScoreModel, batch: ScoreBatch): Objective {
  const { points, sigmas, noise, exact, weights } = batch;
  const count = sigmas.length;
  if (name === 'explicit' || name === 'denoising') {
    const target = name === 'explicit' ? exact : noise.map((value, i) => -value / sigmas[i >> 1]);
    const pass = model.pass(points, sigmas);
    let loss = 0;
    const byScores = pass.scores.map((score, i) => {
      const share = weights[i >> 1] / count;
      const difference = score - target[i];
      loss += (share * difference * difference) / 2;
      return share * difference;
    });
    return { loss, gradient: model.gradient(pass, byScores, []) };
  }
  const directions = name === 'sliced' ? [batch.directions] : [axis(count, 0), axis(count, 1)];
  const pass = model.pass(points, sigmas, directions);
  let loss = 0;
  const byScores = pass.scores.map((score, i) => {
    const share = weights[i >> 1] / count;
    loss += (share * score * score) / 2;
    return share * score;
  });
  const bySlopes = directions.map((direction, k) =>
    direction.map((v, i) => {
      const share = weights[i >> 1] / count;
      loss += share * v * pass.slopes[k][i];
      return share * v;
    }),
  );
  return { loss, gradient: model.gradient(pass, byScores, bySlopes) };
}

function axis(count: number, pixel: 0 | 1): Float64Array {
  const direction = new Float64Array(2 * count);
  for (let n = 0; n < count; n++) direction[2 * n + pixel] = 1;
  return direction;
}
