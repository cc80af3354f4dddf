import { counted } from '../counted.ts';
import type Vips from 'wasm-vips';
import { LangevinError } from '../errors.ts';
import type { Picture, PictureMode } from '../tensor/picture.ts';
import { CodecFailure, withCodec, type Codec } from './codec.ts';
import { damaged, metadataOf, type Contents, type Damage } from './container.ts';
import type { InputFormat } from './formats.ts';
import { readGif } from './gif-container.ts';
import { readJpeg } from './jpeg-container.ts';
import { assertWithinLimits } from './limits.ts';
import { readPng } from './png-container.ts';
import { sniffFormat } from './sniff.ts';
import { readTiff } from './tiff-container.ts';
import { readWebp } from './webp-container.ts';

export interface DecodedPicture extends Picture {
  readonly format: InputFormat;
  /** Whether the file's compression was lossy. */
  readonly lossy: boolean;
  /** What was changed because a `Picture` cannot hold it, as a sentence for the user; absent when nothing was. */
  readonly converted?: string;
  /** Pages or frames of the file, of which one is read. */
  readonly pages: number;
  /** All that people should know of how the file was read: damage, conversions, what was left out. */
  readonly notices: readonly string[];
}

export interface DecodeOptions {
  /** Default 400 megapixels. */
  readonly maxPixels?: number;
  /** Whether its size is more than a claim: this program wrote it, or a picture of that size is there already. */
  readonly isTrusted?: boolean;
  /** Which page of a TIFF or frame of a GIF or WebP, from 0; absent: the first, with a notice where there are more. */
  readonly page?: number;
  /**
   * What to do with a file whose data are damaged or incomplete: refuse it (the default); refuse it and say which rows
   * can be read and how to ask for them; or read what can be read, with a notice.
   */
  readonly damage?: 'refuse' | 'offer' | 'accept';
}

/**
 * Decodes a JPEG, PNG, WebP, TIFF or GIF file. Samples are as stored, not rotated by the EXIF orientation; palettes are
 * expanded and 1-, 2- and 4-bit samples scaled to 8 bits. CMYK and CIELAB colours are converted to sRGB, and alpha that
 * was multiplied into the colours is divided out; `converted` then says so.
 *
 * @param name  the file's name, for messages.
 * @throws not-a-picture, unsupported-format (raw photographs, and samples that the codec does not decode, by name),
 *   picture-damaged (also when only the end is missing, unless `damage` says otherwise), picture-too-large,
 *   invalid-argument for a page that is not there.
 */
export async function decodePicture(
  bytes: Uint8Array,
  name: string,
  options: DecodeOptions = {},
): Promise<DecodedPicture> {
  const format = sniffFormat(bytes, name);
  const contents = readContents[format](bytes, name, options.page);
  const { samples, notice } = await readSamples(bytes, name, contents, options, (image, free): PictureSamples => {
    const { rgb, conversion } = toRgb(image, free);
    const bitDepth = bitDepthOf(rgb, name);
    const mode = modes[rgb.bands];
    if (mode === undefined) {
      throw unsupported(
        name,
        `it has ${counted(rgb.bands, 'channel')} per pixel; grey or RGB with or without alpha is read`,
      );
    }
    const memory = rgb.writeToMemory();
    const data = bitDepth === 8 ? viewAs(memory, Uint8Array) : viewAs(memory, Uint16Array);
    return { width: rgb.width, height: rgb.height, mode, bitDepth, data, conversion, pages: pagesOf(image) };
  });
  const { conversion, pages: frames, ...picture } = samples;
  // The library divides it out while reading.
  const straight = contents.premultiplied === true && hasAlpha(picture.mode);
  const converted = conversion ?? (straight ? 'Alpha multiplied into the colours was divided out.' : undefined);
  const pages = contents.pages ?? frames;
  const isFirst = options.page === undefined && pages > 1;
  const notices = [
    notice,
    isFirst ? `Only the first of ${pages} ${pageWord(format)} of ${name} is read.` : undefined,
    converted,
    droppedNotice(contents.dropped ?? [], name),
  ];
  const { icc: _replaced, ...withoutIcc } = contents.metadata;
  return {
    ...picture,
    metadata: metadataOf(conversion === undefined ? contents.metadata : withoutIcc),
    format,
    lossy: contents.lossy,
    ...(converted !== undefined && { converted }),
    pages,
    notices: notices.filter((found) => found !== undefined),
  };
}

