import type { Manifest } from '../../../prior/manifest.ts';
import type { ScoreNetwork } from '../../../prior/score-network.ts';
import type { Tensor } from '../../../tensor/tensor.ts';

/**
 * Stands for a model where only its manifest matters: for what can run, and for counting the passes of a run. Its
 * denoiser is that of a Gaussian prior of independent pixels, D(x; σ) = x v/(v + σ²), which keeps every sampler in range;
 * the variances v differ, so that solvers with conjugate gradients inside do not end early.
 * @param gradientProblem  why the model has no gradient; undefined when it has one.
 */
export function stillNetwork(manifest: Manifest, gradientProblem: string | undefined): ScoreNetwork {
  const shrink = (x: Tensor, sigma: Float32Array): Tensor => {
    const size = x.data.length / x.shape[0];
    return {
      shape: x.shape,
      data: x.data.map((value, i) => {
        const variance = manifest.sigmaData ** 2 * (0.25 + ((i * 7) % 11));
        return (value * variance) / (variance + sigma[Math.floor(i / size)] ** 2);
      }),
    };
  };
  return {
    manifest,
    provider: 'cpu',
    denoise: (x, sigma) => Promise.resolve(shrink(x, sigma)),
    ...(gradientProblem === undefined
      ? {
          vjp: (x, sigma, v) => Promise.resolve({ denoised: shrink(x, sigma), vjp: shrink(v, sigma) }),
          linearize: (x, sigma) => {
            const pull = (v: Tensor): Promise<Tensor> => Promise.resolve(shrink(v, sigma));
            return Promise.resolve({ denoised: shrink(x, sigma), recomputes: false, pull });
          },
        }
      : { gradientProblem }),
    dispose: () => Promise.resolve(),
  };
}
