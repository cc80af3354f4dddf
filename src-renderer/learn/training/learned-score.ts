import type { Denoiser } from '../../../src-main/sampling/sampler.ts';
import type { ScoreModel } from '../../../src-main/score-matching/score-model.ts';
import type { KnownDensity } from '../../../src-main/score-matching/train-score.ts';
import { drawFrom, knowledgeAt, momentsOf, type Mixture, type Point } from '../theory/mixture.ts';

/** The mixture as training sees it. */
export function knownDensity(mixture: Mixture): KnownDensity {
  const { covariance } = momentsOf(mixture);
  return {
    draw(random) {
      const { x, y } = drawFrom(mixture, random);
      return [x, y];
    },
    score(x, y, sigma) {
      const { score } = knowledgeAt(mixture, { x, y }, sigma);
      return [score.x, score.y];
    },
    sigmaData: Math.sqrt((covariance.xx + covariance.yy) / 2),
  };
}

/** The learnt score in the place of a network: D = x + σ² s, for pictures [n, 1, 1, 2] or [1, 1, n, 2]. */
export function learnedDenoiser(model: ScoreModel): Denoiser {
  return async (x, sigma) => {
    const count = x.data.length / 2;
    const { scores } = model.pass(Float64Array.from(x.data), new Float64Array(count).fill(sigma));
    const data = x.data.map((value, i) => value + sigma ** 2 * scores[i]);
    return { denoised: { shape: x.shape, data } };
  };
}

/** The learnt score at one point. */
export function learnedScore(model: ScoreModel, x: number, y: number, sigma: number): Point {
  const { scores } = model.pass(Float64Array.of(x, y), [sigma]);
  return { x: scores[0], y: scores[1] };
}
