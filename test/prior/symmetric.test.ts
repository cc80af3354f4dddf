import { describe, expect, it } from 'vitest';
import { symmetricNetwork } from '../../src-main/prior/symmetric.ts';
import type { ScoreNetwork } from '../../src-main/prior/score-network.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { dotPerSample, linear, normPerSample, type Tensor } from '../../src-main/tensor/tensor.ts';
import { whitePrior } from '../fixtures/white-prior.ts';

/** Each pixel minus half of its left neighbour: a network that has a hand. */
function shiftedNetwork(): ScoreNetwork {
  const shift = ({ shape, data }: Tensor, step: number): Tensor => {
    const width = shape[3];
    return {
      shape,
      data: data.map((value, i) => {
        const column = (i % width) + step;
        return value - (column >= 0 && column < width ? data[i + step] / 2 : 0);
      }),
    };
  };
  return {
    manifest: whitePrior(3).manifest,
    provider: 'cpu',
    denoise: (x) => Promise.resolve(shift(x, -1)),
    vjp: (x, _sigma, v) => Promise.resolve({ denoised: shift(x, -1), vjp: shift(v, 1) }),
    dispose: () => Promise.resolve(),
  };
}

const sigma = Float32Array.of(1, 1);
const random = BatchRandom.seeded(1, 2);
const x = random.normal([2, 3, 5, 7]);
const v = random.normal([2, 3, 5, 7]);

describe('symmetricNetwork', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7])('element %i undoes what it does', async (element) => {
    const identity: ScoreNetwork = { ...shiftedNetwork(), denoise: (y) => Promise.resolve(y) };
    expect((await symmetricNetwork(identity, element).denoise(x, sigma)).data).toEqual(x.data);
  });

  it('has eight different elements', async () => {
    const seen = new Set<string>();
    for (let element = 0; element < 8; element++) {
      const y = await symmetricNetwork(shiftedNetwork(), element).denoise(x, sigma);
      seen.add([...y.data].map((value) => value.toFixed(4)).join());
    }
    // The network looks one way, so that pairs of elements agree: up–down mirrors do not matter to it.
    expect(seen.size).toBe(4);
  });

  it.each([1, 2, 3, 4, 5, 6, 7])('element %i has the adjoint of its derivative', async (element) => {
    const network = symmetricNetwork(shiftedNetwork(), element);
    const u = BatchRandom.seeded(5, 2).normal([2, 3, 5, 7]);
    const forward = await network.denoise(u, sigma);
    const { vjp, denoised } = await network.vjp!(x, sigma, v);
    const [left, right] = [dotPerSample(forward, v), dotPerSample(u, vjp)];
    left.forEach((value, i) => expect(value).toBeCloseTo(right[i], 4));
    expect(normPerSample(linear(1, denoised, -1, await network.denoise(x, sigma)))[0]).toBe(0);
  });
});
