import { invalidArgument } from '../errors.ts';
import { checkClass, type NoiseClassifier } from '../prior/noise-classifier.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import { sampleSize, zeros, type Tensor } from '../tensor/tensor.ts';

export interface ClassifierGuidance {
  readonly classifier: NoiseClassifier;
  /** The class to draw from, 0 … classes − 1. */
  readonly class: number;
  /** Factor of the classifier's score: 1 is Bayes' rule, more favours what the classifier is surest of. */
  readonly scale: number;
}

/**
 * The score network of one class (Song et al. 2021, eq. 14; the factor by Dhariwal & Nichol 2021, alg. 2):
 *
 *     ∇ log p_σ(x | y) = ∇ log p_σ(x) + scale · ∇ log p_σ(y | x),    D(x | y) = D(x) + scale · σ² ∇ log p_σ(y | x)
 *
 * It is a prior like any other, but without gradients, which would need the classifier's second derivatives.
 * `dispose` disposes `network`, not the classifier.
 * @throws invalid-argument for a class that does not exist, or a scale below 0
 */
export function guidedNetwork(network: ScoreNetwork, guidance: ClassifierGuidance): ScoreNetwork {
  const { classifier, class: y, scale } = guidance;
  checkClass(classifier, y);
  if (!(scale >= 0 && Number.isFinite(scale))) throw invalidArgument('the classifier scale', 'a number ≥ 0', scale);
  return {
    manifest: network.manifest,
    provider: network.provider,
    async denoise(x, sigma): Promise<Tensor> {
      const denoised = await network.denoise(x, sigma);
      const { gradient } = await classifier.evidence(x, sigma, y);
      const size = sampleSize(x.shape);
      const guided = zeros(x.shape);
      for (let i = 0; i < guided.data.length; i++) {
        guided.data[i] = denoised.data[i] + scale * sigma[Math.floor(i / size)] ** 2 * gradient.data[i];
      }
      return guided;
    },
    dispose: () => network.dispose(),
  };
}
