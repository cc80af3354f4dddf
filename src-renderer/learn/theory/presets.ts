import { covarianceOf, type Mixture } from './mixture.ts';

/** Mixtures to begin with; all within the range of pictures, [−1, 1]. */
export const MIXTURES = {
  three: [
    { weight: 0.4, mean: { x: -0.5, y: 0.45 }, covariance: covarianceOf([0.26, 0.1], 35) },
    { weight: 0.35, mean: { x: 0.55, y: 0.35 }, covariance: covarianceOf([0.14, 0.14]) },
    { weight: 0.25, mean: { x: 0.1, y: -0.55 }, covariance: covarianceOf([0.3, 0.09], -15) },
  ],
  two: [
    { weight: 0.5, mean: { x: -0.55, y: -0.4 }, covariance: covarianceOf([0.15, 0.15]) },
    { weight: 0.5, mean: { x: 0.55, y: 0.4 }, covariance: covarianceOf([0.15, 0.15]) },
  ],
  one: [{ weight: 1, mean: { x: 0, y: 0 }, covariance: covarianceOf([0.5, 0.2], 40) }],
} as const satisfies Record<string, Mixture>;

export type MixtureName = keyof typeof MIXTURES;
export const MIXTURE_NAMES = Object.keys(MIXTURES) as MixtureName[];
