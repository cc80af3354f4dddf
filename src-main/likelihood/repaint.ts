import { z } from 'zod';
import { linear, repeatSigma } from '../tensor/tensor.ts';
import { ancestralStep } from './ancestral-step.ts';
import { defineMethod } from './define-method.ts';
import { noisedEstimate, residual } from './measurement.ts';
import { jumpPath } from './time-travel.ts';

const schema = z.strictObject({
  jumpLength: z
    .int()
    .min(1)
    .default(10)
    .describe("Levels of one jump back up; published for 250 levels and scaled to the schedule's"),
  resample: z
    .int()
    .min(1)
    .max(100)
    .default(10)
    .describe('Times that a stretch of `jumpLength` levels is walked, the first time included'),
});

/** Levels of the published schedule, for which `jumpLength` is stated. */
const PUBLISHED_LEVELS = 250;

/**
 * Lugmayr et al. 2022: known pixels are replaced by the noised measurement at every level, x′ = m(y + σ′z) +
 * (1 − m)·ancestral, and the walk jumps back up in noise so that the fill can settle with its surroundings.
 */
export const repaint = defineMethod({
  name: 'repaint',
  title: 'RePaint',
  source: 'Lugmayr et al. 2022 (arXiv:2201.09865)',
  needs: { vjp: false, spectrum: false, operators: ['mask'], noiselessOnly: true },
  schema,
  sampling: { steps: 25, sigmaMax: 80, rho: 7 },
  hasOwnUpdate: () => true,
  create(measurement, network, { jumpLength, resample }) {
    return {
      kind: 'transition',
      start: noisedEstimate(measurement, network),
      path: (sigmas) =>
        jumpPath(sigmas, Math.max(1, Math.round((jumpLength * (sigmas.length - 1)) / PUBLISHED_LEVELS)), resample),
      async transition(x, sigma, sigmaNext, random) {
        const denoised = await network.denoise(x, repeatSigma(sigma, x.shape[0]));
        const unknown = ancestralStep(x, denoised, sigma, sigmaNext, random);
        // y − A(x − σ′z) replaces what the mask keeps of x by y + σ′z.
        const clean = linear(1, unknown, -sigmaNext, random.passingNormal(x.shape));
        const step = measurement.operator.pseudoInverse(residual(measurement, clean));
        return { denoised, state: linear(1, unknown, 1, step) };
      },
    };
  },
});
