import { describe, expect, it } from 'vitest';
import { applicableMethods, likelihoods } from '../../src-main/likelihood/registry.ts';
import { createOperator } from '../../src-main/operators/registry.ts';
import type { ScoreNetwork } from '../../src-main/prior/score-network.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { clone, concatSamples, linear, sample, type Tensor } from '../../src-main/tensor/tensor.ts';
import { gaussianPrior, mixturePrior, operatorMatrix, stationaryCovariance } from '../fixtures/analytic-prior.ts';
import { compareWithPosterior, drawPosterior, measure, type SamplingChoice } from '../fixtures/posterior-run.ts';
import { gaussianScores, worstScore } from '../fixtures/statistics.ts';
import { smallOperators } from '../fixtures/small-operators.ts';

const cases = smallOperators(4);
const named = (label: string) => cases.find((example) => example.label === label)!;

describe('mmps with enough iterations follows the exact probability flow of the posterior', () => {
  it.each(['mask', 'luma', 'downsample'])('%s: mean and covariance pass z-tests', async (label) => {
    const { operator, shape } = named(label);
    const prior = gaussianPrior({ shape, mean: 0.1, covariance: stationaryCovariance(shape) });
    const [n, sigmaY] = [250, 0.3 * operator.norm];
    const measurement = measure(prior, operator, sigmaY, 1, n);
    const samples = await drawPosterior({
      method: 'mmps',
      measurement,
      network: prior,
      options: { iterations: 30, clip: null },
      sampling: { predictor: 'heun', steps: 40, sigmaMax: 20, sigmaMin: 0.01 },
    });
    const exact = prior.posterior(operatorMatrix(operator), sample(measurement.y, 0).data, sigmaY);
    expect(worstScore(gaussianScores(samples, exact.mean, exact.covariance))).toBeLessThan(4);
  });
});

/**
 * Measured biases with their margins: the mean error in standard deviations of the posterior and the range of the
 * variance ratio, over the operators below and both noise levels. docs/solvers.md has the figures themselves.
 */
const bounds: Record<string, { sampling?: SamplingChoice; meanError: number; variance: readonly [number, number] }> = {
  projection: { sampling: { steps: 60 }, meanError: 0.5, variance: [0.8, 1.6] },
  ddnm: { meanError: 0.5, variance: [0.15, 1.2] },
  repaint: { meanError: 0.3, variance: [0.4, 1.1] },
  ald: { sampling: { steps: 60 }, meanError: 0.3, variance: [0.9, 1.5] },
  ddrm: { meanError: 0.6, variance: [0.15, 1.2] },
  diffpir: { meanError: 0.8, variance: [0.4, 2.7] },
  'red-diff': { meanError: 0.9, variance: [0, 1.2] },
  daps: { sampling: { steps: 30 }, meanError: 0.4, variance: [0.7, 1.3] },
  // A point estimate: its runs do not vary.
  dpir: { meanError: 1, variance: [-1, 0.1] },
  dps: { meanError: 0.6, variance: [0.4, 1.4] },
  pigdm: { meanError: 0.5, variance: [0.3, 1] },
  mmps: { meanError: 0.2, variance: [0.2, 0.8] },
  direct: { meanError: 0.2, variance: [0.4, 1.1] },
};

describe.each(['mask', 'downsample', 'luma', 'identity'])('on a correlated Gaussian prior, %s,', (label) => {
  const { operator, shape } = named(label);
  const prior = gaussianPrior({ shape, mean: 0.1, covariance: stationaryCovariance(shape) });

  it.each([...likelihoods.keys()])('%s stays near the posterior', async (method) => {
    const { sampling, meanError, variance } = bounds[method];
    for (const sigmaY of [0, 0.2 * operator.norm]) {
      // Nothing is left to draw of a picture that was measured whole and without noise.
      if (sigmaY === 0 && label === 'identity') continue;
      if (!applicableMethods({ operator, sigmaY }, prior).includes(method)) continue;
      const repeats = 64;
      const measurement = measure(prior, operator, sigmaY, 2, repeats);
      const samples = await drawPosterior({
        method,
        measurement,
        network: prior,
        ...(sampling !== undefined && { sampling }),
      });
      const fidelity = compareWithPosterior(prior, measurement, repeats, samples);
      expect(fidelity.meanError).toBeLessThan(meanError);
      expect(fidelity.varianceRatio).toBeGreaterThan(variance[0]);
      expect(fidelity.varianceRatio).toBeLessThan(variance[1]);
      expect(fidelity.misfit).toBeLessThan(sigmaY > 0 ? 2 : 0.1);
    }
  });
});

