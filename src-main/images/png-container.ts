import { crc32, deflateSync, inflateSync } from 'node:zlib';
import type { PictureMetadata } from '../tensor/picture.ts';
import {
  damaged,
  join,
  latin1,
  metadataOf,
  startsWith,
  viewOf,
  type Contents,
  type PictureHeader,
} from './container.ts';
import { aspectOf, displayTags, exifToWrite, perInch } from './exif.ts';
import { readIfdTree } from './ifd.ts';
import { afterTheEnd } from './metadata/after-the-end.ts';
import { textsOf } from './metadata/carry.ts';
import { cleanExif } from './metadata/exif-copies.ts';
import { cleanResources, iptcResource } from './metadata/photoshop.ts';
import { holdsPicture, rawProfile, readRawProfile, readText, textChunk } from './metadata/png-text.ts';
import { cleanXmp } from './metadata/xmp.ts';

const SIGNATURE_BYTES = 8;
const EXIF_PREFIX = 'Exif\0\0';
const XMP_KEYWORD = 'XML:com.adobe.xmp\0';
const METRES_PER_INCH = 0.0254;

/** deflate codes at most 258 bytes in 2 bits. */
const DEFLATE_RATIO = 1032;
/** No profile or XMP packet comes near this; the limit stops decompression bombs. */
const MAX_INFLATED = 64 * 2 ** 20;

/** Kept for PNG output: what the samples mean, before the data, and text. */
const COLOUR_CHUNKS = ['cICP', 'mDCV', 'cLLI', 'gAMA', 'cHRM', 'sRGB', 'sBIT', 'bKGD', 'tIME'];
/** Read in other ways. */
const KNOWN_CHUNKS = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'eXIf', 'iCCP', 'pHYs', 'acTL', 'fcTL', 'fdAT']);
const TEXT_CHUNKS = ['tEXt', 'zTXt', 'iTXt'];

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/**
 * Size and orientation of a PNG file, or of the beginning of one.
 * @throws picture-damaged when there is no header.
 */
export function pngHeader(bytes: Uint8Array, name: string): PictureHeader {
  return headerOf(readChunks(bytes).chunks, name);
}

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

function headerOf(chunks: readonly Chunk[], name: string): PictureHeader {
  const data = chunks[0]?.type === 'IHDR' ? chunks[0].data : undefined;
  if (data?.length !== 13) throw damaged(name, 'it has no PNG header');
  const view = viewOf(data);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  if (width === 0 || height === 0) throw damaged(name, `its header claims ${width} × ${height} pixels`);
  const exif = chunks.find(({ type }) => type === 'eXIf')?.data;
  const { orientation } = displayTags(exif && readIfdTree(exif));
  const hasTransparency = chunks.some(({ type }) => type === 'tRNS');
  const channels = (CHANNELS[data[9]] ?? 1) + (hasTransparency ? 1 : 0);
  return { format: 'png', width, height, pixelBytes: channels * (data[8] === 16 ? 2 : 1), orientation };
}

/**
 * Metadata of a PNG file (PNG specification, third edition; XMP part 3).
 * @throws picture-damaged when the header is missing, or the data are too short for the size it claims.
 */
export function readPng(bytes: Uint8Array, name: string): Contents {
  const { chunks, isWhole, end } = readChunks(bytes);
  const header = headerOf(chunks, name);
  assertEnoughData(chunks[0].data, chunks, name);

  const first = (type: string): Uint8Array | undefined => chunks.find((chunk) => chunk.type === type)?.data.slice();
  const texts = readTexts(chunks);
  const profiles = new Map(texts.flatMap(({ profile: found }) => (found ? [[found.kind, found.data]] : [])));
  const block = first('eXIf') ?? profiles.get('exif') ?? profiles.get('app1');
  const tiff = block && startsWith(block, EXIF_PREFIX) ? block.slice(EXIF_PREFIX.length) : block;
  const display = displayTags(tiff && readIfdTree(tiff));
  const { exif, dropped: inExif = [] } = tiff ? cleanExif(tiff) : {};
  const chunk = chunks.find(isXmp);
  const packet = (chunk && internationalText(chunk.data)) ?? profiles.get('xmp');
  const { xmp, dropped: inXmp = [] } = packet ? cleanXmp(packet) : {};
  const stored = profiles.get('8bim') ?? profiles.get('iptc');
  const isResources = stored !== undefined && startsWith(stored, '8BIM');
  const { resources: photoshop, dropped: inPhotoshop } = cleanResources(isResources ? stored : new Uint8Array(0));
  const kept = new Set(texts.filter((text) => text.isKept).map((text) => text.chunk));
  const blocks = chunks
    .filter((each) => kept.has(each) || COLOUR_CHUNKS.includes(each.type))
    .flatMap(({ type, data }) => {
      const fitted = inDecodedSamples(type, data, chunks);
      return fitted === undefined ? [] : [{ type, data: fitted.slice() }];
    });
  return {
    header,
    lossy: false,
    damage: isWhole ? undefined : { what: 'it ends before its end mark, so rows are missing' },
    plain: isWhole ? undefined : withEndMark(bytes, chunks),
    dropped: [
      ...inExif,
      ...inXmp,
      ...inPhotoshop,
      ...(texts.some(({ isPicture }) => isPicture) ? ['a picture in its texts'] : []),
      ...otherParts(chunks),
      ...afterTheEnd(bytes.subarray(end)),
    ],
    metadata: metadataOf({
      exif,
      icc: profile(first('iCCP')),
      xmp,
      photoshop,
      iptc: isResources ? undefined : stored,
      orientation: display.orientation,
      dpi: physicalDpi(first('pHYs')) ?? display.dpi,
      pixelAspect: physicalAspect(first('pHYs')) ?? display.pixelAspect,
      native: blocks.length > 0 ? { format: 'png', blocks } : undefined,
    }),
  };
}

