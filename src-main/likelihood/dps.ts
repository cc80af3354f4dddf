import { z } from 'zod';
import { clone, dotPerSample, normPerSample, repeatSigma } from '../tensor/tensor.ts';
import { ancestralStep } from './ancestral-step.ts';
import { addPerSample } from './per-sample.ts';
import { defineMethod } from './define-method.ts';
import { requireGradient } from './gradient.ts';
import { noisedEstimate, residual } from './measurement.ts';

const schema = z.strictObject({
  zeta: z
    .number()
    .positive()
    .default(1)
    .describe("Step ζ along the gradient of the residual's norm; published .3 (super-resolution, blur) … 1"),
});

/**
 * Chung et al. 2023 (DPS, alg. 1): x′ = ancestral(x) − ζ∇ₓ‖y − A D(x)‖, the norm taken sample by sample. The paper's
 * step is stated for the variance-preserving state; here it is ζ√(1 + σ²)√(1 + σ′²), at most the step that would
 * bring the residual to the noise's expected norm if it fell linearly (Polyak 1969): the published step overshoots
 * at large σ and on small pictures.
 */
export const dps = defineMethod({
  name: 'dps',
  title: 'DPS',
  source: 'Chung et al. 2023 (arXiv:2209.14687)',
  needs: { vjp: true, spectrum: false, noiselessOnly: false },
  schema,
  sampling: { steps: 100, sigmaMax: 80, rho: 7 },
  hasOwnUpdate: () => true,
  create(measurement, network, { zeta }) {
    const { operator, sigmaY } = measurement;
    const [c, h, w] = operator.outputShape;
    const expected = sigmaY * Math.sqrt(c * h * w);
    const linearize = requireGradient(network, 'dps');
    return {
      kind: 'transition',
      start: noisedEstimate(measurement, network),
      async transition(x, sigma, sigmaNext, random) {
        const sigmas = repeatSigma(sigma, x.shape[0]);
        const { denoised, pull } = await linearize(x, sigmas);
        const misfit = residual(measurement, denoised);
        const norms = normPerSample(misfit);
        // −∇½‖y − A D‖², which is ‖y − A D‖ times −∇‖y − A D‖.
        const gradient = await pull(operator.adjoint(misfit));
        const energies = dotPerSample(gradient, gradient);
        const published = zeta * Math.sqrt((1 + sigma ** 2) * (1 + sigmaNext ** 2));
        const steps = norms.map((norm, i) => {
          if (!(energies[i] > 0) || !(norm > 0)) return 0;
          return Math.min(published / norm, (Math.max(0, norm - expected) * norm) / energies[i]);
        });
        const state = clone(ancestralStep(x, denoised, sigma, sigmaNext, random));
        addPerSample(state, steps, gradient);
        return { denoised, state };
      },
    };
  },
});
