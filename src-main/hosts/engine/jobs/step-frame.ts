import type { FrameTensor, RestoreProgress } from '../../../contract/restore-events.ts';
import type { JobProgress, StepFrame } from '../../../contract/jobs.ts';
import { tensorToPicture } from '../../../restore/picture-tensor.ts';
import type { Picture } from '../../../tensor/picture.ts';

export type FrameKind = 'none' | 'png' | 'raw';
type EncodePng = (picture: Picture) => Promise<Uint8Array>;

/**
 * Replaces the float pictures of a progress event by 8-bit ones, or leaves them out. x_t is divided by √(1 + σ²), its
 * standard deviation at most, so that it is seen rather than clipped.
 */
export async function forHost(progress: RestoreProgress, kind: FrameKind, encodePng: EncodePng): Promise<JobProgress> {
  const { state, denoised, ...rest } = progress;
  if (kind === 'none') return rest;
  const gain = 1 / Math.sqrt(1 + progress.sigmaNext ** 2);
  return {
    ...rest,
    state: await stepFrame(state, gain, kind, encodePng),
    denoised: await stepFrame(denoised, 1, kind, encodePng),
  };
}

async function stepFrame(
  tensor: FrameTensor,
  gain: number,
  kind: 'png' | 'raw',
  encodePng: EncodePng,
): Promise<StepFrame> {
  const { channels, height, width, data } = tensor;
  if (kind === 'raw') return { width, height, channels, bytes: rawFrame(tensor, gain) };
  const scaled = gain === 1 ? data : data.map((value) => value * gain);
  const picture = tensorToPicture({ shape: [1, channels, height, width], data: scaled });
  return { width, height, channels, bytes: await encodePng(picture) };
}

/** Interleaved 8-bit samples. Made of every step that somebody watches, so it must cost next to nothing beside it. */
function rawFrame({ channels, height, width, data }: FrameTensor, gain: number): Uint8Array {
  const plane = height * width;
  // Clamps, and rounds.
  const bytes = new Uint8ClampedArray(plane * channels);
  const scale = 127.5 * gain;
  for (let c = 0; c < channels; c++) {
    for (let from = c * plane, to = c; to < bytes.length; from++, to += channels)
      bytes[to] = data[from] * scale + 127.5;
  }
  return new Uint8Array(bytes.buffer);
}