/** Puts the metadata into a PNG file, in place of all ancillary chunks it has. */
export function writePng(encoded: Uint8Array, metadata: PictureMetadata): Uint8Array {
  const [header, ...others] = readChunks(encoded).chunks.filter(({ type }) => isCritical(type));
  const native = (metadata.native?.format === 'png' ? metadata.native.blocks : []).filter(
    ({ type, data }) => type !== 'tEXt' && fitsSamples(type, data.length, header.data[9]),
  );
  const exif = exifToWrite(metadata, true);
  const added: Chunk[] = native.filter(({ type }) => COLOUR_CHUNKS.includes(type));
  if (metadata.icc) {
    const data = join([latin1('ICC profile\0\0'), deflateSync(metadata.icc)]);
    added.push({ type: 'iCCP', data });
  }
  const physical = physicalChunk(metadata);
  if (physical) added.push({ type: 'pHYs', data: physical });
  if (exif) added.push({ type: 'eXIf', data: exif });
  if (metadata.xmp) added.push({ type: 'iTXt', data: join([latin1(`${XMP_KEYWORD}\0\0\0\0`), metadata.xmp]) });
  if (metadata.native?.format === 'png') {
    added.push(...metadata.native.blocks.filter(({ type }) => TEXT_CHUNKS.includes(type)));
  } else added.push(...textsOf(metadata).map(textChunk));
  const resources = metadata.photoshop ?? (metadata.iptc && iptcResource(metadata.iptc));
  if (resources) added.push(textChunk(rawProfile('iptc', resources)));
  const signature = encoded.subarray(0, SIGNATURE_BYTES);
  return join([signature, ...[header, ...added, ...others].flatMap(chunkBytes)]);
}

interface ReadText {
  readonly chunk: Chunk;
  readonly isKept: boolean;
  readonly isPicture: boolean;
  readonly profile: { readonly kind: string; readonly data: Uint8Array } | undefined;
}

/** The texts: what is a block of metadata in hexadecimal is one; what may be a picture is not kept. */
function readTexts(chunks: readonly Chunk[]): ReadText[] {
  return chunks
    .filter((chunk) => TEXT_CHUNKS.includes(chunk.type) && !isXmp(chunk))
    .map((chunk) => {
      const text = readText(chunk.type, chunk.data);
      const found = text && readRawProfile(text);
      const isPicture = found === undefined && text !== undefined && holdsPicture(text);
      return { chunk, profile: found, isPicture, isKept: found === undefined && !isPicture };
    });
}

/** Names of chunks that are not carried over: nobody knows what private ones hold. */
function otherParts(chunks: readonly Chunk[]): string[] {
  const others = chunks
    .map(({ type }) => type)
    .filter((type) => !KNOWN_CHUNKS.has(type) && !COLOUR_CHUNKS.includes(type) && !TEXT_CHUNKS.includes(type));
  const names = [...new Set(others)].slice(0, 8).map((type) => `the chunk ${JSON.stringify(type)}`);
  return chunks.some(({ type }) => type === 'fdAT') ? ['the other frames of an animation', ...names] : names;
}

/** sBIT and bKGD of the file's samples, for the samples as they are decoded; undefined where that cannot be. */
function inDecodedSamples(type: string, data: Uint8Array, chunks: readonly Chunk[]): Uint8Array | undefined {
  if (type !== 'sBIT' && type !== 'bKGD') return data;
  const [depth, colour] = chunks[0].data.subarray(8);
  const hasTransparency = chunks.some((chunk) => chunk.type === 'tRNS');
  if (type === 'sBIT') return hasTransparency ? join([data, Uint8Array.of(depth === 16 ? 16 : 8)]) : data;
  const view = viewOf(data);
  if (colour === 3) {
    const palette = chunks.find((chunk) => chunk.type === 'PLTE')?.data;
    const entry = palette?.subarray(3 * data[0], 3 * data[0] + 3);
    return entry?.length === 3 ? Uint8Array.from([...entry].flatMap((value) => [0, value])) : undefined;
  }
  if (depth >= 8 || data.length < 2) return data;
  return Uint8Array.of(0, Math.round((view.getUint16(0) * 255) / (2 ** depth - 1)));
}

