import { describe, expect, it } from 'vitest';
import { createCorrector, langevinCorrector, type CorrectorName } from '../../src-main/sampling/corrector.ts';
import { priorDenoiser } from '../../src-main/sampling/denoiser.ts';
import { createSde, sdeNames } from '../../src-main/sampling/sde.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { normPerSample, scale, type Shape, type Tensor } from '../../src-main/tensor/tensor.ts';
import { gaussianPrior } from '../fixtures/analytic-prior.ts';

const shape: Shape = [3, 1, 8, 8];
const prior = gaussianPrior({ shape: [1, 8, 8], mean: 0.2, covariance: new Array<number>(64).fill(0.3) });
const denoiser = priorDenoiser(prior);

describe('Langevin corrector', () => {
  it.each(sdeNames)('%s: is the rule of Song et al. 2021 in the state x̃ of the SDE', async (name) => {
    const sde = createSde({ name });
    const [sigma, sigmaNext, snr] = [1.5, 0.9, 0.16];
    const x = scale(1.7, BatchRandom.seeded(41, 3).normal(shape));
    const estimate = await denoiser(x, sigma);
    const { state, stepSize } = langevinCorrector(snr)({
      sde,
      x,
      sigma,
      sigmaNext,
      estimate,
      random: BatchRandom.seeded(42, 3),
    });

    // Algorithm 5 in x̃ = α x, with the α_i = 1 − β_i of the VP table, β_i the variance that one level adds.
    const alpha = sde.alpha(sde.timeOf(sigma));
    const alphaNext = sde.alpha(sde.timeOf(sigmaNext));
    const z = BatchRandom.seeded(42, 3).normal(shape);
    const a = name === 'vp' || name === 'subvp' ? 1 - (1 - (alpha / alphaNext) ** 2) : 1;
    for (let n = 0; n < 3; n++) {
      const noise = z.data.subarray(n * 64, (n + 1) * 64);
      const tilde = Array.from({ length: 64 }, (_, i) => alpha * x.data[n * 64 + i]);
      // The Gaussian prior's score of x̃: variance α²(.3 + σ²) about α·.2.
      const score = tilde.map((value) => -(value - alpha * 0.2) / (alpha ** 2 * (0.3 + sigma ** 2)));
      const epsilon = 2 * a * (snr * (Math.hypot(...noise) / Math.hypot(...score))) ** 2;
      expect(stepSize[n] / (epsilon / alpha ** 2)).toBeCloseTo(1, 5);
      for (let i = 0; i < 64; i++) {
        const moved = tilde[i] + epsilon * score[i] + Math.sqrt(2 * epsilon) * noise[i];
        expect(state.data[n * 64 + i]).toBeCloseTo(moved / alpha, 5);
      }
    }
  });

  it('finds p_σ from elsewhere and stays there, to its known bias', async () => {
    const [n, sigma, snr] = [200, 0.8, 0.1];
    const target = 0.3 + sigma ** 2;
    const random = BatchRandom.seeded(43, n);
    let x: Tensor = scale(2, random.normal([n, 1, 8, 8]));
    const sde = createSde({ name: 've' });
    const corrector = langevinCorrector(snr);
    for (let i = 0; i < 400; i++) {
      const estimate = await denoiser(x, sigma);
      x = corrector({ sde, x, sigma, sigmaNext: sigma / 2, estimate, random }).state;
    }
    let sum = 0;
    let squares = 0;
    for (const value of x.data) {
      sum += value - 0.2;
      squares += (value - 0.2) ** 2;
    }
    const count = x.data.length;
    expect(Math.abs(sum) / Math.sqrt(count * target)).toBeLessThan(4);
    // Of a fixed step, ε/λ = 2 r²: the stationary variance of x − (ε/λ) x + √(2ε) z is λ/(1 − r²). Of the norms: a
    // diffusion with ε ∝ 1/‖s‖² settles at p/ε ∝ ‖x‖² p, and E[‖z‖² zᵢ²] = d + 2, each a factor of 1 + 2/d.
    const biased = (target * (1 + 2 / 64) ** 2) / (1 - snr ** 2);
    expect(Math.abs(squares / biased - count) / Math.sqrt(2 * count)).toBeLessThan(4);
  });

  it('steps each sample by its own norms', async () => {
    const sde = createSde({ name: 've' });
    const x = BatchRandom.seeded(44, 3).normal(shape);
    for (let i = 64; i < 128; i++) x.data[i] *= 100;
    const estimate = await denoiser(x, 1);
    const { stepSize } = langevinCorrector(0.1)({
      sde,
      x,
      sigma: 1,
      sigmaNext: 0.5,
      estimate,
      random: BatchRandom.seeded(45, 3),
    });
    expect(stepSize[0] / stepSize[1]).toBeGreaterThan(1000);
    expect(stepSize[2] / stepSize[0]).toBeGreaterThan(0.3);
  });

  it('does not move where the score is zero', async () => {
    const x = scale(0, BatchRandom.seeded(44, 3).normal(shape));
    const update = { sde: createSde({ name: 've' }), x, sigma: 1, sigmaNext: 0, random: BatchRandom.seeded(1, 3) };
    const { state, stepSize } = langevinCorrector(0.1)({ ...update, estimate: { denoised: x } });
    expect([...stepSize]).toEqual([0, 0, 0]);
    expect(normPerSample(state).every((norm) => norm === 0)).toBe(true);
  });
});

describe('registry', () => {
  it('knows none and langevin', () => {
    expect(createCorrector('none')).toBeUndefined();
    expect(createCorrector('langevin')).toBeTypeOf('function');
    expect(() => createCorrector('hmc' as CorrectorName)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining('none, langevin') }),
    );
    expect(() => createCorrector('langevin', { snr: 0 })).toThrow('snr');
  });
});
