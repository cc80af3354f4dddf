import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { LangevinError } from '../../src-main/errors.ts';
import { decodePicture, type DecodedPicture } from '../../src-main/images/decode.ts';
import { assertEncodable, encodePicture } from '../../src-main/images/encode.ts';
import type { PictureFormat } from '../../src-main/images/formats.ts';
import { readHeader } from '../../src-main/images/header.ts';
import type { FuzzRandom } from '../fuzz-random.ts';
import { isolated, type CheckCase } from '../isolated-cases.ts';
import { mutateBytes } from '../mutate-bytes.ts';

/** Pictures of every format that is read, changed a little: each is refused by a reason, or restored and written. */
export const pictures = isolated({
  name: 'pictures',
  title: 'mutated pictures: JPEG, PNG, WebP, TIFF, GIF',
  cases: 40_000,
  share: 3,
  module: import.meta.url,
  memoryLimit: 1.5 * 2 ** 30,
});

const FIXTURES = {
  jpeg: ['tagged.jpg', 'gray.jpg', 'progressive.jpg', 'cmyk.jpg'],
  png: ['tagged.png', 'rgb16.png', 'rgba8.png', 'palette4.png', 'interlaced.png', 'bits1.png', 'gray-alpha16.png'],
  webp: ['tagged.webp', 'lossy.webp'],
  tiff: [
    'tagged.tif',
    'rgb8-tiled.tif',
    'rgb16-big-endian.tif',
    'pages.tif',
    'bigtiff.tif',
    'premultiplied.tif',
    'cmyk.tif',
    'white-is-zero.tif',
  ],
  gif: ['palette.gif'],
} as const;
type Kind = keyof typeof FIXTURES;
const KINDS = Object.keys(FIXTURES) as Kind[];
const WRITTEN: readonly PictureFormat[] = ['png', 'jpeg', 'webp', 'tiff'];

const files = new Map<string, Uint8Array>();
function fixture(name: string): Uint8Array {
  let bytes = files.get(name);
  if (bytes === undefined) {
    bytes = new Uint8Array(readFileSync(new URL(`../../../../test/fixtures/images/${name}`, import.meta.url)));
    files.set(name, bytes);
  }
  return bytes;
}

/** A mutated file; most checksums and lengths are put right, so that what lies behind them is reached. */
function mutated(kind: Kind, random: FuzzRandom): Uint8Array {
  const bytes = mutateBytes(fixture(random.pick(FIXTURES[kind])), random, fixture(random.pick(FIXTURES[kind])));
  if (kind === 'png' && random.chance(0.75)) repairChecksums(bytes);
  if (kind === 'webp' && bytes.length > 12 && random.chance(0.6)) viewOf(bytes).setUint32(4, bytes.length - 8, true);
  return bytes;
}

function repairChecksums(bytes: Uint8Array): void {
  const view = viewOf(bytes);
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) break;
    view.setUint32(at + 8 + length, crc32(bytes.subarray(at + 4, at + 8 + length)));
    at += 12 + length;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export const check: CheckCase = async (random, index, fault) => {
  const kind = KINDS[index % KINDS.length];
  const bytes = mutated(kind, random);
  const policy = random.pick(['refuse', 'offer', 'accept'] as const);
  const wanted = random.pick(WRITTEN);
  let picture: DecodedPicture;
  try {
    picture = await decodePicture(bytes, `case-${index}`, { damage: policy });
  } catch (error) {
    if (!(error instanceof LangevinError) || error.code === 'internal') {
      fault('untyped', `${kind}: ${String((error as Error).stack ?? error).slice(0, 300)}`);
      return 'untyped';
    }
    return error.code;
  }
  const { width, height, orientation } = readHeader(bytes, 'header');
  if (picture.pages === 1 && kind !== 'gif' && (width !== picture.width || height !== picture.height)) {
    fault('corrupt', `${kind}: the header says ${width} × ${height}, the samples ${picture.width} × ${picture.height}`);
  }
  if (orientation !== picture.metadata.orientation) fault('corrupt', `${kind}: two readers, two orientations`);
  return writeAndRead(picture, wanted, kind, fault);
};

async function writeAndRead(
  picture: DecodedPicture,
  format: PictureFormat,
  kind: Kind,
  fault: Parameters<CheckCase>[2],
): Promise<string> {
  const options = { format, reduceTo8Bit: true };
  let bytes: Uint8Array;
  try {
    assertEncodable(picture, options);
    bytes = await encodePicture(picture, options);
  } catch (error) {
    if (error instanceof LangevinError && error.code !== 'internal') return `not written: ${error.code}`;
    fault('untyped', `${kind} to ${format}: ${String((error as Error).stack ?? error).slice(0, 300)}`);
    return 'untyped';
  }
  try {
    const again = await decodePicture(bytes, 'the result');
    const sameSize = again.width === picture.width && again.height === picture.height;
    const kept = again.metadata.orientation === picture.metadata.orientation;
    if (!sameSize || !kept) fault('corrupt', `${kind} to ${format}: another size or orientation was read again`);
    const { icc, xmp } = picture.metadata;
    if (xmp !== undefined && again.metadata.xmp === undefined) fault('lost', `${kind} to ${format}: XMP`);
    if (icc !== undefined && picture.mode.startsWith('rgb') && !isGrey(icc) && again.metadata.icc === undefined) {
      fault('lost', `${kind} to ${format}: ICC`);
    }
    if ((format === 'png' || format === 'tiff') && !equal(again.data, picture.data)) {
      fault('corrupt', `${kind} to ${format}: other samples were read again`);
    }
  } catch (error) {
    fault('unreadable', `${kind} to ${format}: ${(error as Error).message}`);
    return 'unreadable';
  }
  return 'restored';
}

function isGrey(icc: Uint8Array): boolean {
  return String.fromCharCode(...icc.subarray(16, 20)) === 'GRAY';
}

function equal(a: Uint8Array | Uint16Array, b: Uint8Array | Uint16Array): boolean {
  const bytesOf = (data: Uint8Array | Uint16Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return bytesOf(a).equals(bytesOf(b));
}