/** Whether sBIT and bKGD have as many values as pixels of this colour type have samples. */
function fitsSamples(type: string, length: number, colour: number): boolean {
  if (type === 'sBIT') return length === CHANNELS[colour];
  if (type === 'bKGD') return length === (colour === 0 || colour === 4 ? 2 : 6);
  return true;
}

/** The chunks up to the end mark; the last one may be cut short. */
/** `end`: where the file's own data end. */
function readChunks(bytes: Uint8Array): { chunks: Chunk[]; isWhole: boolean; end: number } {
  const view = viewOf(bytes);
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; at < bytes.length;) {
    if (at + 12 > bytes.length) break;
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    chunks.push({ type, data: bytes.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
    // What follows the end mark is none of the picture's.
    if (type === 'IEND') return { chunks, isWhole: true, end: at };
  }
  return { chunks, isWhole: false, end: bytes.length };
}

/** A file that was cut, with the chunk that was cut closed and an end mark, so that its rows can be read. */
function withEndMark(bytes: Uint8Array, chunks: readonly Chunk[]): Uint8Array {
  const end: Chunk = { type: 'IEND', data: new Uint8Array(0) };
  return join([bytes.subarray(0, SIGNATURE_BYTES), ...[...chunks, end].flatMap(chunkBytes)]);
}

function chunkBytes({ type, data }: Chunk): Uint8Array[] {
  const head = new Uint8Array(8);
  viewOf(head).setUint32(0, data.length);
  head.set(latin1(type), 4);
  const check = new Uint8Array(4);
  viewOf(check).setUint32(0, crc32(data, crc32(head.subarray(4))));
  return [head, data, check];
}

/** Upper-case first letter; tRNS is ancillary by its name but part of the samples. */
function isCritical(type: string): boolean {
  return (type.charCodeAt(0) & 0x20) === 0 || type === 'tRNS';
}

function isXmp({ type, data }: Chunk): boolean {
  return type === 'iTXt' && startsWith(data, XMP_KEYWORD);
}

function assertEnoughData(header: Uint8Array, chunks: readonly Chunk[], name: string): void {
  const view = viewOf(header);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[header[9]] ?? 1;
  const sampleBytes = (width * height * channels * header[8]) / 8;
  const dataBytes = chunks.reduce((sum, { type, data }) => sum + (type === 'IDAT' ? data.length : 0), 0);
  if (sampleBytes > dataBytes * DEFLATE_RATIO) {
    throw damaged(
      name,
      `its header claims ${width} × ${height} pixels, but the file holds only ${dataBytes} bytes of picture data`,
    );
  }
}

/** iCCP: name, NUL, method 0, deflated profile. A profile that does not inflate is as good as none. */
function profile(data: Uint8Array | undefined): Uint8Array | undefined {
  const end = data?.indexOf(0) ?? -1;
  return data === undefined || end < 0 ? undefined : inflate(data.subarray(end + 2));
}

/** iTXt: keyword, NUL, compression flag and method, language, NUL, translated keyword, NUL, text. */
function internationalText(data: Uint8Array): Uint8Array | undefined {
  const flag = data.indexOf(0) + 1;
  const language = data.indexOf(0, flag + 2);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  if (translated < 0) return undefined;
  const text = data.slice(translated + 1);
  return data[flag] === 0 ? text : inflate(text);
}

function inflate(data: Uint8Array): Uint8Array | undefined {
  try {
    return new Uint8Array(inflateSync(data, { maxOutputLength: MAX_INFLATED }));
  } catch {
    return undefined;
  }
}

/** pHYs: pixels per unit across and down, unit 1 = metre. */
function physicalDpi(data: Uint8Array | undefined): { x: number; y: number } | undefined {
  if (data === undefined || data.length < 9 || data[8] !== 1) return undefined;
  const view = viewOf(data);
  return perInch(view.getUint32(0), view.getUint32(4), METRES_PER_INCH);
}

/** pHYs of unit 0: the shape of pixels. */
function physicalAspect(data: Uint8Array | undefined): { x: number; y: number } | undefined {
  if (data === undefined || data.length < 9 || data[8] !== 0) return undefined;
  return aspectOf(viewOf(data).getUint32(0), viewOf(data).getUint32(4));
}

function physicalChunk({ dpi, pixelAspect }: PictureMetadata): Uint8Array | undefined {
  const data = new Uint8Array(9);
  const view = viewOf(data);
  if (dpi === undefined) {
    if (pixelAspect === undefined) return undefined;
    // Ratios of fractions, as TIFF may have them, keep four digits.
    const isWhole = Number.isInteger(pixelAspect.x) && Number.isInteger(pixelAspect.y);
    view.setUint32(0, Math.round(pixelAspect.x * (isWhole ? 1 : 10_000)));
    view.setUint32(4, Math.round(pixelAspect.y * (isWhole ? 1 : 10_000)));
    return data;
  }
  view.setUint32(0, Math.round(dpi.x / METRES_PER_INCH));
  view.setUint32(4, Math.round(dpi.y / METRES_PER_INCH));
  data[8] = 1;
  return data;
}
