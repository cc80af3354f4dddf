import { LangevinError } from '../errors.ts';
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
import { componentsOf, readCoding, readQuantization, type Component, type Segment } from './jpeg-coding.ts';
import { followScans } from './jpeg-scan.ts';
import { textsForXmp, textsOf } from './metadata/carry.ts';
import { cleanExif } from './metadata/exif-copies.ts';
import { cleanResources, iptcResource } from './metadata/photoshop.ts';
import { afterTheEnd } from './metadata/after-the-end.ts';
import { findPicture } from './metadata/pictures-within.ts';
import { cleanXmp, extensionDigest, mergeXmp, splitXmp, withTexts, type CleanXmp } from './metadata/xmp.ts';
import { ascii } from './sniff.ts';

const EXIF = 'Exif\0\0';
const XMP = 'http://ns.adobe.com/xap/1.0/\0';
const XMP_EXTENSION = 'http://ns.adobe.com/xmp/extension/\0';
const ICC = 'ICC_PROFILE\0';
const JFIF = 'JFIF\0';
const PHOTOSHOP = 'Photoshop 3.0\0';
const COMMENT = 0xfe;

/** A segment's length field counts itself. */
const MAX_PAYLOAD = 65533;
const MAX_XMP = MAX_PAYLOAD - XMP.length;
const MAX_ICC_PART = MAX_PAYLOAD - ICC.length - 2;

/**
 * Size and orientation of a JPEG file, or of the beginning of one that reaches to its frame header.
 * @throws picture-damaged when there is no frame header.
 */
export function jpegHeader(bytes: Uint8Array, name: string): PictureHeader {
  return headerOf(headSegments(bytes).segments, name);
}

function headerOf(segments: readonly Segment[], name: string): PictureHeader {
  const sof = segments.find(isFrameHeader);
  if (!sof || sof.payload.length < 6) throw damaged(name, 'it has no frame header');
  const view = viewOf(sof.payload);
  const [height, width] = [view.getUint16(1), view.getUint16(3)];
  if (width === 0 || height === 0) throw damaged(name, `its frame header claims ${width} × ${height} pixels`);
  const exif = exifOf(segments);
  const { orientation } = displayTags(exif && readIfdTree(exif));
  const pixelBytes = sof.payload[5] * (sof.payload[0] > 8 ? 2 : 1);
  return { format: 'jpeg', width, height, pixelBytes, orientation };
}

/**
 * Metadata of a JPEG file (ITU-T T.81 segments; JFIF; EXIF 2.3, section 4.5; ICC.1, annex B.4; XMP part 3).
 * @throws picture-damaged when the file ends within its headers, or is too short for the size its header claims.
 */
export function readJpeg(bytes: Uint8Array, name: string): Contents {
  const { segments, end } = readSegments(bytes, name);
  const header = headerOf(segments, name);
  const sof = segments.find(isFrameHeader)!;
  const frame = { ...header, marker: sof.marker, components: componentsOf(sof) };
  const scans = followScans(bytes, end, frame, segments);
  assertEnoughData(sof, bytes.length, name);

  const find = (marker: number, label: string): Uint8Array | undefined =>
    segments.find((s) => s.marker === marker && startsWith(s.payload, label))?.payload.slice(label.length);
  const block = exifOf(segments);
  const display = displayTags(block && readIfdTree(block));
  const { exif, dropped: inExif = [] } = block ? cleanExif(block) : {};
  const { xmp, dropped: inXmp = [] } = cleanPacket(find(0xe1, XMP), segments);
  const resources = join(
    segments
      .filter(({ marker, payload }) => marker === 0xed && startsWith(payload, PHOTOSHOP))
      .map(({ payload }) => payload.subarray(PHOTOSHOP.length)),
  );
  const { resources: photoshop, dropped: inPhotoshop } = cleanResources(resources);
  const comments = segments.filter(({ marker, payload }) => marker === COMMENT && findPicture(payload) < 0);
  const blocks = comments.map(({ marker, payload }) => ({ type: hex(marker), data: payload.slice() }));
  const density = find(0xe0, JFIF);
  return {
    header,
    lossy: true,
    // Of others the blocks cannot be counted.
    isWarnedOf: scans.soundRows === undefined,
    damage: scans.damage === undefined ? undefined : { what: scans.damage, soundRows: scans.soundRows },
    // The library reads nothing of a file whose last segment is cut.
    plain: scans.hasEndMark ? undefined : join([bytes.subarray(0, scans.end), Uint8Array.of(0xff, 0xd9)]),
    dropped: [
      ...inExif,
      ...inXmp,
      ...inPhotoshop,
      ...otherParts(segments),
      ...(scans.hasEndMark ? afterTheEnd(bytes.subarray(scans.end)) : []),
    ],
    metadata: metadataOf({
      exif,
      icc: readIcc(segments),
      xmp,
      photoshop,
      orientation: display.orientation,
      dpi: jfifDpi(density) ?? display.dpi,
      pixelAspect: jfifAspect(density) ?? display.pixelAspect,
      native: blocks.length > 0 ? { format: 'jpeg', blocks } : undefined,
      jpeg: readCoding(segments, sof),
      quantization: readQuantization(segments, sof),
    }),
  };
}