describe.each(['mask', 'stack'])('the batch size changes no byte, %s,', (label) => {
  const { operator, shape } = named(label);
  const prior = gaussianPrior({ shape, mean: 0.1, covariance: stationaryCovariance(shape) });

  it.each([...likelihoods.keys()])('%s', async (method) => {
    for (const sigmaY of [0, 0.1]) {
      if (!applicableMethods({ operator, sigmaY }, prior).includes(method)) continue;
      const run = { method, network: prior, sampling: { steps: 6 }, seed: 12 };
      const measurement = measure(prior, operator, sigmaY, 4, 1);
      const together = await drawPosterior({ ...run, measurement });
      const alone: Tensor[] = [];
      for (let i = 0; i < 4; i++) {
        const own = { operator, sigmaY, y: clone(sample(measurement.y, i)) };
        alone.push(await drawPosterior({ ...run, measurement: own, first: i }));
      }
      expect(Buffer.from(together.data.buffer)).toEqual(Buffer.from(concatSamples(alone).data.buffer));
    }
  });
});

describe.each(cases)('from any σmax up to 80, $label,', ({ operator, shape }) => {
  const d = shape[0] * shape[1] * shape[2];
  // Between two modes the Jacobian of D has eigenvalues far above 1, as a network's may.
  const bimodal = mixturePrior({
    shape,
    components: [
      { weight: 1, mean: -0.5, covariance: stationaryCovariance(shape, { variance: 0.02 }) },
      { weight: 1, mean: 0.5, covariance: stationaryCovariance(shape, { variance: 0.02 }) },
    ],
  });
  // A network whose Jacobian is neither symmetric nor positive: σ-independent noise added to the product.
  const careless: ScoreNetwork = {
    ...bimodal,
    async vjp(x, sigma, v) {
      const { denoised, vjp } = await bimodal.vjp(x, sigma, v);
      const skew = BatchRandom.seeded(1, x.shape[0]).normal(x.shape);
      const mixed = skew.data.map((value, i) => 0.1 * value * v.data[(i + 1) % v.data.length]);
      return { denoised, vjp: linear(1, vjp, 1, { shape: x.shape, data: mixed }) };
    },
  };
  const random = BatchRandom.seeded(21, 4);
  const truth = bimodal.sample(random);

  it.each(['dps', 'pigdm', 'mmps'])('%s stays in the range of pictures', async (method) => {
    for (const network of [bimodal, careless]) {
      for (const sigmaMax of [0.5, 2, 10, 80]) {
        const measurement = { operator, y: operator.apply(truth), sigmaY: 0 };
        const samples = await drawPosterior({ method, measurement, network, sampling: { sigmaMax, steps: 15 } });
        const energy = samples.data.reduce((sum, value) => sum + value * value, 0) / (4 * d);
        expect(Math.sqrt(energy)).toBeLessThan(1.2);
      }
    }
  });
});

it('every method that takes a mask leaves a wholly unknown picture to the prior', async () => {
  const { shape, operator } = named('mask');
  const prior = gaussianPrior({ shape, mean: 0.1, covariance: stationaryCovariance(shape) });
  const nothing = createOperator({ name: 'mask', options: { mask: new Uint8Array(16).fill(1) } }, shape);
  const measurement = { ...measure(prior, operator, 0, 2, 1), operator: nothing };
  for (const method of applicableMethods(measurement, prior)) {
    const samples = await drawPosterior({ method, measurement, network: prior, sampling: { steps: 10 } });
    const energy = samples.data.reduce((sum, value) => sum + value * value, 0) / samples.data.length;
    expect(Math.sqrt(energy)).toBeLessThan(1.5);
  }
});
