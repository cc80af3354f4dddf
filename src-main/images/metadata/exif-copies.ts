import { viewOf } from '../container.ts';
import { readIfdTree, type Ifd } from '../ifd.ts';
import { findPicture } from './pictures-within.ts';

/** Entries of the first directory that lead to samples, or hold whole documents, of the picture as it was. */
const COPIES = new Set([273, 279, 324, 325, 330, 513, 514, 700, 33723, 34377, 37724]);
/** Bytes that nothing refers to; more of them may be a preview that a maker note knows of. */
const MAX_GAP = 64;

/** An EXIF block without what shows the picture as it was. */
export interface CleanExif {
  readonly exif: Uint8Array | undefined;
  readonly dropped: readonly string[];
}

/**
 * Blanks the thumbnail directory of an EXIF block (EXIF 2.3, section 4.5.8), previews inside of maker notes and other
 * binary values, and bytes that no entry refers to. Everything else stays where it is, because maker notes hold offsets.
 */
export function cleanExif(exif: Uint8Array): CleanExif {
  const tree = readIfdTree(exif);
  if (tree === undefined) {
    return findPicture(exif) < 0 ? { exif, dropped: [] } : { exif: undefined, dropped: ['EXIF that cannot be read'] };
  }
  const little = tree.order === 'II';
  const dropped = new Set<string>();
  const out = exif.slice();
  const view = viewOf(out);
  const used: [number, number][] = [[0, 8]];
  const visit = (ifd: Ifd, isRoot: boolean): void => {
    const { at, count } = ifd.place;
    used.push([at, at + 2 + 12 * count + 4]);
    for (const entry of ifd.entries) {
      if (isRoot && COPIES.has(entry.tag)) continue;
      if (entry.value.length > 4) used.push([entry.offset, entry.offset + entry.value.length]);
      const found = entry.type === 1 || entry.type === 7 || entry.type === 2 ? findPicture(entry.value) : -1;
      if (found < 0) continue;
      out.fill(0, entry.offset + found, entry.offset + entry.value.length);
      dropped.add('a preview in EXIF');
    }
    // What is read of a value that more than one directory names is used once.
    for (const child of ifd.children.values()) visit(child, false);
    const end = at + 2 + 12 * count;
    if (end + 4 > out.length || view.getUint32(end, little) === 0) return;
    if (isRoot) dropped.add('the thumbnail');
    view.setUint32(end, 0, little);
  };
  visit(tree.root, true);
  const copies = tree.root.entries.filter(({ tag }) => COPIES.has(tag)).map(({ tag }) => tag);
  if (copies.length > 0) {
    removeEntries(out, tree.root.place, new Set(copies), little);
    dropped.add('the thumbnail');
  }
  const end = blankGaps(out, used, dropped);
  return { exif: dropped.size === 0 ? exif : out.slice(0, end), dropped: [...dropped] };
}

/** Closes a directory over the entries of these tags. */
function removeEntries(
  bytes: Uint8Array,
  { at, count }: { readonly at: number; readonly count: number },
  tags: ReadonlySet<number>,
  little: boolean,
): void {
  const view = viewOf(bytes);
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const from = at + 2 + 12 * i;
    if (tags.has(view.getUint16(from, little))) continue;
    bytes.copyWithin(at + 2 + 12 * kept, from, from + 12);
    kept++;
  }
  bytes.fill(0, at + 2 + 12 * kept, at + 2 + 12 * count + 4);
  view.setUint16(at, kept, little);
}

/** Zeros what lies between the used ranges; @returns the end of the last of them. */
function blankGaps(bytes: Uint8Array, used: readonly [number, number][], dropped: Set<string>): number {
  const sorted = [...used].sort(([a], [b]) => a - b);
  let end = 0;
  const blank = (from: number, to: number): void => {
    const gap = bytes.subarray(from, to);
    if (!gap.some((byte) => byte !== 0)) return;
    if (dropped.size === 0 && gap.length <= MAX_GAP) return;
    gap.fill(0);
    dropped.add('bytes of EXIF that nothing refers to');
  };
  for (const [from, to] of sorted) {
    if (from > end) blank(end, from);
    end = Math.max(end, to);
  }
  if (end < bytes.length) blank(end, bytes.length);
  return Math.min(end, bytes.length);
}
