import { z } from 'zod';
import { linear, repeatSigma, scale, type Tensor } from '../tensor/tensor.ts';
import { defineMethod } from './define-method.ts';
import { residual } from './measurement.ts';

const schema = z.strictObject({
  lambda: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe('Step λ towards the measurement, 1 = replace what A sees (mask, colour); Song 2022 used .841 for CT'),
});

/**
 * Song et al. 2021 (Score-Based Generative Modeling through SDEs, appendix I) and 2022 (Solving Inverse Problems in
 * Medical Imaging, eq. 9–10): the prior is sampled as it is, and after every predictor and corrector update what A
 * sees of the state is replaced by the measurement noised to the same level,
 *
 *     x ← x + λ A⁺(y + σ A z − A x).
 *
 * For a mask this copies y + σz into the known pixels; for luma it replaces the luminance axis and leaves the two
 * chroma axes (orthonormal decoupling); for CT λ < 1 relaxes it. The start is projected too, and at σ = 0 λ is 1.
 */
export const projection = defineMethod({
  name: 'projection',
  title: 'Projection (predictor–corrector)',
  source: 'Song et al. 2021 (arXiv:2011.13456), Song et al. 2022 (arXiv:2111.08005)',
  needs: { vjp: false, spectrum: false, noiselessOnly: true },
  schema,
  sampling: { predictor: 'reverse-diffusion', corrector: 'langevin', snr: 0.16, steps: 500, sigmaMax: 80, rho: 7 },
  hasOwnUpdate: () => false,
  create(measurement, network, { lambda }) {
    const { operator, y } = measurement;
    const project = (x: Tensor, sigma: number, z: Tensor | undefined): Tensor => {
      // A x − σ A z = A(x − σz): one application for both.
      const clean = z === undefined ? x : linear(1, x, -sigma, z);
      const step = operator.pseudoInverse(residual(measurement, clean));
      return linear(1, x, sigma === 0 ? 1 : lambda, step);
    };
    return {
      kind: 'guided',
      estimate: async (x, sigma) => ({ denoised: await network.denoise(x, repeatSigma(sigma, x.shape[0])) }),
      project: (x, sigma, random) => project(x, sigma, sigma === 0 ? undefined : random.normal(x.shape)),
      start(sigma, random) {
        const noise = random.normal([y.shape[0], ...operator.inputShape]);
        return project(scale(sigma, noise), sigma, random.normal(noise.shape));
      },
    };
  },
});
