import type { CharlsModule, CodestreamDecoder } from '@cornerstonejs/codec-charls/decode';
import type { OpenJpegModule } from '@cornerstonejs/codec-openjpeg/decode';
import type Vips from 'wasm-vips';
import { CodecFailure, withCodec } from '../codec.ts';
import { codedSize, type CodedSize } from './coded-size.ts';
import { DicomSyntaxError } from './data-set.ts';
import { decodeRle } from './rle.ts';

/** Samples of one frame as they would be stored without compression. */
export interface NativeFrame {
  /** Little-endian, row by row. */
  readonly bytes: Uint8Array;
  readonly bits: 8 | 16;
}

/** What the file says of the frame. */
export interface FrameShape {
  readonly width: number;
  readonly height: number;
  /** Bits allocated. */
  readonly bits: 8 | 16;
}

/** Decodes the compressed data of one frame. @throws DicomSyntaxError, Error with the codec's reason */
export type FrameCodec = (coded: Uint8Array, shape: FrameShape) => Promise<NativeFrame>;

const BELOW = '1.2.840.10008.1.2.';

/** By transfer syntax, what decodes its frames. JPEG Extended is read where its samples have 8 bits. */
const CODECS: ReadonlyMap<string, FrameCodec> = new Map(
  (
    [
      ['4.50', decodeJpeg],
      ['4.51', decodeJpeg],
      ['4.57', decodeLosslessJpeg],
      ['4.70', decodeLosslessJpeg],
      ['4.80', decodeJpegLs],
      ['4.81', decodeJpegLs],
      ['4.90', decodeJpeg2000],
      ['4.91', decodeJpeg2000],
      ['5', decodeRleFrame],
    ] as const
  ).map(([suffix, codec]) => [BELOW + suffix, codec]),
);

/** The decoder of a compressed transfer syntax; undefined for those that are not read. */
export function frameCodec(uid: string): FrameCodec | undefined {
  return CODECS.get(uid);
}

async function decodeRleFrame(coded: Uint8Array, { width, height, bits }: FrameShape): Promise<NativeFrame> {
  return { bytes: decodeRle(coded, width * height, bits / 8), bits };
}

/** Compares what the codestream says with the file, before memory is taken for it. */
function checkedSize(coded: Uint8Array, { width, height }: FrameShape): CodedSize {
  const size = codedSize(coded);
  if (size === undefined) throw new DicomSyntaxError('its compressed pixels do not begin with the head of a picture');
  if (size.width !== width || size.height !== height || size.components !== 1) {
    const found = `${size.width} × ${size.height} pixels of ${size.components} samples`;
    throw new DicomSyntaxError(`its compressed pixels are ${found}, but the file claims ${width} × ${height} of one`);
  }
  if (size.precision > 16) throw new DicomSyntaxError(`its compressed samples have ${size.precision} bits`);
  return size;
}

async function decodeJpeg(coded: Uint8Array, shape: FrameShape): Promise<NativeFrame> {
  const { precision } = checkedSize(coded, shape);
  if (precision !== 8) {
    throw new DicomSyntaxError(`its lossy JPEG has samples of ${precision} bits, of which only those of 8 are read`);
  }
  try {
    const bytes = await withCodec((codec) => {
      const image = codec.Image.jpegloadBuffer(coded, { fail_on: 'error' }) as Vips.Image;
      try {
        return Uint8Array.from(image.writeToMemory());
      } finally {
        image.delete();
      }
    });
    return { bytes, bits: 8 };
  } catch (error) {
    if (error instanceof CodecFailure) throw new DicomSyntaxError(`its JPEG cannot be decoded: ${error.message}`);
    throw error;
  }
}

async function decodeLosslessJpeg(coded: Uint8Array, shape: FrameShape): Promise<NativeFrame> {
  const { precision } = checkedSize(coded, shape);
  const { default: jpeg } = await import('jpeg-lossless-decoder-js/release/current/lossless.js');
  // It reads on past its data, so that these must be all there is in their buffer.
  const own = coded.slice();
  const samples = new jpeg.lossless.Decoder().decode(own.buffer, 0, own.length);
  return nativeOf(samples, precision, shape);
}

async function decodeJpegLs(coded: Uint8Array, shape: FrameShape): Promise<NativeFrame> {
  const { precision } = checkedSize(coded, shape);
  jpegLs ??= import('@cornerstonejs/codec-charls/decode').then(({ default: start }) => start());
  const loaded = jpegLs;
  try {
    return decodeWith(new (await loaded).JpegLSDecoder(), coded, precision, shape);
  } catch (error) {
    // What has failed once is in an unknown state.
    if (jpegLs === loaded) jpegLs = undefined;
    throw error;
  }
}

async function decodeJpeg2000(coded: Uint8Array, shape: FrameShape): Promise<NativeFrame> {
  const { precision } = checkedSize(coded, shape);
  jpeg2000 ??= import('@cornerstonejs/codec-openjpeg/decode').then(({ default: start }) =>
    start({ print, printErr: print }),
  );
  const loaded = jpeg2000;
  try {
    return decodeWith(new (await loaded).J2KDecoder(), coded, precision, shape);
  } catch (error) {
    if (jpeg2000 === loaded) jpeg2000 = undefined;
    throw error;
  }
}

let jpegLs: Promise<CharlsModule> | undefined;
let jpeg2000: Promise<OpenJpegModule> | undefined;

/** Complaints of a codec are in its errors. */
function print(): void {}

function decodeWith(decoder: CodestreamDecoder, coded: Uint8Array, precision: number, shape: FrameShape): NativeFrame {
  try {
    decoder.getEncodedBuffer(coded.length).set(coded);
    decoder.decode();
    return nativeOf(decoder.getDecodedBuffer().slice(), precision, shape);
  } finally {
    decoder.delete();
  }
}

/** @throws DicomSyntaxError where the codec has not made all pixels. */
function nativeOf(
  samples: Uint8Array | Uint16Array | Int16Array | null,
  precision: number,
  { width, height }: FrameShape,
): NativeFrame {
  const bits = precision > 8 ? 16 : 8;
  const bytes =
    samples === null ? new Uint8Array(0) : new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  const needed = (width * height * bits) / 8;
  if (bytes.length !== needed) {
    throw new DicomSyntaxError(`its compressed pixels decode to ${bytes.length} bytes, not to ${needed}`);
  }
  return { bytes, bits };
}
