import type Vips from 'wasm-vips';
import { invalidArgument, LangevinError } from '../errors.ts';
import { channelCount, type Picture, type PictureMetadata, type PictureMode } from '../tensor/picture.ts';
import { withCodec } from './codec.ts';
import { readHeader } from './header.ts';
import { profileOf } from './metadata/carry.ts';
import { ascii } from './sniff.ts';
import { MAX_SAMPLE_BYTES } from './limits.ts';
import type { PictureFormat } from './formats.ts';
import { assertFitsJpeg, writeJpeg } from './jpeg-container.ts';
import { writePng } from './png-container.ts';
import { writeTiff } from './tiff-container.ts';
import { writeWebp } from './webp-container.ts';

export interface EncodeOptions {
  readonly format: PictureFormat;
  /**
   * JPEG and lossy WebP, 1…100. JPEG default: as the picture's own file was coded (`metadata.jpeg`), which changes
   * unpainted pixels least and keeps the size; else 95.
   */
  readonly quality?: number;
  /** JPEG; default 4:4:4, or that of `metadata.jpeg` when the quality comes from there. */
  readonly chroma?: '4:4:4' | '4:2:0';
  /** WebP: default true, unless a quality is given. */
  readonly lossless?: boolean;
  /** Round 16-bit samples to 8 bits where the format has no more (JPEG, WebP); otherwise that is an error. */
  readonly reduceTo8Bit?: boolean;
  /** Round 16-bit samples to 8 bits in any format. */
  readonly bits?: 8;
}

const MAX_SIDE: Readonly<Record<PictureFormat, number>> = { png: 1e7, jpeg: 65500, webp: 16383, tiff: 1e7 };
const NAME: Readonly<Record<PictureFormat, string>> = { png: 'PNG', jpeg: 'JPEG', webp: 'WebP', tiff: 'TIFF' };

/** Optimal Huffman tables save 8 %, but all coefficients wait in memory for them: twice the samples. */
const MAX_OPTIMIZED_BYTES = 48e6;
/** Lossless WebP tries harder where that takes seconds, not minutes. */
const MAX_THOROUGH_WEBP_PIXELS = 4e6;

/**
 * Encodes a picture with all its metadata. PNG, TIFF and lossless WebP keep every sample (WebP stores grey as RGB).
 * @throws unsupported-combination when the format cannot hold the picture (see `assertEncodable`), invalid-argument for
 * a quality outside of 1…100.
 */
export async function encodePicture(picture: Picture, options: EncodeOptions): Promise<Uint8Array> {
  assertEncodable(picture, options);
  const { data, metadata } = fittingPicture(picture, options);
  const bitDepth = data instanceof Uint8Array ? 8 : 16;
  const encoded = await withCodec((codec) => {
    const { width, height, mode } = picture;
    const channels = channelCount(mode);
    const raw = codec.Image.newFromMemory(
      data,
      width,
      height,
      channels,
      codec.BandFormat[bitDepth === 8 ? 'uchar' : 'ushort'],
    );
    try {
      const image = raw.copy({ interpretation: interpretation(mode, bitDepth) });
      try {
        return compress(image, picture, options);
      } finally {
        image.delete();
      }
    } finally {
      raw.delete();
    }
  });
  const file = withMetadata(encoded, { ...picture, metadata }, options.format);
  assertReadable(file, picture, options.format);
  return file;
}

function withMetadata(encoded: Uint8Array, picture: Picture, format: PictureFormat): Uint8Array {
  switch (format) {
    case 'png':
      return writePng(encoded, picture.metadata);
    case 'jpeg':
      return writeJpeg(encoded, picture.metadata);
    case 'webp':
      return writeWebp(encoded, picture);
    case 'tiff':
      return writeTiff(encoded, picture.metadata);
  }
}

/** What was written is read by the program's own reader before anyone is told that it is there. */
function assertReadable(file: Uint8Array, { width, height, metadata }: Picture, format: PictureFormat): void {
  const header = readHeader(file, 'the result');
  const isSame = header.width === width && header.height === height && header.orientation === metadata.orientation;
  if (isSame && header.format === format) return;
  throw new LangevinError(
    'internal',
    `The result of ${width} × ${height} pixels was read again as ${header.width} × ${header.height} ${header.format}, ` +
      `orientation ${header.orientation} in place of ${metadata.orientation}; it is not written.`,
  );
}

/**
 * Checks, before hours of work, that the result can be written.
 * @throws unsupported-combination: 16 bits or alpha where the format has none, too long a side, metadata that do not
 * fit, a grey profile in a format without grey; picture-too-large; invalid-argument.
 */
