import { z } from 'zod';
import { karrasSchedule } from '../sampling/schedule.ts';
import { repeatSigma, scale } from '../tensor/tensor.ts';
import { ancestralStep } from './ancestral-step.ts';
import { defineMethod } from './define-method.ts';

const schema = z.strictObject({});

/** Exponent of the levels (Karras et al. 2022). */
const RHO = 7;

/**
 * Denoising without any approximation (Kawar, Vaksman & Elad 2021; Tweedie's formula, Efron 2011): for A = I the
 * measurement y = x0 + σ_y z *is* the prior's state at σ = σ_y, so p(x0|y) is what the prior's own reverse process
 * reaches from there. As many levels as asked for begin at σ_y. One level gives the posterior mean D(y; σ_y),
 * the best guess in the least squares; many give samples.
 */
export const direct = defineMethod({
  name: 'direct',
  title: 'Direct (the measurement is the state)',
  source: 'Kawar et al. 2021 (arXiv:2101.09552), Efron 2011',
  needs: { vjp: false, spectrum: false, operators: ['identity'], noiselessOnly: false },
  schema,
  sampling: { steps: 20, sigmaMax: 80, rho: 7 },
  hasOwnUpdate: () => true,
  create({ y, sigmaY }, network) {
    // Without noise there is nothing to do but the network's lowest level.
    const first = Math.max(sigmaY, network.manifest.sigmaMin);
    return {
      kind: 'transition',
      start: () => scale(1, y),
      path(sigmas) {
        const steps = sigmas.length - 1;
        return [...karrasSchedule({ steps, sigmaMin: Math.min(sigmas[steps - 1], first / 2), sigmaMax: first }, RHO)];
      },
      async transition(x, sigma, sigmaNext, random) {
        const denoised = await network.denoise(x, repeatSigma(sigma, x.shape[0]));
        const state = sigmaNext === 0 ? denoised : ancestralStep(x, denoised, sigma, sigmaNext, random);
        return { denoised, state };
      },
    };
  },
});
