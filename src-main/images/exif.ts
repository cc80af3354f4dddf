import type { PictureMetadata } from '../tensor/picture.ts';
import {
  entryNumbers,
  findEntry,
  makeIfd,
  rationalEntry,
  readIfdTree,
  shortEntry,
  writeIfdTree,
  type ByteOrder,
  type IfdEntry,
  type IfdTree,
} from './ifd.ts';

export const ORIENTATION = 274;
export const X_RESOLUTION = 282;
export const Y_RESOLUTION = 283;
export const RESOLUTION_UNIT = 296;

/** What a TIFF structure says of how to show the picture. */
export interface DisplayTags {
  readonly orientation: number;
  readonly dpi?: { readonly x: number; readonly y: number };
  /** The same without a unit, where x and y differ. */
  readonly pixelAspect?: { readonly x: number; readonly y: number };
}

/** Orientation (1 when absent or not 1…8) and resolution of the first directory of `tree`. */
export function displayTags(tree: IfdTree | undefined): DisplayTags {
  if (tree === undefined) return { orientation: 1 };
  const number = (tag: number): number | undefined => entryNumbers(findEntry(tree.root, tag), tree.order)[0];
  const stated = number(ORIENTATION) ?? 1;
  const orientation = stated >= 1 && stated <= 8 ? stated : 1;
  const x = number(X_RESOLUTION);
  const y = number(Y_RESOLUTION) ?? x;
  // 2 = inch, the default; 3 = centimetre; 1 = no absolute unit.
  const unit = number(RESOLUTION_UNIT) ?? 2;
  const dpi = x === undefined || y === undefined || unit === 1 ? undefined : perInch(x, y, unit === 3 ? 2.54 : 1);
  const pixelAspect = unit === 1 && x !== undefined && y !== undefined ? aspectOf(x, y) : undefined;
  return { orientation, ...(dpi && { dpi }), ...(pixelAspect && { pixelAspect }) };
}

/** The shape of pixels of these densities; undefined where they are square. */
export function aspectOf(x: number, y: number): { x: number; y: number } | undefined {
  return x > 0 && y > 0 && Number.isFinite(x) && Number.isFinite(y) && x !== y ? { x, y } : undefined;
}

/** Pixels per inch from a resolution in another unit; undefined unless both are positive and finite. */
export function perInch(x: number, y: number, unitsPerInch: number): { x: number; y: number } | undefined {
  const dpi = { x: x * unitsPerInch, y: y * unitsPerInch };
  return dpi.x > 0 && dpi.y > 0 && Number.isFinite(dpi.x) && Number.isFinite(dpi.y) ? dpi : undefined;
}

/** The entries of an orientation ≠ 1 and of a resolution or the shape of pixels. */
export function displayEntries({ orientation, dpi, pixelAspect }: DisplayTags, order: ByteOrder): IfdEntry[] {
  const entries: IfdEntry[] = orientation === 1 ? [] : [shortEntry(ORIENTATION, orientation, order)];
  if (dpi) {
    entries.push(rationalEntry(X_RESOLUTION, dpi.x, order), rationalEntry(Y_RESOLUTION, dpi.y, order));
    entries.push(shortEntry(RESOLUTION_UNIT, 2, order));
  }
  if (dpi === undefined && pixelAspect) {
    const { x, y } = pixelAspect;
    entries.push(rationalEntry(X_RESOLUTION, x, order), rationalEntry(Y_RESOLUTION, y, order));
    entries.push(shortEntry(RESOLUTION_UNIT, 1, order));
  }
  return entries;
}

/** Whether an entry is one that TIFF readers take: some refuse files with units and resolutions of other kinds. */
export function isSoundDisplayEntry(entry: IfdEntry, order: ByteOrder): boolean {
  if (entry.tag === X_RESOLUTION || entry.tag === Y_RESOLUTION) return entry.type === 5 && entry.count === 1;
  if (entry.tag !== RESOLUTION_UNIT) return true;
  const [unit] = entryNumbers(entry, order);
  return entry.type === 3 && entry.count === 1 && unit >= 1 && unit <= 3;
}

/**
 * The EXIF block to write: `metadata.exif` byte for byte, unless it contradicts `metadata.orientation` (the samples were
 * rotated meanwhile). A file without EXIF gets a small block when the orientation, or a resolution that the format
 * cannot state otherwise, would be lost.
 *
 * @param statesDpi  whether the format has its own field for the resolution.
 */
export function exifToWrite(metadata: PictureMetadata, statesDpi: boolean): Uint8Array | undefined {
  const { exif, orientation } = metadata;
  const tree = exif && readIfdTree(exif);
  if (tree === undefined) {
    const { dpi, pixelAspect } = metadata;
    const shape = statesDpi ? {} : { ...(dpi && { dpi }), ...(pixelAspect && { pixelAspect }) };
    const entries = displayEntries({ orientation, ...shape }, 'II');
    if (entries.length === 0) return exif;
    return writeIfdTree({ order: 'II', root: makeIfd(entries) });
  }
  if (displayTags(tree).orientation === orientation) return exif;
  const replacement = shortEntry(ORIENTATION, orientation, tree.order);
  const present = findEntry(tree.root, ORIENTATION);
  if (present?.type === replacement.type && present.count === 1) {
    const patched = exif!.slice();
    patched.set(replacement.value, present.offset);
    return patched;
  }
  const others = tree.root.entries.filter((entry) => entry.tag !== ORIENTATION);
  return writeIfdTree({ order: tree.order, root: { ...tree.root, entries: [...others, replacement] } });
}