export function assertEncodable(picture: Omit<Picture, 'data'>, options: EncodeOptions): void {
  const { format, quality, bits, reduceTo8Bit = bits === 8 } = options;
  const { width, height, mode, bitDepth, metadata } = picture;
  if (quality !== undefined && !(quality >= 1 && quality <= 100)) {
    throw invalidArgument('quality', 'a number from 1 to 100', quality);
  }
  const refuse = (what: string, instead: string): never => {
    throw new LangevinError('unsupported-combination', `${NAME[format]} cannot hold ${what}; ${instead}.`);
  };
  const eightBits = format === 'jpeg' || format === 'webp';
  if (eightBits && bitDepth === 16 && !reduceTo8Bit) {
    refuse('16-bit samples', 'write PNG or TIFF, or ask for 8 bits (--bits 8)');
  }
  if (format === 'jpeg' && (mode === 'gray-alpha' || mode === 'rgb-alpha')) {
    refuse('transparency', 'write PNG, WebP or TIFF');
  }
  if (Math.max(width, height) > MAX_SIDE[format]) {
    refuse(`${width} × ${height} pixels (at most ${MAX_SIDE[format]} a side)`, 'write PNG or TIFF');
  }
  if (format === 'webp' && mode.startsWith('gray') && isGrayProfile(metadata)) {
    refuse('a grey picture with a grey ICC profile', 'write PNG, TIFF or JPEG');
  }
  if (format === 'jpeg') assertFitsJpeg(metadata);
  const bytes = width * height * channelCount(mode) * (bitDepth / 8);
  if (bytes > MAX_SAMPLE_BYTES) {
    throw new LangevinError(
      'picture-too-large',
      `The result of ${width} × ${height} pixels has ${Math.round(bytes / 1e6)} MB of samples; ` +
        `at most ${MAX_SAMPLE_BYTES / 1e6} MB can be written. Choose a smaller scale or part.`,
    );
  }
}

/** What is really stored: 8 bits where asked for, and no profile of another colour model than the samples'. */
function fittingPicture(picture: Picture, { format, bits }: EncodeOptions): Pick<Picture, 'data' | 'metadata'> {
  const { data, mode } = picture;
  const profile =
    format === 'png' ? picture.metadata.icc : profileOf(picture.metadata, format === 'webp' ? 'rgb' : mode);
  const metadata = profile === undefined ? picture.metadata : { ...picture.metadata, icc: profile };
  const eightBits = format === 'jpeg' || format === 'webp' || bits === 8;
  // A grey profile cannot apply to RGB samples (a colourized picture, an expanded palette): readers would ignore it.
  const { icc: _grey, ...withoutIcc } = metadata;
  const keepsIcc = mode.startsWith('gray') || !isGrayProfile(metadata);
  return {
    data: eightBits && data instanceof Uint16Array ? Uint8Array.from(data, (v) => Math.round(v / 257)) : data,
    metadata: keepsIcc ? metadata : withoutIcc,
  };
}

/** Bytes 16…19 of an ICC profile name its colour space. */
function isGrayProfile({ icc }: PictureMetadata): boolean {
  return icc !== undefined && ascii(icc, 16, 4) === 'GRAY';
}

function interpretation(mode: PictureMode, bitDepth: 8 | 16): Vips.Enum {
  if (mode.startsWith('gray')) return bitDepth === 8 ? 'b-w' : 'grey16';
  return bitDepth === 8 ? 'srgb' : 'rgb16';
}

/** The samples in the format without any metadata. */
function compress(image: Vips.Image, picture: Picture, options: EncodeOptions): Uint8Array {
  const { width, height, metadata } = picture;
  switch (options.format) {
    case 'png':
      // Row filters halve photographs, and beyond level 3 twice the time saves 3 %; drawings are smaller without.
      return image.pngsaveBuffer({
        ...(hasFewColours(picture) ? { compression: 9, filter: 'none' } : { compression: 3, filter: 'all' }),
        keep: 'none',
      });
    case 'jpeg': {
      const own = options.quality === undefined ? metadata.jpeg : undefined;
      const chroma = options.chroma ?? own?.chroma ?? '4:4:4';
      return image.jpegsaveBuffer({
        Q: options.quality ?? own?.quality ?? 95,
        subsample_mode: chroma === '4:4:4' ? 'off' : 'on',
        optimize_coding: picture.data.length <= MAX_OPTIMIZED_BYTES,
        keep: 'none',
      });
    }
    case 'webp': {
      const lossless = options.lossless ?? options.quality === undefined;
      const effort = width * height <= MAX_THOROUGH_WEBP_PIXELS ? 4 : lossless ? 0 : 2;
      // `exact` keeps the colours of transparent pixels.
      const common = { effort, exact: true, keep: 'none' };
      return image.webpsaveBuffer(lossless ? { ...common, lossless } : { ...common, Q: options.quality ?? 95 });
    }
    case 'tiff':
      return image.tiffsaveBuffer({ compression: 'deflate', predictor: 'horizontal', keep: 'none' });
  }
}

/** At most 256 different pixels, as in drawings, screenshots and files that had a palette. */
function hasFewColours({ data, mode }: Picture): boolean {
  const channels = channelCount(mode);
  const colours = new Set<number>();
  for (let i = 0, previous = -1; i < data.length; i += channels) {
    // Up to 16 bits a channel: 4 channels exceed 2^53, and two colours may share a key, which only affects the size.
    let key = 0;
    for (let c = 0; c < channels; c++) key = key * 65536 + data[i + c];
    if (key === previous) continue;
    previous = key;
    if (colours.add(key).size > 256) return false;
  }
  return true;
}
