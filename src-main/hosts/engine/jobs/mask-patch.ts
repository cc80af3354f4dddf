import type { MaskPatch } from '../../../contract/app/values.ts';
import { LangevinError } from '../../../errors.ts';
import { displayedSize, toStored } from '../../../images/orientation.ts';
import type { Picture } from '../../../tensor/picture.ts';

/** Coverage from which a pixel is restored. */
const PAINTED = 128;

/**
 * The mask of a whole picture from its painted part.
 * @returns height × width of the picture as displayed, 1 = restore.
 * @throws mask-size when the patch leaves the picture.
 */
export function displayedMask(patch: MaskPatch, width: number, height: number): Uint8Array {
  if (patch.x + patch.width > width || patch.y + patch.height > height) {
    throw new LangevinError(
      'mask-size',
      `The mask reaches to ${patch.x + patch.width} × ${patch.y + patch.height}, but the picture is ${width} × ${height} pixels.`,
    );
  }
  const mask = new Uint8Array(width * height);
  for (let row = 0; row < patch.height; row++) {
    const to = (patch.y + row) * width + patch.x;
    const from = row * patch.width;
    for (let i = 0; i < patch.width; i++) if (patch.coverage[from + i] >= PAINTED) mask[to + i] = 1;
  }
  return mask;
}

/** The same as stored in the picture's file: not rotated. */
export function storedMask(patch: MaskPatch, picture: Pick<Picture, 'width' | 'height' | 'metadata'>): Uint8Array {
  const { width, height } = displayedSize(picture);
  return toStored(displayedMask(patch, width, height), width, height, 1, picture.metadata.orientation);
}
