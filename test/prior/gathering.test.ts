import { expect, test } from 'vitest';
import { Gathering } from '../../src-main/prior/gathering.ts';
import type { ScoreNetwork } from '../../src-main/prior/score-network.ts';
import { zeros, type Shape } from '../../src-main/tensor/tensor.ts';

/** D(x; σ) = σ x; notes the shapes that it is asked for. */
function recordingNetwork(): { network: ScoreNetwork; asked: Shape[] } {
  const asked: Shape[] = [];
  const network = {
    manifest: { name: 'recording' } as ScoreNetwork['manifest'],
    provider: 'test',
    denoise(x, sigma) {
      asked.push(x.shape);
      const size = x.data.length / x.shape[0];
      return Promise.resolve({ shape: x.shape, data: x.data.map((v, i) => v * sigma[Math.floor(i / size)]) });
    },
    dispose: () => Promise.resolve(),
  } satisfies ScoreNetwork;
  return { network, asked };
}

const picture = (value: number, h: number, w: number) => {
  const x = zeros([1, 1, h, w]);
  x.data.fill(value);
  return x;
};

test('equal sizes go through the network together, each with its level', async () => {
  const { network, asked } = recordingNetwork();
  const gathering = new Gathering(network);
  const members = [gathering.join(), gathering.join(), gathering.join()];
  const results = await Promise.all([
    members[0].denoise(picture(1, 2, 2), Float32Array.of(0.5)),
    members[1].denoise(picture(2, 4, 2), Float32Array.of(1)),
    members[2].denoise(picture(3, 2, 2), Float32Array.of(2)),
  ]);
  expect(asked).toEqual([
    [2, 1, 2, 2],
    [1, 1, 4, 2],
  ]);
  expect(results.map(({ shape, data }) => [shape[2], data[0]])).toEqual([
    [2, 0.5],
    [4, 2],
    [2, 6],
  ]);
});

test('nobody waits for a run that has left', async () => {
  const { network, asked } = recordingNetwork();
  const gathering = new Gathering(network);
  const [first, second] = [gathering.join(), gathering.join()];
  const waiting = first.denoise(picture(1, 2, 2), Float32Array.of(1));
  await Promise.resolve();
  expect(asked).toEqual([]);
  second.leave();
  second.leave();
  expect((await waiting).data[0]).toBe(1);
  expect((await first.denoise(picture(4, 2, 2), Float32Array.of(1))).data[0]).toBe(4);
});

test('a failure reaches everyone who asked', async () => {
  const { network } = recordingNetwork();
  network.denoise = () => Promise.reject(new Error('out of memory'));
  const gathering = new Gathering(network);
  const members = [gathering.join(), gathering.join()];
  const asked = members.map((member) => member.denoise(picture(1, 2, 2), Float32Array.of(1)));
  for (const one of asked) await expect(one).rejects.toThrow('out of memory');
});
