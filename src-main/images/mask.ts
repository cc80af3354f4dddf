import { LangevinError } from '../errors.ts';
import { channelCount, type Picture } from '../tensor/picture.ts';
import { decodePicture } from './decode.ts';
import { readHeader } from './header.ts';
import { displayedPicture, displayedSize, swapsSides, toStored } from './orientation.ts';

/**
 * Reads a mask file for a picture: which pixels to restore.
 *
 * - White (luma ≥ 50 %) is restored, black is kept, whatever the file's depth, palette or colours.
 * - Where the file's transparency varies, pixels of alpha < 50 % are kept. If all opaque pixels are light, or all are
 *   dark, they are strokes painted on a transparent sheet, and all of them are restored, whatever their colour;
 *   if there are both, the light ones are restored.
 * - The mask is drawn for the picture as shown, that is, rotated by its EXIF orientation; the mask's own EXIF
 *   orientation is honoured as well.
 *
 * @param isSoft  greys say how opaque the damage is: luma times alpha.
 * @returns height × width of the picture *as stored*, 1 = restore; all 0 for a black mask. Of a soft one, 0…255.
 * @throws mask-size (naming both sizes), and what `decodePicture` throws.
 */
export async function decodeMask(
  bytes: Uint8Array,
  name: string,
  picture: Pick<Picture, 'width' | 'height' | 'metadata'>,
  isSoft = false,
): Promise<Uint8Array> {
  const mask = await decodeLike(bytes, name, picture, 'mask');
  const selection = isSoft ? opacities(mask) : selected(mask);
  return toStored(selection, mask.width, mask.height, 1, picture.metadata.orientation);
}

/**
 * Reads colours that are painted on a picture: red, green, blue and alpha of every pixel.
 * @returns 4 × height × width of the picture *as stored*.
 * @throws mask-size (naming both sizes); unsupported-format where nothing can be transparent, so that all of it would be
 *   painted; nothing-to-do where everything is; and what `decodePicture` throws.
 */
export async function decodeHints(
  bytes: Uint8Array,
  name: string,
  picture: Pick<Picture, 'width' | 'height' | 'metadata'>,
): Promise<Uint8Array> {
  const { width, height, data, mode, bitDepth } = await decodeLike(bytes, name, picture, 'picture of colour hints');
  if (mode !== 'rgb-alpha') {
    const lack = mode.startsWith('gray') ? 'no colours' : 'no transparency';
    throw new LangevinError(
      'unsupported-format',
      `${name} has ${lack}; colour hints are strokes of colour on a transparent picture, such as a layer saved as PNG.`,
    );
  }
  const rgba = bitDepth === 8 ? Uint8Array.from(data) : Uint8Array.from(data, (value) => Math.round(value / 257));
  let isPainted = false;
  for (let i = 3; i < rgba.length && !isPainted; i += 4) isPainted = rgba[i] > 0;
  if (!isPainted) {
    throw new LangevinError('nothing-to-do', `Nothing is painted in ${name}: it is transparent throughout.`);
  }
  return toStored(rgba, width, height, 4, picture.metadata.orientation);
}

/** A picture that is drawn for another one, as displayed. @throws mask-size; what `decodePicture` throws */
async function decodeLike(
  bytes: Uint8Array,
  name: string,
  picture: Pick<Picture, 'width' | 'height' | 'metadata'>,
  what: string,
): Promise<Picture> {
  const { width, height } = displayedSize(picture);
  // The size of the picture warrants that of what is drawn for it, which may have very few bytes.
  const header = readHeader(bytes, name);
  const claimed = displayedSize({ ...header, metadata: header });
  const isTrusted = claimed.width === width && claimed.height === height;
  const drawn = displayedPicture(await decodePicture(bytes, name, { isTrusted }));
  if (drawn.width !== width || drawn.height !== height) {
    const { orientation } = picture.metadata;
    const rotated = swapsSides(orientation) ? ` (shown rotated by its EXIF orientation ${orientation})` : '';
    throw new LangevinError(
      'mask-size',
      `The ${what} ${name} is ${drawn.width} × ${drawn.height} pixels, but the picture is ${width} × ${height}${rotated}; ` +
        'they must be equal. Draw it on a copy of the picture, without scaling or cropping it.',
    );
  }
  return drawn;
}

/** Luma times alpha, 0…255. */
function opacities(mask: Picture): Uint8Array {
  const { data, width, height, mode, bitDepth } = mask;
  const channels = channelCount(mode);
  const top = bitDepth === 8 ? 255 : 65535;
  const hasAlpha = channels === 2 || channels === 4;
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const alpha = hasAlpha ? data[i * channels + channels - 1] / top : 1;
    return Math.round((255 * alpha * lumaAt(mask, i)) / top);
  });
}

function lumaAt({ data, mode }: Picture, i: number): number {
  const channels = channelCount(mode);
  const at = i * channels;
  return channels <= 2 ? data[at] : 0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2];
}

/** 1 where the picture, read as a mask, says restore. */
function selected(mask: Picture): Uint8Array {
  const { data, width, height, mode, bitDepth } = mask;
  const channels = channelCount(mode);
  const hasAlpha = channels === 2 || channels === 4;
  const half = bitDepth === 8 ? 127.5 : 32767.5;
  const light = new Uint8Array(width * height);
  const opaque = new Uint8Array(width * height).fill(1);
  const seen = { transparent: false, light: false, dark: false };
  for (let i = 0, at = 0; i < light.length; i++, at += channels) {
    const luma = lumaAt(mask, i);
    // The weights add up to 1 only to rounding; a thousandth is far below a sample step.
    light[i] = luma >= half - 1e-3 ? 1 : 0;
    if (hasAlpha && data[at + channels - 1] < half) {
      opaque[i] = 0;
      seen.transparent = true;
    } else if (light[i] === 1) seen.light = true;
    else seen.dark = true;
  }
  if (!seen.transparent) return light;
  if (seen.light !== seen.dark) return opaque;
  return light.map((value, i) => value & opaque[i]);
}
