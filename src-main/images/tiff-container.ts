import type { PictureMetadata } from '../tensor/picture.ts';
import { join, metadataOf, viewOf, type Contents, type PictureHeader } from './container.ts';
import {
  displayEntries,
  displayTags,
  isSoundDisplayEntry,
  ORIENTATION,
  RESOLUTION_UNIT,
  X_RESOLUTION,
  Y_RESOLUTION,
} from './exif.ts';
import {
  bytesEntry,
  findEntry,
  layOutIfd,
  makeIfd,
  readIfdTree,
  reorderIfd,
  writeIfdTree,
  type Ifd,
  type IfdEntry,
  type IfdTree,
} from './ifd.ts';
import { textsForXmp } from './metadata/carry.ts';
import { cleanExif } from './metadata/exif-copies.ts';
import { cleanResources, iptcOf } from './metadata/photoshop.ts';
import { findPicture } from './metadata/pictures-within.ts';
import { cleanXmp, withTexts } from './metadata/xmp.ts';
import { deflateDamage } from './tiff-checksums.ts';
import {
  assertDecodable,
  missingRows,
  plainTiff,
  tiffPages,
  tiffStructure,
  type TiffStructure,
} from './tiff-structure.ts';

const XMP = 700;
const ICC = 34675;
const IPTC = 33723;
const PHOTOSHOP = 34377;
/** ImageSourceData: the picture once more, in layers. */
const LAYERS = 37724;
const CONVERTED = new Set([XMP, ICC, IPTC, PHOTOSHOP]);

/** How the samples are stored; written by the encoder for its own file, never taken over from another one. */
const STRUCTURE = new Set([
  254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284, 288, 289, 290, 291, 292,
  293, 297, 301, 317, 320, 321, 322, 323, 324, 325, 326, 327, 328, 330, 332, 333, 334, 336, 337, 338, 339, 340, 341,
  342, 343, 344, 345, 346, 347, 351, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532,
]);
const DISPLAY = new Set([ORIENTATION, X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT]);
/** Tags of the first directory that EXIF 2.3 (table 4) and Windows know: they go into the EXIF block. */
const DESCRIPTION = new Set([
  270, 271, 272, 305, 306, 315, 316, 318, 319, 33432, 18246, 18249, 40091, 40092, 40093, 40094, 40095,
]);

/**
 * Metadata of a TIFF file. Its EXIF tags are entries of the file itself; they are gathered into a block like that of
 * the other formats, with their values unchanged.
 * @param page  from 0; the caller says what is wrong with one that is not there.
 * @throws picture-damaged when the directory or the samples it points to lie outside of the file; unsupported-format for
 *   raw photographs and samples that the codec does not decode, by name.
 */
export function readTiff(bytes: Uint8Array, name: string, page = 0): Contents {
  const pages = tiffPages(bytes, name);
  const tree = pages[page] ?? pages[0];
  const { root, order } = tree;
  const structure = tiffStructure(tree, name);
  const soundRows = missingRows(tree, structure, bytes.length, name);
  assertDecodable(structure, root, name);

  const { orientation, dpi, pixelAspect } = displayTags(tree);
  const select = (tags: ReadonlySet<number>): IfdEntry[] => root.entries.filter(({ tag }) => tags.has(tag));
  const isDescribed = select(DESCRIPTION).length > 0 || root.children.size > 0;
  const own = root.entries.filter(({ tag }) => {
    return !STRUCTURE.has(tag) && !DISPLAY.has(tag) && !DESCRIPTION.has(tag) && !CONVERTED.has(tag);
  });
  const rest = own.filter(({ tag, value }) => tag !== LAYERS && findPicture(value) < 0);
  const pictures = own.filter(({ tag, value }) => tag !== LAYERS && findPicture(value) >= 0);
  const packet = findEntry(root, XMP)?.value.slice();
  const { xmp, dropped: inXmp = [] } = packet ? cleanXmp(packet) : {};
  const { resources, dropped: inPhotoshop } = cleanResources(
    findEntry(root, PHOTOSHOP)?.value.slice() ?? new Uint8Array(0),
  );
  const block = (ifd: Ifd): Uint8Array => writeIfdTree({ order, root: ifd });
  const described = makeIfd([...select(DESCRIPTION), ...select(DISPLAY)], root.children);
  const { exif, dropped: inExif = [] } = isDescribed ? cleanExif(block(described)) : {};
  return {
    header: headerOf(structure, orientation),
    lossy: structure.compression === 7,
    premultiplied: structure.isPremultiplied,
    pages: pages.length,
    isWarnedOf: [2, 3, 4, 7].includes(structure.compression),
    findDamage: () => deflateDamage(bytes, tree, structure),
    plain: plainTiff(bytes, tree, structure),
    damage:
      soundRows === undefined
        ? undefined
        : { what: `samples lie beyond its end, at ${bytes.length} bytes, so rows are missing`, soundRows },
    dropped: [
      ...inExif,
      ...inXmp,
      ...inPhotoshop,
      ...(findEntry(root, LAYERS) ? ['the layers of Photoshop'] : []),
      ...pictures.map(({ tag }) => `a picture in the field ${tag}`),
    ],
    metadata: metadataOf({
      exif,
      icc: findEntry(root, ICC)?.value.slice(),
      xmp,
      photoshop: resources,
      iptc: findEntry(root, IPTC)?.value.slice(),
      orientation,
      dpi,
      pixelAspect,
      native: rest.length > 0 ? { format: 'tiff', blocks: [{ type: 'tags', data: block(makeIfd(rest)) }] } : undefined,
    }),
  };
}