function droppedNotice(dropped: readonly string[], name: string): string | undefined {
  const names = [...new Set(dropped)].filter((what) => what !== '');
  return names.length === 0 ? undefined : `Of ${name}, these are left out of the result: ${names.join(', ')}.`;
}

interface PictureSamples extends Omit<Picture, 'metadata'> {
  readonly conversion: string | undefined;
  readonly pages: number;
}

/** Marks an image of the codec to be freed when the reading is over; returns it. */
type Free = (image: Vips.Image) => Vips.Image;
type Read<T> = (image: Vips.Image, free: Free) => T;

/**
 * Opens a page of a file and reads its samples by `read`, with all failures of the codec as errors that name the file.
 * Damaged files are treated as the options say.
 * @returns the samples, and of damaged ones the notice that says so.
 */
export async function readSamples<T>(
  bytes: Uint8Array,
  name: string,
  contents: Contents,
  options: DecodeOptions,
  read: Read<T>,
): Promise<{ samples: T; notice: string | undefined }> {
  const { header, plain = bytes } = contents;
  assertWithinLimits(header, bytes.length, name, options);
  assertPage(contents, header.format, options.page ?? 0, name);
  // The one directory of a plain TIFF is the page.
  const page = header.format === 'tiff' ? 0 : (options.page ?? 0);
  const source: Source = {
    bytes: plain,
    format: header.format,
    page,
    strict: true,
    isWarnedOf: contents.isWarnedOf === true,
  };
  const size = (image: Vips.Image): void => {
    const pixelBytes = image.bands * (SAMPLE_BYTES[image.format] ?? 4);
    assertWithinLimits({ width: image.width, height: image.height, pixelBytes }, bytes.length, name, options);
  };
  let damage = contents.damage ?? (await contents.findDamage?.());
  if (damage === undefined) {
    try {
      return { samples: await readOnce(source, name, size, read), notice: undefined };
    } catch (error) {
      if (!(error instanceof CodecFailure)) throw error;
      if (/not (implemented|configured|supported)|unsupported JPEG (process|data precision)/i.test(error.message)) {
        throw unsupported(name, error.message, error);
      }
      damage = { what: error.message, cause: error };
    }
  }
  const policy = options.damage ?? 'refuse';
  if (policy === 'refuse') throw damaged(name, damage.what, damage.cause);
  const readable = await readDamaged(source, name, size, damage, read);
  if (readable === undefined) throw damaged(name, damage.what, damage.cause);
  const part = readablePart(readable.soundRows, header.height);
  if (policy === 'offer') {
    throw new LangevinError(
      'picture-damaged',
      `${name} is damaged: ${damage.what}; ${part}. Take the file from its source again, or restore what can be read ` +
        'with --accept-damage.',
      { cause: damage.cause },
    );
  }
  return { samples: readable.samples, notice: `${name} is damaged: ${damage.what}; ${part}.` };
}

function readablePart(soundRows: number | undefined, height: number): string {
  if (soundRows === undefined) return 'what can be read is coarse or wrong in places';
  if (soundRows >= height) return 'all rows can be read';
  if (soundRows <= 0) return 'any part of what can be read may be wrong';
  return `only rows 0 to ${soundRows - 1} of ${height} (as stored) are sound, the others are missing or wrong`;
}

/** What can be read of damaged data and the rows before the first fault; undefined when nothing can. */
async function readDamaged<T>(
  source: Source,
  name: string,
  check: (image: Vips.Image) => void,
  damage: Damage,
  read: Read<T>,
): Promise<{ samples: T; soundRows: number | undefined } | undefined> {
  try {
    const samples = await readOnce({ ...source, strict: false }, name, check, read);
    const isCoarse = source.format === 'jpeg' && damage.soundRows === undefined;
    return { samples, soundRows: isCoarse ? undefined : (damage.soundRows ?? (await findSoundRows(source, name))) };
  } catch (error) {
    if (error instanceof CodecFailure) return undefined;
    throw error;
  }
}

/** The largest number of rows from the top that the codec reads without complaint, by bisection. */
async function findSoundRows(source: Source, name: string): Promise<number> {
  const isSound = (rows: number): Promise<boolean> =>
    readOnce(
      source,
      name,
      () => undefined,
      (image, free) => {
        free(image.crop(0, 0, image.width, rows)).avg();
        return true;
      },
    ).catch((error: unknown) => {
      if (error instanceof CodecFailure) return false;
      throw error;
    });
  let [sound, unsound] = [0, 1];
  while (await isSound(unsound)) {
    sound = unsound;
    unsound *= 2;
    if (unsound > MAX_HEIGHT) return sound;
  }
  while (unsound - sound > 1) {
    const middle = (sound + unsound) >> 1;
    if (await isSound(middle)) sound = middle;
    else unsound = middle;
  }
  return sound;
}