/**
 * Puts the metadata into a JPEG file that has none.
 * @throws unsupported-combination when a block is too large for JPEG (64 KiB for EXIF).
 */
export function writeJpeg(encoded: Uint8Array, metadata: PictureMetadata): Uint8Array {
  const { segments, end } = readSegments(encoded, 'the encoded JPEG');
  const own = segments.filter(({ marker }) => marker < 0xe0 || marker > 0xef);
  const exif = exifToWrite(metadata, true);
  const added: Segment[] = [{ marker: 0xe0, payload: jfif(metadata) }];
  if (exif) added.push({ marker: 0xe1, payload: join([latin1(EXIF), exif]) });
  const xmp = withTexts(metadata.xmp, textsForXmp(metadata, 'jpeg'));
  if (xmp) added.push(...xmpSegments(xmp));
  const photoshop = metadata.photoshop ?? (metadata.iptc && iptcResource(metadata.iptc));
  if (photoshop) added.push(...photoshopSegments(photoshop));
  added.push(...commentSegments(metadata));
  if (metadata.icc) added.push(...iccSegments(metadata.icc));
  return join([encoded.subarray(0, 2), ...[...added, ...own].flatMap(segmentBytes), encoded.subarray(end)]);
}

/** @throws unsupported-combination when the metadata do not fit into JPEG segments. */
export function assertFitsJpeg({ exif, xmp }: PictureMetadata): void {
  const refuse = (kind: string, size: number): LangevinError =>
    new LangevinError(
      'unsupported-combination',
      `The picture's ${kind} block of ${size} bytes does not fit into a JPEG (64 KiB); write a PNG, WebP or TIFF.`,
    );
  if (exif !== undefined && exif.length + EXIF.length > MAX_PAYLOAD) throw refuse('EXIF', exif.length);
  if (xmp !== undefined && xmp.length > MAX_XMP && splitXmp(xmp, MAX_XMP) === undefined)
    throw refuse('XMP', xmp.length);
}

/** A packet with its extension (XMP part 3, 1.1.3.1), without what it must not say. */
function cleanPacket(packet: Uint8Array | undefined, segments: readonly Segment[]): Partial<CleanXmp> {
  if (packet === undefined) return {};
  const digest = extensionDigest(packet);
  const extension = digest === undefined ? undefined : extensionOf(segments, digest);
  const { xmp, dropped } = cleanXmp(extension === undefined ? packet : mergeXmp(packet, extension));
  const isLost = digest !== undefined && extension === undefined;
  return { xmp, dropped: isLost ? [...dropped, 'extended XMP that is not complete'] : dropped };
}

/** The parts of extended XMP of this digest, put together; undefined when one is missing. */
function extensionOf(segments: readonly Segment[], digest: string): Uint8Array | undefined {
  const head = XMP_EXTENSION.length;
  const parts = segments.filter(({ marker, payload }) => {
    const isExtension = marker === 0xe1 && startsWith(payload, XMP_EXTENSION) && payload.length > head + 40;
    return isExtension && ascii(payload, head, 32).toUpperCase() === digest;
  });
  const length = parts.reduce((sum, { payload }) => sum + payload.length - head - 40, 0);
  if (parts.length === 0 || viewOf(parts[0].payload).getUint32(head + 32) !== length) return undefined;
  const out = new Uint8Array(length);
  for (const { payload } of parts) {
    const at = viewOf(payload).getUint32(head + 36);
    if (at + payload.length - head - 40 > length) return undefined;
    out.set(payload.subarray(head + 40), at);
  }
  return out;
}

