import type { FrameRect } from '../../../contract/restore-events.ts';
import { LangevinError } from '../../../errors.ts';
import { displayedPicture } from '../../../images/orientation.ts';
import { channelCount, type Picture } from '../../../tensor/picture.ts';

/**
 * A rectangle of a picture as displayed, as a picture that needs no turning. A JPEG's quantization stays with it where
 * the rectangle begins at a block.
 * @throws invalid-argument when the rectangle leaves the picture.
 */
export function cropDisplayed<P extends Picture>(picture: P, rect: FrameRect): P {
  const shown = displayedPicture(picture);
  if (rect.x + rect.width > shown.width || rect.y + rect.height > shown.height) {
    throw new LangevinError(
      'invalid-argument',
      `The part to restore, ${rect.width} × ${rect.height} pixels at (${rect.x}, ${rect.y}), leaves the picture of ` +
        `${shown.width} × ${shown.height} pixels.`,
    );
  }
  const data = cropSamples(shown.data, shown.width, channelCount(shown.mode), rect);
  const { quantization, ...metadata } = shown.metadata;
  const side = 8 * Math.max(...(quantization?.sampling ?? [1]));
  const keepsBlocks = picture.metadata.orientation === 1 && rect.x % side === 0 && rect.y % side === 0;
  return {
    ...picture,
    ...shown,
    width: rect.width,
    height: rect.height,
    data,
    metadata: quantization && keepsBlocks ? { ...metadata, quantization } : metadata,
  };
}

/** @param width  of the whole. */
export function cropSamples<S extends Uint8Array | Uint16Array>(
  data: S,
  width: number,
  channels: number,
  rect: FrameRect,
): S {
  const row = rect.width * channels;
  const out = data.slice(0, rect.height * row) as S;
  for (let y = 0; y < rect.height; y++) {
    const from = ((rect.y + y) * width + rect.x) * channels;
    out.set(data.subarray(from, from + row), y * row);
  }
  return out;
}
