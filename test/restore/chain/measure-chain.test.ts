import { describe, expect, it } from 'vitest';
import type { Damage } from '../../../src-main/contract/damage.ts';
import { estimateNorm } from '../../../src-main/operators/iterative-operator.ts';
import { resolveChain } from '../../../src-main/restore/chain/chain.ts';
import { measureChain } from '../../../src-main/restore/chain/measure-chain.ts';
import { BatchRandom } from '../../../src-main/tensor/random.ts';
import { dotPerSample, linear, normPerSample, scale, type Tensor } from '../../../src-main/tensor/tensor.ts';
import { noisyPicture } from '../../fixtures/restore-run.ts';

/** A size with blocks that are not whole. */
const SIDE = 20;
const picture = noisyPicture(SIDE, SIDE, { sigma: 25 });
const kernel = { width: 3, height: 2, data: [1, 4, 2, 0, 3, 1] };

/** Each a way of one part; those that share a key cannot stand together. */
const PARTS: Readonly<Record<string, Damage & { error?: true }>> = {
  'Gaussian blur': { blur: 0.8 },
  motion: { blur: { kind: 'motion', length: 5, angle: 30 } },
  disk: { blur: { kind: 'disk', radius: 1.7 } },
  'kernel file': { blur: { kind: 'file' } },
  reduction: { scale: 2 },
  grey: { grey: true },
  fading: { fading: { gain: [0.8, 0.7, 0.6], offset: [10, 20, 30] } },
  noise: { noise: 8 },
  'Poisson–Gaussian': { noise: { kind: 'poisson', slope: 0.8, sigma: 3 } },
  grain: { noise: { kind: 'grain', sigma: 12, size: 1 } },
  jpeg: { jpeg: 40 },
  mask: { error: true },
};

type Chain = Damage & { error?: true };
const names = Object.keys(PARTS);
const pairs = names.flatMap((a, i) =>
  names
    .slice(i + 1)
    .filter((b) => Object.keys(PARTS[a])[0] !== Object.keys(PARTS[b])[0])
    .map((b): [string, Chain] => [`${a}, ${b}`, { ...PARTS[a], ...PARTS[b] }]),
);
const full: [string, Chain] = [
  'everything',
  names.reduce<Chain>((all, name) => ({ ...PARTS[name], ...all }), PARTS['Poisson–Gaussian']),
];

function measured({ error, ...damage }: Chain) {
  const isFile = typeof damage.blur === 'object' && damage.blur.kind === 'file';
  const chain = resolveChain(damage, { picture, kernel: isFile ? kernel : undefined }, picture, 3);
  const errors = error && Float32Array.from({ length: SIDE * SIDE }, (_, i) => (i % 47 < 3 ? 0.2 : 0));
  const side = SIDE * chain.scale;
  return measureChain(chain, { known: picture, error: errors }, { x: 0, y: 0, width: side, height: side });
}

const draw = (shape: Tensor['shape'], seed: number): Tensor => BatchRandom.seeded(seed, shape[0]).normal(shape);

describe.each([...names.map((name): [string, Chain] => [name, PARTS[name]]), ...pairs, full])(
  'chain of %s',
  (_, parts) => {
    it('has its transpose, its solution and its norm', () => {
      const { operator, y, initial, sigmaY } = measured(parts);
      const x = draw([1, ...operator.inputShape], 1);
      expect(initial.shape).toEqual(x.shape);
      expect(y.shape).toEqual([1, ...operator.outputShape]);
      expect(sigmaY).toBeGreaterThan(0);
      const r = draw(y.shape, 2);
      const image = operator.apply(x);
      const size = normPerSample(image)[0] * normPerSample(r)[0];
      const difference = dotPerSample(image, r)[0] - dotPerSample(x, operator.adjoint(r))[0];
      expect(Math.abs(difference)).toBeLessThan(2e-6 * size);

      const k = (0.3 * sigmaY ** 2) / operator.norm ** 2;
      const solution = operator.solve(r, sigmaY ** 2, k);
      const back = linear(sigmaY ** 2, solution, k, operator.apply(operator.adjoint(solution)));
      expect(normPerSample(linear(1, back, -1, r))[0]).toBeLessThan(1e-3 * normPerSample(r)[0]);

      // Of any picture, and never less than Lanczos finds.
      expect(normPerSample(operator.apply(scale(1 / normPerSample(x)[0], x)))[0]).toBeLessThanOrEqual(
        (1 + 1e-6) * operator.norm,
      );
      expect(operator.norm).toBeGreaterThanOrEqual(0.98 * estimateNorm(operator));
    });
  },
);

describe('a chain', () => {
  it('takes off what fading adds, so that the faded picture is the measurement of the sound one', () => {
    const sound = measured({ noise: 1 });
    const gain = 0.5;
    const offset = 60;
    const data = picture.data.map((v) => Math.round(gain * v + offset));
    const faded = { ...picture, data };
    const chain = resolveChain({ fading: { gain, offset }, noise: 1 }, { picture: faded }, faded, 3);
    const { operator, y } = measureChain(
      chain,
      { known: faded, error: undefined },
      { x: 0, y: 0, width: SIDE, height: SIDE },
    );
    const explained = operator.apply(sound.y);
    explained.data.forEach((v, i) => expect(Math.abs(v - y.data[i])).toBeLessThan(0.6 / 127.5));
  });

  it('believes bright pixels less under Poisson noise', () => {
    const { operator } = measured({ noise: { kind: 'poisson', slope: 2, sigma: 0 } });
    const ones = linear(0, draw([1, 3, SIDE, SIDE], 1), 0, draw([1, 3, SIDE, SIDE], 1));
    ones.data.fill(1);
    const weights = operator.apply(ones).data;
    const order = Array.from(weights.keys()).sort((a, b) => weights[a] - weights[b]);
    const seen = (at: number): number => {
      const plane = Math.floor(at / (SIDE * SIDE));
      return picture.data[(at % (SIDE * SIDE)) * 3 + plane];
    };
    const mean = (some: number[]): number => some.reduce((sum, at) => sum + seen(at), 0) / some.length;
    expect(mean(order.slice(0, 100))).toBeGreaterThan(mean(order.slice(-100)) + 20);
  });

  it('says what is missing of a kernel, and which blur is too wide', () => {
    const blur = { kind: 'file' } as const;
    expect(() => resolveChain({ blur }, { picture }, picture, 3)).toThrow(/no picture of the kernel is given/);
    expect(() => resolveChain({ noise: 1 }, { picture, kernel }, picture, 3)).toThrow(/does not name it/);
    const far = { kind: 'motion', length: 200, angle: 0 } as const;
    expect(() => resolveChain({ blur: far }, { picture }, picture, 3)).toThrow(/wider than the picture of 20 × 20/);
  });
});
