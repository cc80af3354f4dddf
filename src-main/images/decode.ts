import type Vips from 'wasm-vips';
import { LangevinError } from '../errors.ts';
import type { Picture, PictureMode } from '../tensor/picture.ts';
import { CodecFailure, withCodec, type Codec } from './codec.ts';
import { damaged, metadataOf, type Contents } from './container.ts';
import type { InputFormat } from './formats.ts';
import { readGif } from './gif-container.ts';
import { readJpeg } from './jpeg-container.ts';
import { readPng } from './png-container.ts';
import { sniffFormat } from './sniff.ts';
import { readTiff } from './tiff-container.ts';
import { readWebp } from './webp-container.ts';

/** Pictures of more pixels are refused unless asked for. */
export const DEFAULT_MAX_PIXELS = 400e6;
/** The codec has 2 GiB of address space, for samples and its own tables. */
export const MAX_SAMPLE_BYTES = 1.5e9;

export interface DecodedPicture extends Picture {
  readonly format: InputFormat;
  /** Whether the file's compression was lossy. */
  readonly lossy: boolean;
  /** What was changed because a `Picture` cannot hold it, as a sentence for the user; absent when nothing was. */
  readonly converted?: string;
  /** Pages or frames of the file, of which the first is read. */
  readonly pages: number;
}

export interface DecodeOptions {
  /** Default 400 megapixels. */
  readonly maxPixels?: number;
}

/**
 * Decodes a JPEG, PNG, WebP, TIFF or GIF file. Samples are as stored, not rotated by the EXIF orientation; palettes are
 * expanded and 1-, 2- and 4-bit samples scaled to 8 bits. CMYK and CIELAB colours are converted to sRGB, and alpha that
 * was multiplied into the colours is divided out; `converted` then says so.
 *
 * @param name  the file's name, for messages.
 * @throws not-a-picture, unsupported-format, picture-damaged (also when only the end is missing), picture-too-large.
 */
export async function decodePicture(
  bytes: Uint8Array,
  name: string,
  { maxPixels = DEFAULT_MAX_PIXELS }: DecodeOptions = {},
): Promise<DecodedPicture> {
  const format = sniffFormat(bytes, name);
  const contents = readContents[format](bytes, name);
  return readSamples(bytes, name, format, maxPixels, (image, free) => {
    const { rgb, conversion } = toRgb(image, free);
    const bitDepth = bitDepthOf(rgb, name);
    const mode = modes[rgb.bands];
    if (mode === undefined) {
      throw unsupported(name, `it has ${rgb.bands} channels per pixel; grey or RGB with or without alpha is read`);
    }
    const memory = rgb.writeToMemory();
    const data = bitDepth === 8 ? viewAs(memory, Uint8Array) : viewAs(memory, Uint16Array);
    // The library divides it out while reading.
    const straight = contents.premultiplied === true && hasAlpha(mode);
    const converted = conversion ?? (straight ? 'Alpha multiplied into the colours was divided out.' : undefined);
    const { icc: _replaced, ...withoutIcc } = contents.metadata;
    return {
      width: rgb.width,
      height: rgb.height,
      mode,
      bitDepth,
      data,
      metadata: metadataOf(conversion === undefined ? contents.metadata : withoutIcc),
      format,
      lossy: contents.lossy,
      ...(converted !== undefined && { converted }),
      pages: image.getTypeof('n-pages') === 0 ? 1 : image.getInt('n-pages'),
    };
  });
}

/** Marks an image of the codec to be freed when the reading is over; returns it. */
type Free = (image: Vips.Image) => Vips.Image;

/**
 * Opens the first page of a file and reads its samples by `read`, with all failures of the codec as errors that name
 * the file.
 */
export async function readSamples<T>(
  bytes: Uint8Array,
  name: string,
  format: InputFormat,
  maxPixels: number,
  read: (image: Vips.Image, free: Free) => T,
): Promise<T> {
  try {
    return await withCodec((codec) => {
      const images: Vips.Image[] = [];
      const free: Free = (image) => {
        images.push(image);
        return image;
      };
      try {
        const image = free(open(codec, bytes, format));
        assertSize(image, name, maxPixels);
        return read(image, free);
      } finally {
        for (const image of images) image.delete();
      }
    });
  } catch (error) {
    if (!(error instanceof CodecFailure)) throw error;
    if (/not (implemented|configured|supported)|unsupported JPEG (process|data precision)/i.test(error.message)) {
      throw unsupported(name, error.message, error);
    }
    throw damaged(name, error.message, error);
  }
}