function xmpSegments(xmp: Uint8Array): Segment[] {
  const segment = (packet: Uint8Array): Segment => ({ marker: 0xe1, payload: join([latin1(XMP), packet]) });
  const split = xmp.length > MAX_XMP ? splitXmp(xmp, MAX_XMP) : undefined;
  if (split === undefined) return [segment(xmp)];
  const { main, extension, digest } = split;
  const size = MAX_PAYLOAD - XMP_EXTENSION.length - 40;
  const parts = Array.from({ length: Math.ceil(extension.length / size) }, (_, i): Segment => {
    const place = new Uint8Array(8);
    viewOf(place).setUint32(0, extension.length);
    viewOf(place).setUint32(4, i * size);
    const data = extension.subarray(i * size, (i + 1) * size);
    return { marker: 0xe1, payload: join([latin1(XMP_EXTENSION), latin1(digest), place, data]) };
  });
  return [segment(main), ...parts];
}

function photoshopSegments(resources: Uint8Array): Segment[] {
  const size = MAX_PAYLOAD - PHOTOSHOP.length;
  return Array.from({ length: Math.ceil(resources.length / size) }, (_, i) => ({
    marker: 0xed,
    payload: join([latin1(PHOTOSHOP), resources.subarray(i * size, (i + 1) * size)]),
  }));
}

function commentSegments(metadata: PictureMetadata): Segment[] {
  if (metadata.native?.format === 'jpeg') {
    return metadata.native.blocks.map(({ type, data }) => ({ marker: parseInt(type, 16), payload: data }));
  }
  return textsOf(metadata)
    .filter(({ keyword }) => keyword === 'Comment')
    .map(({ text }) => ({ marker: COMMENT, payload: new TextEncoder().encode(text).subarray(0, MAX_PAYLOAD) }));
}

/** Names of segments that are not carried over. */
function otherParts(segments: readonly Segment[]): string[] {
  return segments.flatMap(({ marker, payload }) => {
    const is = (label: string): boolean => startsWith(payload, label);
    if (marker === 0xe0) return is('JFXX') || (is(JFIF) && payload.length > 14) ? ['the thumbnail'] : [];
    if (marker === 0xe1) return is(EXIF) || is(XMP) || is(XMP_EXTENSION) ? [] : ['a segment APP1'];
    if (marker === 0xe2) return is(ICC) ? [] : [is('MPF') ? 'further pictures (MPF)' : 'a segment APP2'];
    if (marker === 0xeb) return ['content credentials (JUMBF)'];
    if (marker === 0xed) return is(PHOTOSHOP) ? [] : ['a segment APP13'];
    // APP14 says how the colours are coded.
    return marker > 0xe2 && marker <= 0xef && marker !== 0xee ? [`a segment APP${marker - 0xe0}`] : [];
  });
}

function exifOf(segments: readonly Segment[]): Uint8Array | undefined {
  const payload = segments.find((s) => s.marker === 0xe1 && startsWith(s.payload, EXIF))?.payload;
  return payload?.slice(EXIF.length);
}

/** The segments before the first scan, and where that scan's header begins. @throws picture-damaged */
function readSegments(bytes: Uint8Array, name: string): { segments: Segment[]; end: number } {
  const { segments, end } = headSegments(bytes);
  if (end === undefined) throw damaged(name, 'it ends before its picture data begin');
  return { segments, end };
}

