import { LangevinError } from '../errors.ts';
import { withCodec } from './codec.ts';
import { readSamples, unsupported, viewAs, type DecodeOptions } from './decode.ts';
import { DEFAULT_MAX_PIXELS } from './limits.ts';
import { sniffFormat } from './sniff.ts';
import { readPng } from './png-container.ts';
import { readTiff } from './tiff-container.ts';

/** Types of samples a file may hold. */
export type SampleType = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64';

/** Measured values, such as a CT slice in HU or a sinogram: any range, no colours implied. */
export interface FloatPicture {
  readonly width: number;
  readonly height: number;
  /** Values per pixel. */
  readonly channels: number;
  /** height × width × channels. */
  readonly data: Float32Array;
}

/** Values as a file holds them. */
export interface DecodedFloat extends FloatPicture {
  /** What they are stored in, from which their range may be judged. */
  readonly sampleType: SampleType;
  /** Pages of the file, of which one was read. */
  readonly pages: number;
}

export interface FloatOptions extends DecodeOptions {
  /** Of a TIFF, from 0. */
  readonly page?: number;
}

const sampleTypes: Readonly<Record<string, SampleType>> = {
  uchar: 'uint8',
  char: 'int8',
  ushort: 'uint16',
  short: 'int16',
  uint: 'uint32',
  int: 'int32',
  float: 'float32',
  double: 'float64',
};

/**
 * Decodes a TIFF of any sample type, or a PNG, to its values unscaled. 32-bit integers beyond 2^24 and doubles are
 * rounded to single precision.
 * @throws as `decodePicture`; unsupported-format for other formats and complex samples.
 */
export async function decodeFloat(
  bytes: Uint8Array,
  name: string,
  { maxPixels = DEFAULT_MAX_PIXELS, page = 0 }: FloatOptions = {},
): Promise<DecodedFloat> {
  const format = sniffFormat(bytes, name);
  if (format !== 'tiff' && format !== 'png') {
    throw unsupported(name, `measured values are read from TIFF and PNG files, not from ${format.toUpperCase()}`);
  }
  const contents = format === 'tiff' ? readTiff(bytes, name, page) : readPng(bytes, name);
  const { samples } = await readSamples(bytes, name, contents, { maxPixels, page }, (image, free) => {
    const sampleType = sampleTypes[image.format];
    if (sampleType === undefined) throw unsupported(name, `its samples are of type ${image.format}`);
    const float = free(image.cast('float'));
    const { width, height, bands } = float;
    const data = viewAs(float.writeToMemory(), Float32Array);
    return { width, height, channels: bands, data, sampleType };
  });
  return { ...samples, pages: contents.pages ?? 1 };
}

/**
 * Encodes values as a TIFF of 32-bit floats, deflated without loss.
 * @throws invalid-shape when the data do not fit the size.
 */
export async function encodeFloat({ width, height, channels, data }: FloatPicture): Promise<Uint8Array> {
  if (data.length !== width * height * channels) {
    throw new LangevinError(
      'invalid-shape',
      `${width} × ${height} × ${channels} needs ${width * height * channels} values but ${data.length} were given.`,
    );
  }
  return withCodec((codec) => {
    const image = codec.Image.newFromMemory(data, width, height, channels, codec.BandFormat.float);
    try {
      return image.tiffsaveBuffer({ compression: 'deflate', keep: 'none' });
    } finally {
      image.delete();
    }
  });
}
