import type { PictureMetadata } from '../tensor/picture.ts';
import { damaged, join, metadataOf, viewOf, type Contents } from './container.ts';
import { displayEntries, displayTags, ORIENTATION, RESOLUTION_UNIT, X_RESOLUTION, Y_RESOLUTION } from './exif.ts';
import {
  bytesEntry,
  entryNumbers,
  findEntry,
  layOutIfd,
  readIfdTree,
  reorderIfd,
  writeIfdTree,
  type Ifd,
  type IfdEntry,
  type IfdTree,
} from './ifd.ts';

const COMPRESSION = 259;
const STRIP_OFFSETS = 273;
const STRIP_BYTE_COUNTS = 279;
const TILE_OFFSETS = 324;
const TILE_BYTE_COUNTS = 325;
const EXTRA_SAMPLES = 338;
const XMP = 700;
const ICC = 34675;

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
 * Largest ratios of samples to stored bytes: none (chroma may be stored at a quarter), LZW (strings of 4096 bytes in 12
 * bits), deflate, PackBits. Others have no bound.
 */
const MAX_RATIO: Readonly<Record<number, number>> = { 1: 4, 5: 2731, 8: 1032, 32946: 1032, 32773: 64 };

/**
 * Metadata of a TIFF file. Its EXIF tags are entries of the file itself; they are gathered into a block like that of
 * the other formats, with their values unchanged. Only the first page is looked at.
 * @throws picture-damaged when the directory or the samples it points to lie outside of the file.
 */
export function readTiff(bytes: Uint8Array, name: string): Contents {
  const tree = readIfdTree(bytes);
  if (tree === undefined) throw damaged(name, 'its directory lies outside of the file, which ends too early');
  const { root, order } = tree;
  assertEnoughData(tree, bytes.length, name);

  const { orientation, dpi } = displayTags(tree);
  const select = (tags: ReadonlySet<number>): IfdEntry[] => root.entries.filter(({ tag }) => tags.has(tag));
  const described = select(DESCRIPTION).length > 0 || root.children.size > 0;
  const rest = root.entries.filter(({ tag }) => {
    return !STRUCTURE.has(tag) && !DISPLAY.has(tag) && !DESCRIPTION.has(tag) && tag !== XMP && tag !== ICC;
  });
  const block = (ifd: Ifd): Uint8Array => writeIfdTree({ order, root: ifd });
  const exif = { entries: [...select(DESCRIPTION), ...select(DISPLAY)], children: root.children };
  const compression = entryNumbers(findEntry(root, COMPRESSION), order)[0] ?? 1;
  return {
    lossy: compression === 6 || compression === 7,
    premultiplied: entryNumbers(findEntry(root, EXTRA_SAMPLES), order).includes(1),
    metadata: metadataOf({
      exif: described ? block(exif) : undefined,
      icc: findEntry(root, ICC)?.value.slice(),
      xmp: findEntry(root, XMP)?.value.slice(),
      orientation,
      dpi,
      native:
        rest.length > 0
          ? { format: 'tiff', blocks: [{ type: 'tags', data: block({ entries: rest, children: new Map() }) }] }
          : undefined,
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
  put([...(exif?.entries ?? []), ...(rest?.entries ?? [])].filter(({ tag }) => !STRUCTURE.has(tag)));
  entries.delete(ORIENTATION);
  put(displayEntries({ orientation: metadata.orientation }, order));
  put(own.root.entries.filter(({ tag }) => STRUCTURE.has(tag)));
  if (metadata.xmp) put([bytesEntry(XMP, metadata.xmp, 1)]);
  if (metadata.icc) put([bytesEntry(ICC, metadata.icc, 7)]);

  const base = encoded.length + (encoded.length & 1);
  const ifd = { entries: [...entries.values()], children: exif?.children ?? new Map() };
  const file = join([encoded, new Uint8Array(base - encoded.length), layOutIfd(ifd, order, base)]);
  viewOf(file).setUint32(4, base, order === 'II');
  return file;
}

function inOrder(tree: IfdTree | undefined, own: IfdTree): Ifd | undefined {
  return tree && reorderIfd(tree.root, tree.order, own.order);
}

function assertEnoughData({ root, order }: IfdTree, fileBytes: number, name: string): void {
  const numbers = (tag: number): number[] => entryNumbers(findEntry(root, tag), order);
  const tiled = findEntry(root, TILE_OFFSETS) !== undefined;
  const offsets = numbers(tiled ? TILE_OFFSETS : STRIP_OFFSETS);
  const counts = numbers(tiled ? TILE_BYTE_COUNTS : STRIP_BYTE_COUNTS);
  if (offsets.length === 0) throw damaged(name, 'its directory does not say where the samples are');
  if (offsets.some((offset, i) => offset + (counts[i] ?? 0) > fileBytes)) {
    throw damaged(name, `samples lie beyond its end, at ${fileBytes} bytes, so rows are missing`);
  }
  const [width, height, samples] = [256, 257, 277].map((tag) => numbers(tag)[0] ?? 1);
  const bits = Math.max(1, numbers(258)[0] ?? 1);
  const ratio = MAX_RATIO[numbers(COMPRESSION)[0] ?? 1] ?? Infinity;
  const stored = counts.length > 0 ? counts.reduce((sum, count) => sum + count, 0) : fileBytes;
  if (Math.floor((width * height * samples * bits) / 8) > stored * ratio) {
    throw damaged(
      name,
      `its header claims ${width} × ${height} pixels, but the file holds only ${stored} bytes of picture data`,
    );
  }
}