export function unsupported(name: string, what: string, cause?: unknown): LangevinError {
  return new LangevinError(
    'unsupported-format',
    `${name} cannot be read: ${what}. Save it as an 8- or 16-bit PNG or TIFF.`,
    cause === undefined ? undefined : { cause },
  );
}

const readContents: Readonly<Record<InputFormat, (bytes: Uint8Array, name: string) => Contents>> = {
  jpeg: readJpeg,
  png: readPng,
  webp: readWebp,
  tiff: readTiff,
  gif: readGif,
};

const modes: readonly (PictureMode | undefined)[] = [undefined, 'gray', 'gray-alpha', 'rgb', 'rgb-alpha'];

function open(codec: Codec, bytes: Uint8Array, format: InputFormat): Vips.Image {
  // Sequential access decodes straight into the result; missing data are an error, not grey rows.
  const options = { access: 'sequential', fail_on: 'error' };
  switch (format) {
    case 'jpeg':
      return codec.Image.jpegloadBuffer(bytes, options) as Vips.Image;
    case 'png':
      return codec.Image.pngloadBuffer(bytes, options) as Vips.Image;
    case 'webp':
      return codec.Image.webploadBuffer(bytes, options) as Vips.Image;
    case 'tiff':
      return codec.Image.tiffloadBuffer(bytes, options) as Vips.Image;
    case 'gif':
      return codec.Image.gifloadBuffer(bytes, options) as Vips.Image;
  }
}

const SAMPLE_BYTES: Readonly<Record<string, number>> = { uchar: 1, char: 1, ushort: 2, short: 2, double: 8 };

function assertSize(image: Vips.Image, name: string, maxPixels: number): void {
  const pixels = image.width * image.height;
  const size = `${name} has ${image.width} × ${image.height} = ${Math.round(pixels / 1e6)} megapixels`;
  if (pixels > maxPixels) {
    throw new LangevinError(
      'picture-too-large',
      `${size}; at most ${Math.round(maxPixels / 1e6)} are read. Reduce it or cut out the part to restore.`,
    );
  }
  const bytes = pixels * image.bands * (SAMPLE_BYTES[image.format] ?? 4);
  if (bytes > MAX_SAMPLE_BYTES) {
    throw new LangevinError(
      'picture-too-large',
      `${size}, ${Math.round(bytes / 1e6)} MB of samples; at most ${MAX_SAMPLE_BYTES / 1e6} MB are read. ` +
        'Reduce it or cut out the part to restore.',
    );
  }
}

/** The image in grey or RGB; CMYK by the embedded profile or, without one, a generic press profile. */
function toRgb(image: Vips.Image, free: Free): { rgb: Vips.Image; conversion?: string } {
  if (image.interpretation === 'cmyk') {
    const depth = image.format === 'ushort' ? 16 : 8;
    const profiles = { embedded: true, input_profile: 'cmyk', intent: 'relative', depth };
    const rgb = free(image.iccTransform('srgb', profiles));
    return { rgb, conversion: 'CMYK colours were converted to sRGB.' };
  }
  if (image.interpretation === 'lab' || image.interpretation === 'labs') {
    const rgb = free(image.colourspace(image.interpretation === 'labs' ? 'rgb16' : 'srgb'));
    return { rgb, conversion: 'CIELAB colours were converted to sRGB.' };
  }
  return { rgb: image };
}

function bitDepthOf(image: Vips.Image, name: string): 8 | 16 {
  if (image.format === 'uchar') return 8;
  if (image.format === 'ushort') return 16;
  throw unsupported(
    name,
    `its samples are of type ${image.format}; only the reconstruct task reads other than 8- and 16-bit unsigned ones`,
  );
}

function hasAlpha(mode: PictureMode): boolean {
  return mode === 'gray-alpha' || mode === 'rgb-alpha';
}

type SampleArray = Uint8ArrayConstructor | Uint16ArrayConstructor | Float32ArrayConstructor;

/** The codec's result, which it states as bytes or as samples, as an array of samples. */
export function viewAs<A extends SampleArray>(memory: ArrayBufferView, Type: A): InstanceType<A> {
  const { buffer, byteOffset, byteLength } = memory;
  return new Type(buffer as ArrayBuffer, byteOffset, byteLength / Type.BYTES_PER_ELEMENT) as InstanceType<A>;
}