/**
 * Puts the metadata into a TIFF file by appending a new first directory; the samples stay where they are. Of an EXIF
 * block, the thumbnail directory has no place in a TIFF; offsets within a maker note keep their old values.
 */
export function writeTiff(encoded: Uint8Array, metadata: PictureMetadata): Uint8Array {
  const own = readIfdTree(encoded)!;
  const { order } = own;
  const exif = inOrder(metadata.exif && readIfdTree(metadata.exif), own);
  const native = metadata.native?.format === 'tiff' ? metadata.native.blocks[0]?.data : undefined;
  const rest = inOrder(native && readIfdTree(native), own);

  const entries = new Map<number, IfdEntry>();
  const put = (list: readonly IfdEntry[]): void => list.forEach((entry) => entries.set(entry.tag, entry));
  put(displayEntries({ ...metadata, orientation: 1 }, order));
  const sound = (entry: IfdEntry): boolean => !STRUCTURE.has(entry.tag) && isSoundDisplayEntry(entry, order);
  put([...(exif?.entries ?? []), ...(rest?.entries ?? [])].filter(sound));
  entries.delete(ORIENTATION);
  put(displayEntries({ orientation: metadata.orientation }, order));
  put(own.root.entries.filter(({ tag }) => STRUCTURE.has(tag)));
  const xmp = withTexts(metadata.xmp, textsForXmp(metadata, 'tiff'));
  if (xmp) put([bytesEntry(XMP, xmp, 1)]);
  const { photoshop } = metadata;
  const iptc = metadata.iptc ?? (photoshop && iptcOf(photoshop));
  if (photoshop) put([bytesEntry(PHOTOSHOP, photoshop, 1)]);
  if (iptc) put([bytesEntry(IPTC, iptc, 7)]);
  if (metadata.icc) put([bytesEntry(ICC, metadata.icc, 7)]);

  const base = encoded.length + (encoded.length & 1);
  const ifd = makeIfd([...entries.values()], exif?.children);
  const file = join([encoded, new Uint8Array(base - encoded.length), layOutIfd(ifd, order, base)]);
  viewOf(file).setUint32(4, base, order === 'II');
  return file;
}

/**
 * Size and orientation of a TIFF file.
 * @throws picture-damaged when its directory lies beyond `bytes`; unsupported-format for raw photographs.
 */
export function tiffHeader(bytes: Uint8Array, name: string): PictureHeader {
  const [tree] = tiffPages(bytes, name);
  return headerOf(tiffStructure(tree, name), displayTags(tree).orientation);
}

/** Samples of fewer than 8 bits and palettes are expanded by the codec. */
function headerOf({ width, height, bits, photometric }: TiffStructure, orientation: number): PictureHeader {
  const channels = photometric === 3 ? 3 : bits.length;
  return { format: 'tiff', width, height, pixelBytes: channels * Math.max(1, bits[0] / 8), orientation };
}

function inOrder(tree: IfdTree | undefined, own: IfdTree): Ifd | undefined {
  return tree && reorderIfd(tree.root, tree.order, own.order);
}