const MAX_HEIGHT = 2 ** 24;

/** One page of a file for the codec. */
interface Source {
  readonly bytes: Uint8Array;
  readonly format: InputFormat;
  /** From 0. */
  readonly page: number;
  /** Missing and damaged data are failures, not grey rows. */
  readonly strict: boolean;
  readonly isWarnedOf: boolean;
}

/** @throws CodecFailure */
function readOnce<T>(source: Source, name: string, check: (image: Vips.Image) => void, read: Read<T>): Promise<T> {
  return withCodec((codec) => {
    const images: Vips.Image[] = [];
    const free: Free = (image) => {
      images.push(image);
      return image;
    };
    try {
      if (source.page > 0) {
        const pages = pagesOf(free(open(codec, { ...source, page: 0 })));
        if (source.page >= pages) throw noSuchPage(name, source.format, pages, source.page);
      }
      const image = free(open(codec, source));
      check(image);
      return read(image, free);
    } finally {
      for (const image of images) image.delete();
    }
  });
}

function assertPage({ pages }: Contents, format: InputFormat, page: number, name: string): void {
  if (pages !== undefined && page >= pages) throw noSuchPage(name, format, pages, page);
}

function noSuchPage(name: string, format: InputFormat, pages: number, page: number): LangevinError {
  const found = pages === 1 ? `one ${pageWord(format).slice(0, -1)}` : `${pages} ${pageWord(format)}`;
  return new LangevinError('invalid-argument', `${name} has ${found}, but number ${page + 1} was asked for.`);
}

export function unsupported(name: string, what: string, cause?: unknown): LangevinError {
  return new LangevinError(
    'unsupported-format',
    `${name} cannot be read: ${what}. Save it as an 8- or 16-bit PNG or TIFF.`,
    cause === undefined ? undefined : { cause },
  );
}

const readContents: Readonly<Record<InputFormat, (bytes: Uint8Array, name: string, page?: number) => Contents>> = {
  jpeg: readJpeg,
  png: readPng,
  webp: readWebp,
  tiff: readTiff,
  gif: readGif,
};

const modes: readonly (PictureMode | undefined)[] = [undefined, 'gray', 'gray-alpha', 'rgb', 'rgb-alpha'];

function pageWord(format: InputFormat): 'pages' | 'frames' {
  return format === 'tiff' ? 'pages' : 'frames';
}

/** Pages or frames of a file. */
export function pagesOf(image: Vips.Image): number {
  return image.getTypeof('n-pages') === 0 ? 1 : image.getInt('n-pages');
}

function open(codec: Codec, { bytes, format, page, strict, isWarnedOf }: Source): Vips.Image {
  // Sequential access decodes straight into the result.
  const options = { access: 'sequential', fail_on: !strict ? 'none' : isWarnedOf ? 'warning' : 'error' };
  switch (format) {
    case 'jpeg':
      return codec.Image.jpegloadBuffer(bytes, options) as Vips.Image;
    case 'png':
      return codec.Image.pngloadBuffer(bytes, options) as Vips.Image;
    case 'webp':
      return codec.Image.webploadBuffer(bytes, { ...options, page }) as Vips.Image;
    case 'tiff':
      return codec.Image.tiffloadBuffer(bytes, options) as Vips.Image;
    case 'gif':
      return codec.Image.gifloadBuffer(bytes, { ...options, page }) as Vips.Image;
  }
}

const SAMPLE_BYTES: Readonly<Record<string, number>> = { uchar: 1, char: 1, ushort: 2, short: 2, double: 8 };

/** The image in grey or RGB; CMYK by the embedded profile or, without one, a generic press profile. */
function toRgb(image: Vips.Image, free: Free): { rgb: Vips.Image; conversion?: string } {
  if (image.interpretation === 'cmyk') {
    const hasProfile = image.getTypeof('icc-profile-data') !== 0;
    const depth = image.format === 'ushort' ? 16 : 8;
    const profiles = { embedded: true, input_profile: 'cmyk', intent: 'relative', depth };
    const rgb = free(image.iccTransform('srgb', profiles));
    const by = hasProfile ? 'their profile' : 'a generic press profile, because the file has none';
    return { rgb, conversion: `CMYK colours were converted to sRGB by ${by}.` };
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
