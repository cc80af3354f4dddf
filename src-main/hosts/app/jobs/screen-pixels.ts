import type { PictureContent, Pixels } from '../../../contract/app/values.ts';
import { CodecFailure, withCodec } from '../../../images/codec.ts';
import { viewAs, type DecodedPicture } from '../../../images/decode.ts';
import { profileOf } from '../../../images/metadata/carry.ts';
import { displayedPicture } from '../../../images/orientation.ts';
import { channelCount, type Picture } from '../../../tensor/picture.ts';

/** A decoded picture for a screen: turned as displayed, 8-bit RGBA in sRGB. The work blocks its thread. */
export async function pictureContent(picture: DecodedPicture): Promise<PictureContent> {
  return { ...(await screenPixels(picture)), ...pictureFacts(picture) };
}

/** What a page is told of a decoded picture besides its pixels. */
export function pictureFacts(picture: DecodedPicture): Omit<PictureContent, keyof Pixels> {
  const { format, bitDepth, mode, metadata, notices } = picture;
  return {
    format,
    bitDepth,
    mode,
    orientation: metadata.orientation,
    has: {
      exif: metadata.exif !== undefined,
      icc: metadata.icc !== undefined,
      xmp: metadata.xmp !== undefined,
    },
    notices,
  };
}

/** Pixels for a screen: turned as displayed, 8-bit RGBA in sRGB. The work blocks its thread. */
export async function screenPixels(picture: Picture): Promise<Pixels> {
  const { width, height, pixels } = await shownPixels(picture);
  return { width, height, data: pixels(0, width * height) };
}

/** The same piece by piece, for pictures whose pixels should not be held twice. */
export async function shownPixels(
  picture: Picture,
): Promise<Omit<Pixels, 'data'> & { pixels(first: number, end: number): Uint8Array }> {
  const known = await inSrgb(picture);
  // What stands upright need not be copied.
  const { orientation } = known.metadata;
  const shown = orientation > 1 && orientation <= 8 ? displayedPicture(known) : known;
  const { width, height } = shown;
  return { width, height, pixels: (first, end) => rgba(shown, first, end) };
}

function rgba({ data: whole, mode }: Picture, first: number, end: number): Uint8Array {
  const channels = channelCount(mode);
  const part = whole.subarray(first * channels, end * channels);
  const samples = part instanceof Uint8Array ? part : Uint8Array.from(part, (value) => Math.round(value / 257));
  if (channels === 4) return samples;
  const hasAlpha = channels === 2;
  const second = channels === 3 ? 1 : 0;
  const third = channels === 3 ? 2 : 0;
  const pixels = new Uint32Array(end - first);
  for (let from = 0, to = 0; to < pixels.length; from += channels, to++) {
    const alpha = hasAlpha ? samples[from + 1] : 255;
    // Every platform Node runs on with this program's dependencies is little-endian.
    pixels[to] = (alpha << 24) | (samples[from + third] << 16) | (samples[from + second] << 8) | samples[from];
  }
  return new Uint8Array(pixels.buffer);
}

/** The samples by an embedded profile that is not that of sRGB; as they are where the profile cannot be used. */
async function inSrgb(picture: Picture): Promise<Picture> {
  const { width, height, mode, bitDepth, data, metadata } = picture;
  const icc = profileOf(metadata, mode);
  if (icc === undefined || isSrgb(icc)) return picture;
  const grey = mode.startsWith('gray');
  try {
    return await withCodec((codec) => {
      const format = codec.BandFormat[bitDepth === 8 ? 'uchar' : 'ushort'];
      const raw = codec.Image.newFromMemory(data, width, height, channelCount(mode), format);
      const depth8 = grey ? 'b-w' : 'srgb';
      const depth16 = grey ? 'grey16' : 'rgb16';
      const image = raw.copy({ interpretation: bitDepth === 8 ? depth8 : depth16 });
      try {
        image.setBlob('icc-profile-data', icc);
        const converted = image.iccTransform('srgb', { embedded: true, intent: 'perceptual', depth: 8 });
        try {
          const memory = converted.writeToMemory();
          const hasAlpha = mode === 'gray-alpha' || mode === 'rgb-alpha';
          return { ...picture, mode: hasAlpha ? 'rgb-alpha' : 'rgb', bitDepth: 8, data: viewAs(memory, Uint8Array) };
        } finally {
          converted.delete();
        }
      } finally {
        image.delete();
        raw.delete();
      }
    });
  } catch (error) {
    if (error instanceof CodecFailure) return picture;
    throw error;
  }
}

/** By its description, which begins with the name in every profile of sRGB that cameras and programs embed. */
function isSrgb(icc: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(icc.subarray(0, 4096));
  return text.includes('sRGB') || text.includes('s\0R\0G\0B');
}