/** The segments before the first scan, as far as they are there. */
function headSegments(bytes: Uint8Array): { segments: Segment[]; end: number | undefined } {
  const view = viewOf(bytes);
  const segments: Segment[] = [];
  let at = 2;
  for (;;) {
    // Any number of fill bytes 0xff may precede a marker; stray bytes between segments are skipped as libjpeg does.
    while (at < bytes.length && bytes[at] !== 0xff) at++;
    while (at < bytes.length && bytes[at] === 0xff) at++;
    const marker = bytes[at];
    if (at + 3 > bytes.length || marker === 0xd9) return { segments, end: undefined };
    if (marker === 0xda) return { segments, end: at - 1 };
    if (marker === 0 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    const length = view.getUint16(at + 1);
    if (length < 2 || at + 1 + length > bytes.length) return { segments, end: undefined };
    segments.push({ marker, payload: bytes.subarray(at + 3, at + 1 + length) });
    at += 1 + length;
  }
}

function segmentBytes({ marker, payload }: Segment): Uint8Array[] {
  const head = new Uint8Array([0xff, marker, 0, 0]);
  viewOf(head).setUint16(2, payload.length + 2);
  return [head, payload];
}

/** SOF0 … SOF15 without DHT, JPG and DAC, which share the range. */
function isFrameHeader({ marker }: Segment): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/**
 * Huffman coding spends at least one bit on every 8×8 block, so a short file cannot hold a large picture. Without this
 * check the library would first allocate all coefficients of a progressive file.
 */
function assertEnoughData(sof: Segment, fileBytes: number, name: string): void {
  // Arithmetic coding (SOF9 …) has no such bound.
  if (sof.marker > 0xc2) return;
  const view = viewOf(sof.payload);
  const height = view.getUint16(1);
  const width = view.getUint16(3);
  const components = componentsOf(sof);
  const most = (pick: (c: Component) => number): number => Math.max(1, ...components.map(pick));
  const blocks = components.reduce((sum, { h, v }) => {
    const across = Math.ceil((width * h) / most((c) => c.h) / 8);
    return sum + across * Math.ceil((height * v) / most((c) => c.v) / 8);
  }, 0);
  if (blocks > fileBytes * 8) {
    throw damaged(name, `its header claims ${width} × ${height} pixels, but the file holds only ${fileBytes} bytes`);
  }
}

function readIcc(segments: readonly Segment[]): Uint8Array | undefined {
  const parts = segments
    .filter(({ marker, payload }) => marker === 0xe2 && startsWith(payload, ICC) && payload.length > ICC.length + 2)
    .map(({ payload }) => ({
      index: payload[ICC.length],
      count: payload[ICC.length + 1],
      data: payload.subarray(ICC.length + 2),
    }))
    .sort((a, b) => a.index - b.index);
  // A profile with a missing part cannot be applied by anyone.
  if (parts.length === 0 || parts.some(({ index, count }, i) => index !== i + 1 || count !== parts.length)) {
    return undefined;
  }
  return join(parts.map(({ data }) => data));
}

function iccSegments(icc: Uint8Array): Segment[] {
  const count = Math.ceil(icc.length / MAX_ICC_PART);
  return Array.from({ length: count }, (_, i) => ({
    marker: 0xe2,
    payload: join([latin1(ICC), Uint8Array.of(i + 1, count), icc.subarray(i * MAX_ICC_PART, (i + 1) * MAX_ICC_PART)]),
  }));
}

function jfifDpi(jfif: Uint8Array | undefined): { x: number; y: number } | undefined {
  if (jfif === undefined || jfif.length < 7 || jfif[2] === 0) return undefined;
  const view = viewOf(jfif);
  return perInch(view.getUint16(3), view.getUint16(5), jfif[2] === 2 ? 2.54 : 1);
}

function jfifAspect(jfif: Uint8Array | undefined): { x: number; y: number } | undefined {
  if (jfif === undefined || jfif.length < 7 || jfif[2] !== 0) return undefined;
  return aspectOf(viewOf(jfif).getUint16(3), viewOf(jfif).getUint16(5));
}

/** APP0: version 1.02, density, no thumbnail. */
function jfif({ dpi, pixelAspect }: PictureMetadata): Uint8Array {
  const fields = new Uint8Array(9);
  const view = viewOf(fields);
  view.setUint16(0, 0x0102);
  const fits = dpi && Math.round(Math.min(dpi.x, dpi.y)) >= 1 && Math.max(dpi.x, dpi.y) < 65535.5;
  fields[2] = fits ? 1 : 0;
  const shape = fits ? dpi : smallRatio(pixelAspect ?? { x: 1, y: 1 });
  view.setUint16(3, Math.round(shape.x));
  view.setUint16(5, Math.round(shape.y));
  return join([latin1(JFIF), fields]);
}

/** The same ratio in 16 bits. */
function smallRatio({ x, y }: { readonly x: number; readonly y: number }): { x: number; y: number } {
  const scale = Math.min(1, 65535 / Math.max(x, y));
  return { x: Math.max(1, x * scale), y: Math.max(1, y * scale) };
}

function hex(marker: number): string {
  return marker.toString(16);
}
