import { expect, test } from 'vitest';
import type { RestoreProgress } from '../../../src-main/contract/restore-events.ts';
import { forHost } from '../../../src-main/hosts/engine/jobs/step-frame.ts';

const noPng = (): Promise<Uint8Array> => Promise.reject(new Error('No PNG was asked for.'));

function progress(channels: number, values: readonly number[], sigmaNext: number): RestoreProgress {
  const tensor = { channels, height: 1, width: values.length / channels, data: Float32Array.from(values) };
  return { type: 'step', sigmaNext, state: tensor, denoised: tensor } as unknown as RestoreProgress;
}

test('raw frames interleave channels, clip and round', async () => {
  const { denoised } = await forHost(progress(3, [-1, 1, 0, -2, 0.5, 3], 0), 'raw', noPng);
  expect(denoised).toMatchObject({ width: 2, height: 1, channels: 3 });
  expect([...denoised!.bytes]).toEqual([0, 128, 191, 255, 0, 255]);
});

test('the state is divided by its standard deviation, the estimate is not', async () => {
  const { state, denoised } = await forHost(progress(1, [-2, 0, 2], Math.sqrt(3)), 'raw', noPng);
  expect([...state!.bytes]).toEqual([0, 128, 255]);
  expect([...denoised!.bytes]).toEqual([0, 128, 255]);
  const half = await forHost(progress(1, [-1, 1], Math.sqrt(3)), 'raw', noPng);
  expect([...half.state!.bytes]).toEqual([64, 191]);
});

test('without frames the pictures are left out', async () => {
  expect(await forHost(progress(1, [0], 1), 'none', noPng)).toEqual({ type: 'step', sigmaNext: 1 });
});
