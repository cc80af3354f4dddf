import type { Rgb } from '../../contract/batch.ts';
import type { FileBytes } from '../../contract/jobs.ts';
import { LangevinError } from '../../errors.ts';
import { decodeMask } from '../../images/mask.ts';
import { channelCount, type Picture } from '../../tensor/picture.ts';
import type { MaskSource } from './mask-finder.ts';

/** Sources that need no network, read. */
export type ReadMaskSource =
  Exclude<MaskSource, { kind: 'auto' } | { kind: 'file' }> | { readonly kind: 'file'; readonly file: FileBytes };

export interface MaskedPicture {
  readonly picture: Picture;
  /** height × width as stored, 1 = restore; absent when the task needs none. */
  readonly mask?: Uint8Array;
}

/**
 * The mask of a picture as its source says.
 *
 * A mask from the picture's own alpha makes those pixels opaque: what fills them is meant to be seen.
 * @throws mask-size; mask-missing without alpha; nothing-to-do for a key colour or transparency that the picture has
 *   not; what decoding a mask throws.
 */
export async function maskPicture(picture: Picture, name: string, source: ReadMaskSource): Promise<MaskedPicture> {
  switch (source.kind) {
    case 'none':
      return { picture };
    case 'file':
      return { picture, mask: await decodeMask(source.file.bytes, source.file.name, picture) };
    case 'alpha':
      return maskOfAlpha(picture, name);
    case 'color':
      return { picture, mask: maskOfColor(picture, name, source.color, source.tolerance) };
  }
}

function maskOfAlpha(picture: Picture, name: string): MaskedPicture {
  const { width, height, mode, data } = picture;
  const channels = channelCount(mode);
  if (channels === 1 || channels === 3) {
    throw new LangevinError('mask-missing', `${name} has no alpha channel that could be its mask.`);
  }
  const opaque = picture.bitDepth === 8 ? 255 : 65535;
  const mask = new Uint8Array(width * height);
  const filled = data.slice();
  for (let i = 0, at = channels - 1; i < mask.length; i++, at += channels) {
    if (data[at] >= opaque / 2) continue;
    mask[i] = 1;
    filled[at] = opaque;
  }
  if (!mask.includes(1)) {
    throw new LangevinError('nothing-to-do', `${name} has no transparent pixels, so there is nothing to restore.`);
  }
  return { picture: { ...picture, data: filled }, mask };
}

function maskOfColor(picture: Picture, name: string, color: Rgb, tolerance: number): Uint8Array {
  const { width, height, mode, bitDepth, data } = picture;
  const channels = channelCount(mode);
  const colours = channels >= 3 ? 3 : 1;
  const scale = bitDepth === 8 ? 1 : 257;
  const mask = new Uint8Array(width * height);
  // Grey pictures have the colour only if it is a grey.
  const keys = colours === 3 || (color[0] === color[1] && color[1] === color[2]) ? color : undefined;
  if (keys !== undefined) {
    const reach = tolerance * scale;
    for (let i = 0, at = 0; i < mask.length; i++, at += channels) {
      let matches = true;
      for (let c = 0; c < colours; c++) matches &&= Math.abs(data[at + c] - keys[c] * scale) <= reach;
      if (matches) mask[i] = 1;
    }
  }
  if (!mask.includes(1)) {
    const hex = `#${Buffer.from(color).toString('hex')}`;
    throw new LangevinError(
      'nothing-to-do',
      `${name} has no pixel of the mask colour ${hex} (tolerance ${tolerance}), so there is nothing to restore.`,
    );
  }
  return mask;
}
