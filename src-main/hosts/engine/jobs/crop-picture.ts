import type { FrameRect } from '../../../contract/restore-events.ts';
import { LangevinError } from '../../../errors.ts';
import { displayedPicture } from '../../../images/orientation.ts';
import { channelCount, type Picture } from '../../../tensor/picture.ts';

/**
 * A rectangle of a picture as displayed, as a picture that needs no turning.
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
  return { ...picture, ...shown, width: rect.width, height: rect.height, data };
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
