import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLikelihood } from '../../src-main/likelihood/registry.ts';
import { MaskOperator } from '../../src-main/operators/mask.ts';
import { countingNetwork } from '../../src-main/prior/counting.ts';
import { createOnnxNetwork } from '../../src-main/prior/onnx.ts';
import type { ScoreNetwork } from '../../src-main/prior/score-network.ts';
import { tiledNetwork } from '../../src-main/prior/tiled.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { tinyManifest, tinyNetwork } from '../fixtures/tiny-model.ts';

let network: ScoreNetwork;

beforeAll(async () => {
  network = await createOnnxNetwork(tinyManifest(), tinyNetwork({ kind: 'constant', value: 0.5 }), { provider: 'cpu' });
});
afterAll(() => network.dispose());

/** One step of a method on a picture, of which half are known. */
async function step(name: 'dps' | 'mmps' | 'pigdm', prior: ScoreNetwork, side = 8): Promise<void> {
  const random = BatchRandom.seeded(1, 1);
  const operator = new MaskOperator(
    [1, side, side],
    Uint8Array.from({ length: side * side }, (_, i) => i % 2),
  );
  const y = operator.apply(random.normal([1, 1, side, side]));
  const likelihood = createLikelihood(name, { operator, y, sigmaY: 0.1 }, prior, {});
  const x = random.normal([1, 1, side, side]);
  if (likelihood.kind === 'transition') await likelihood.transition(x, 1, 0.5, random);
  else await likelihood.estimate(x, 1);
}

describe('counted evaluations', () => {
  it.each([
    ['dps', 1, 1],
    ['pigdm', 1, 1],
  ] as const)('%s takes D and the gradient of a step from one', async (name, nfe, vjps) => {
    const counted = countingNetwork(tiledNetwork(network));
    await step(name, counted);
    expect([counted.nfe, counted.vjps]).toEqual([nfe, vjps]);
  });

  it('mmps takes all gradients of a step from one', async () => {
    const counted = countingNetwork(network);
    await step('mmps', counted);
    expect(counted.nfe).toBe(1);
    expect(counted.vjps).toBeGreaterThan(0);
  });

  it('are two where the picture is larger than what is kept', async () => {
    const counted = countingNetwork(tiledNetwork(network, { tilePixels: 192 ** 2, halo: 4, blend: 4 }));
    await step('dps', counted, 256);
    expect([counted.nfe, counted.vjps]).toEqual([2, 1]);
  });
});
