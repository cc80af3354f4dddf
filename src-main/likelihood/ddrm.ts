import { z } from 'zod';
import { LangevinError } from '../errors.ts';
import { repeatSigma } from '../tensor/tensor.ts';
import { defineMethod } from './define-method.ts';
import { noisedEstimate } from './measurement.ts';
import { spectralStep } from './spectral-step.ts';

const schema = z.strictObject({
  eta: z.number().min(0).max(1).default(0.85).describe('Fresh noise in the directions that A does not see'),
  etaB: z.number().min(0).max(1).default(1).describe('Weight of the measurement in the directions that it determines'),
});

/** Kawar et al. 2022: the measurement enters coefficient by coefficient of A's singular value decomposition. */
export const ddrm = defineMethod({
  name: 'ddrm',
  title: 'DDRM',
  source: 'Kawar et al. 2022 (arXiv:2201.11793)',
  needs: { vjp: false, spectrum: true, noiselessOnly: false },
  schema,
  sampling: { steps: 20, sigmaMax: 80, rho: 7 },
  hasOwnUpdate: () => true,
  create(measurement, network, { eta, etaB }) {
    const { operator } = measurement;
    const { spectrum } = operator;
    if (spectrum === undefined) {
      throw new LangevinError(
        'unsupported-combination',
        `ddrm needs a spectrum, which ${operator.name} does not have.`,
      );
    }
    return {
      kind: 'transition',
      start: noisedEstimate(measurement, network),
      async transition(x, sigma, sigmaNext, random) {
        const denoised = await network.denoise(x, repeatSigma(sigma, x.shape[0]));
        const z = random.passingNormal(x.shape);
        const step = { x, denoised, sigma, sigmaNext, z, eta, etaB };
        return { denoised, state: spectralStep(measurement, spectrum, step) };
      },
    };
  },
});
