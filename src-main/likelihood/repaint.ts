import { z } from 'zod';
import { linear, repeatSigma } from '../tensor/tensor.ts';
import { ancestralStep } from './ancestral-step.ts';
import { defineMethod } from './define-method.ts';
import { noisedEstimate, residual } from './measurement.ts';

const schema = z.strictObject({
  /** Levels of one jump back up; published for 250 levels and scaled to the schedule's. */
  jumpLength: z.int().min(1).default(10),
  /** Times that a stretch of `jumpLength` levels is walked, the first time included. */
  resample: z.int().min(1).max(100).default(10),
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
        const clean = linear(1, unknown, -sigmaNext, random.normal(x.shape));
        const step = measurement.operator.pseudoInverse(residual(measurement, clean));
        return { denoised, state: linear(1, unknown, 1, step) };
      },
    };
  },
});

/**
 * RePaint's walk: after every `jump` levels it goes back up by as many and down again, until each such stretch has
 * been walked `resample` times; the last stretch before 0 included (Lugmayr et al. 2022, appendix B).
 * @param sigmas  descending, ending in 0.
 */
export function jumpPath(sigmas: readonly number[], jump: number, resample: number): number[] {
  const path = [sigmas[0]];
  const levels = sigmas.length - 1;
  let at = 0;
  while (at < levels) {
    // σ = 0 is no state to jump back from: the last stretch turns at the level above it.
    const turn = Math.min(at + jump, levels - 1);
    for (let time = 1; time < resample && turn > at; time++) {
      for (let i = at + 1; i <= turn; i++) path.push(sigmas[i]);
      path.push(sigmas[at]);
    }
    const end = turn > at ? turn : levels;
    for (let i = at + 1; i <= end; i++) path.push(sigmas[i]);
    at = end;
  }
  return path;
}
