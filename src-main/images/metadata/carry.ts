import type { PictureMetadata, PictureMode } from '../../tensor/picture.ts';
import type { PictureFormat } from '../formats.ts';
import { iptcOf } from './photoshop.ts';
import { pngColour } from './png-colour.ts';
import { readText, type Text } from './png-text.ts';
import { hasProperty } from './xmp.ts';

const NAMES: Readonly<Record<PictureFormat, string>> = { png: 'PNG', jpeg: 'JPEG', webp: 'WebP', tiff: 'TIFF' };
/** Chunks of a PNG that `pngColour` turns into a profile. */
const COLOUR_CHUNKS = new Set(['cICP', 'sRGB', 'gAMA', 'cHRM']);
const TEXT_CHUNKS = new Set(['tEXt', 'zTXt', 'iTXt']);

/** The texts of a picture, whatever format they come from: PNG text, comments of JPEG and GIF. */
export function textsOf({ native }: PictureMetadata): Text[] {
  return (native?.blocks ?? []).flatMap(({ type, data }) => {
    if (native?.format === 'png') {
      const text = TEXT_CHUNKS.has(type) ? readText(type, data) : undefined;
      return text === undefined ? [] : [text];
    }
    const isComment = (native?.format === 'jpeg' && type === 'fe') || native?.format === 'gif';
    return isComment ? [{ keyword: 'Comment', text: commentText(data) }] : [];
  });
}

/**
 * The texts that go into XMP because the format has no place for them by themselves. A packet that is there stays byte
 * for byte: they are then lost.
 */
export function textsForXmp(metadata: PictureMetadata, format: PictureFormat): Text[] {
  return metadata.xmp === undefined
    ? homelessTexts(metadata, format).filter(({ keyword }) => hasProperty(keyword))
    : [];
}

/** The texts that the format has no place for by themselves. */
function homelessTexts(metadata: PictureMetadata, format: PictureFormat): Text[] {
  if (format === 'png' || metadata.native?.format === format) return [];
  return textsOf(metadata).filter(({ keyword }) => format !== 'jpeg' || keyword !== 'Comment');
}

/** UTF-8 where it is, else Latin-1. */
function commentText(data: Uint8Array): string {
  const text = Buffer.from(data).toString('utf8');
  return (text.includes('\ufffd') ? Buffer.from(data).toString('latin1') : text).replace(/\0+$/, '');
}

/** The profile of the samples: the picture's own, or what the colour chunks of its PNG mean. */
export function profileOf({ icc, native }: PictureMetadata, mode: PictureMode): Uint8Array | undefined {
  if (icc !== undefined || native?.format !== 'png') return icc;
  return pngColour(native.blocks, mode.startsWith('gray')).icc;
}

/**
 * What a user must be told before a picture is written in a format that has no place for some of what its file held;
 * undefined when everything is carried over or converted.
 */
export function carryNotice(metadata: PictureMetadata, format: PictureFormat): string | undefined {
  const lost = lostIn(metadata, format);
  return lost.length === 0 ? undefined : `${NAMES[format]} has no place for ${lost.join(', ')}; the result lacks that.`;
}

function lostIn(metadata: PictureMetadata, format: PictureFormat): string[] {
  const { native, photoshop, iptc, exif, pixelAspect } = metadata;
  const lost: string[] = [];
  if (format === 'webp' && (iptc ?? (photoshop && iptcOf(photoshop))) !== undefined) lost.push('IPTC captions');
  if (format === 'webp' && photoshop !== undefined) lost.push('resources of Photoshop');
  if (format === 'webp' && pixelAspect !== undefined && exif !== undefined) lost.push('the shape of its pixels');
  if (native === undefined || native.format === format) return lost;
  const kept = new Set(textsForXmp(metadata, format).map(({ keyword }) => keyword));
  const texts = homelessTexts(metadata, format).filter(({ keyword }) => !kept.has(keyword));
  if (texts.length > 0) lost.push(`the texts ${texts.map(({ keyword }) => JSON.stringify(keyword)).join(', ')}`);
  if (native.format === 'tiff') lost.push('private fields of TIFF');
  if (native.format !== 'png') return lost;
  const colour = pngColour(native.blocks, false).lost;
  if (colour !== undefined) lost.push(colour);
  const chunks = native.blocks
    .map(({ type }) => type)
    .filter((type) => !COLOUR_CHUNKS.has(type) && !TEXT_CHUNKS.has(type));
  if (chunks.length > 0) lost.push(`the PNG chunks ${[...new Set(chunks)].join(', ')}`);
  return lost;
}
