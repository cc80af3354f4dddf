import { counted } from '../counted.ts';
import { damaged } from './container.ts';
import {
  entryNumbers,
  findEntry,
  layOutIfd,
  longsEntry,
  makeIfd,
  readIfdTree,
  type Ifd,
  type IfdEntry,
  type IfdTree,
} from './ifd.ts';
import { SMALL_FILE_SAMPLES } from './limits.ts';
import { unreadable } from './sniff.ts';

/** How the samples of a directory are stored (TIFF 6.0; EP 5.2 and DNG 1.7 for raw photographs). */
export interface TiffStructure {
  readonly width: number;
  readonly height: number;
  /** Bits of each sample of a pixel. */
  readonly bits: readonly number[];
  readonly compression: number;
  readonly photometric: number;
  /** 1 unsigned, 2 signed, 3 floating point. */
  readonly sampleFormat: number;
  readonly hasAlpha: boolean;
  readonly isPremultiplied: boolean;
}

const SUBFILE_TYPE = 254;
const WIDTH = 256;
const HEIGHT = 257;
const BITS = 258;
const COMPRESSION = 259;
const PHOTOMETRIC = 262;
const STRIP_OFFSETS = 273;
const SAMPLES = 277;
const ROWS_PER_STRIP = 278;
const STRIP_BYTE_COUNTS = 279;
const PLANAR = 284;
const TILE_WIDTH = 322;
const TILE_HEIGHT = 323;
const TILE_OFFSETS = 324;
const TILE_BYTE_COUNTS = 325;
const SUB_IFDS = 330;
const EXTRA_SAMPLES = 338;
const SAMPLE_FORMAT = 339;
const ICC = 34675;
const CFA_PATTERN = 33422;
const DNG_VERSION = 50706;

/**
 * What the codec needs of a directory. Everything else would only be met by its warnings and refusals: private tags,
 * EXIF, thumbnails, fields of wrong type.
 */
const CODING = new Set([
  256,
  257,
  258,
  259,
  262,
  263,
  266,
  273,
  277,
  278,
  279,
  284,
  292,
  293,
  317,
  320,
  322,
  323,
  324,
  325,
  332,
  334,
  336,
  338,
  339,
  340,
  341,
  347,
  529,
  530,
  531,
  532,
  ICC,
]);

/** Compressions that the codec decodes. */
const DECODED = new Set([1, 2, 3, 4, 5, 7, 8, 32946, 32773]);
const COMPRESSION_NAMES: Readonly<Record<number, string>> = {
  6: 'old-style JPEG',
  9: 'JBIG (black and white)',
  10: 'JBIG (colour)',
  32766: 'NeXT',
  32771: 'CCITT RLE, word-aligned',
  32809: 'ThunderScan',
  32895: 'IT8',
  32908: 'Pixar',
  32909: 'Pixar deflate',
  33003: 'JPEG 2000 (Aperio)',
  33004: 'JPEG 2000 (Aperio)',
  33005: 'JPEG 2000 (Aperio)',
  34661: 'JBIG',
  34676: 'SGI log (LogLuv)',
  34677: 'SGI log, 24 bits',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34892: 'lossy JPEG (DNG)',
  34925: 'LZMA',
  34933: 'PNG',
  34934: 'JPEG XR',
  50000: 'Zstandard',
  50001: 'WebP',
  50002: 'JPEG XL',
  52546: 'JPEG XL (DNG)',
};
/** Compressions that only cameras' raw files have: NEF, ARW, SRW, DCR, PEF. */
const RAW_COMPRESSIONS = new Set([32767, 32769, 32770, 32772, 34713, 65000, 65535]);
const RAW_PHOTOMETRICS = new Set([32803, 34892]);
const PHOTOMETRIC_NAMES: Readonly<Record<number, string>> = {
  4: 'a transparency mask',
  9: 'ICC L*a*b*',
  10: 'ITU L*a*b*',
  32844: 'SGI LogL',
  32845: 'SGI LogLuv',
  51177: 'a depth map',
};
const READ_PHOTOMETRICS = new Set([0, 1, 2, 3, 5, 6, 8]);
/** Files of raw photographs, by their endings: DNG, Nikon, Sony, Canon, Pentax, Samsung, Kodak, Hasselblad, Phase One, … */
const RAW_ENDINGS =
  /\.(dng|gpr|nef|nrw|arw|sr2|srf|cr2|pef|srw|dcr|kdc|k25|3fr|fff|iiq|mos|mef|erf|rwl|mdc|bay|ari|cap)$/i;

/** Whether a name is that of a camera's raw file, also of those that are no TIFF (Canon, Fujifilm, Olympus, Panasonic, …). */
export function isRawName(name: string): boolean {
  return RAW_ENDINGS.test(name) || /\.(cr3|crw|raf|orf|rw2|x3f|mrw|raw)$/i.test(name);
}

/** Directories a file is followed through; more are no pages but a forged chain. */
const MAX_PAGES = 10_000;

/**
 * The directories of a file that are pages of their own: reduced copies and masks among them are left out, except where
 * there is nothing else.
 * @throws picture-damaged when there is none; unsupported-format for the raw file of a camera, whose first directory is
 *   a preview.
 */
export function tiffPages(bytes: Uint8Array, name: string): readonly IfdTree[] {
  const chain: IfdTree[] = [];
  const visited = new Set<number>();
  for (let tree = readIfdTree(bytes); tree !== undefined;) {
    chain.push(tree);
    const { next } = tree;
    if (next === undefined || visited.has(next) || chain.length >= MAX_PAGES) break;
    visited.add(next);
    tree = readIfdTree(bytes, next);
  }
  if (chain.length === 0) throw damaged(name, 'its directory lies outside of the file, which ends too early');
  if (RAW_ENDINGS.test(name) || chain.some((tree) => isRaw(tree, bytes))) {
    throw unreadable(name, 'a raw photograph');
  }
  const pages = chain.filter(({ root, order }, i) => {
    return i === 0 || ((entryNumbers(findEntry(root, SUBFILE_TYPE), order)[0] ?? 0) & 5) === 0;
  });
  const isReduced = ({ root, order }: IfdTree): boolean => {
    return ((entryNumbers(findEntry(root, SUBFILE_TYPE), order)[0] ?? 0) & 1) === 1;
  };
  return pages.length > 1 && isReduced(pages[0]) ? pages.slice(1) : pages;
}

/** Whether a directory, or one below it, is that of a camera's sensor, or says that the file is a DNG. */
function isRaw({ root, order }: IfdTree, bytes: Uint8Array): boolean {
  const says = (ifd: Ifd): boolean => {
    const number = (tag: number): number => entryNumbers(findEntry(ifd, tag), order)[0] ?? 0;
    return (
      findEntry(ifd, DNG_VERSION) !== undefined ||
      findEntry(ifd, CFA_PATTERN) !== undefined ||
      RAW_PHOTOMETRICS.has(number(PHOTOMETRIC)) ||
      RAW_COMPRESSIONS.has(number(COMPRESSION))
    );
  };
  if (says(root)) return true;
  const below = entryNumbers(findEntry(root, SUB_IFDS), order).slice(0, 16);
  return below.some((offset) => {
    const tree = readIfdTree(bytes, offset);
    return tree !== undefined && says(tree.root);
  });
}

/** @throws picture-damaged for a directory that does not say what a picture needs */
export function tiffStructure({ root, order }: IfdTree, name: string): TiffStructure {
  const numbers = (tag: number): number[] => entryNumbers(findEntry(root, tag), order);
  const lost = root.lost?.find((tag) => tag === 0 || (CODING.has(tag) && tag !== ICC));
  if (lost === 0) throw damaged(name, 'its directory lies outside of the file, which ends too early');
  if (lost !== undefined) throw damaged(name, `its directory points beyond its end for the field ${lost}`);
  const [width, height] = [numbers(WIDTH)[0] ?? 0, numbers(HEIGHT)[0] ?? 0];
  if (!(width > 0 && height > 0)) throw damaged(name, `its directory claims ${width} × ${height} pixels`);
  const samples = numbers(SAMPLES)[0] ?? 1;
  if (!(samples >= 1 && samples <= 65535))
    throw damaged(name, `its directory claims ${counted(samples, 'sample')} per pixel`);
  const stated = numbers(BITS);
  const extra = numbers(EXTRA_SAMPLES);
  return {
    width,
    height,
    bits: Array.from({ length: Math.min(samples, 64) }, (_, i) => stated[i] ?? stated[0] ?? 1),
    compression: numbers(COMPRESSION)[0] ?? 1,
    photometric: numbers(PHOTOMETRIC)[0] ?? 1,
    sampleFormat: numbers(SAMPLE_FORMAT)[0] ?? 1,
    hasAlpha: extra.length > 0,
    isPremultiplied: extra.includes(1),
  };
}

/**
 * Refuses, by name, what the codec does not decode; it would call such files damaged or give a black picture.
 * @throws unsupported-format
 */
export function assertDecodable(structure: TiffStructure, root: Ifd, name: string): void {
  const { bits, compression, photometric, sampleFormat } = structure;
  if (!DECODED.has(compression)) {
    const known = COMPRESSION_NAMES[compression];
    throw unreadable(name, `a TIFF compressed as ${known ?? `number ${compression}`}`);
  }
  if (!READ_PHOTOMETRICS.has(photometric)) {
    const known = PHOTOMETRIC_NAMES[photometric] ?? `of the colour model ${photometric}`;
    throw unreadable(name, `a TIFF whose samples are ${known}`);
  }
  const [first] = bits;
  const kind = sampleFormat === 3 ? 'floating-point' : sampleFormat === 2 ? 'signed' : 'unsigned';
  const each = bits.every((count) => count === first) ? `${first}` : bits.join(', ');
  const widths = sampleFormat === 3 ? [32] : bits.length === 1 ? [1, 2, 4, 8, 16, 32] : [8, 16, 32];
  if (!widths.includes(first) || each !== `${first}`) {
    throw unreadable(name, `a TIFF of ${kind} samples of ${each} bits`);
  }
  if (sampleFormat > 4) throw unreadable(name, 'a TIFF of complex numbers');
  if (photometric === 8 && first !== 16) throw unreadable(name, `a TIFF of CIELAB samples of ${first} bits`);
  if (findEntry(root, TILE_OFFSETS) !== undefined && isPlanar(structure, root)) {
    throw unreadable(name, 'a TIFF of tiles of separate colour planes');
  }
}

function isPlanar({ bits }: TiffStructure, root: Ifd): boolean {
  const entry = findEntry(root, PLANAR);
  return bits.length > 1 && entry !== undefined && entry.value.includes(2);
}

/**
 * Largest ratios of samples to stored bytes: none (chroma may be stored at a quarter), LZW (strings of 4096 bytes in 12
 * bits), deflate, PackBits. JPEG spends a bit on each block of 64 samples.
 */
const MAX_RATIO: Readonly<Record<number, number>> = {
  1: 4,
  5: 2731,
  7: 64 * 8 * 4,
  8: 1032,
  32946: 1032,
  32773: 64,
};
/** CCITT codes a white row in one bit. */
const CCITT = new Set([2, 3, 4]);

/** A strip or tile: its bytes in the file, and its first row. */
export interface TiffPart {
  readonly from: number;
  readonly to: number;
  readonly row: number;
}

/** The strips or tiles of a directory as it says, within the file or not. */
export function tiffParts({ root, order }: IfdTree, { width, height }: TiffStructure): TiffPart[] {
  const numbers = (tag: number): number[] => entryNumbers(findEntry(root, tag), order);
  const isTiled = findEntry(root, TILE_OFFSETS) !== undefined;
  const counts = numbers(isTiled ? TILE_BYTE_COUNTS : STRIP_BYTE_COUNTS);
  const rows = Math.max(1, numbers(isTiled ? TILE_HEIGHT : ROWS_PER_STRIP)[0] ?? height);
  const perRow = isTiled ? Math.max(1, Math.ceil(width / (numbers(TILE_WIDTH)[0] || width))) : 1;
  // Planes of their own begin at the top again.
  const perPlane = Math.ceil(height / rows) * perRow;
  return numbers(isTiled ? TILE_OFFSETS : STRIP_OFFSETS).map((from, i) => {
    return { from, to: from + (counts[i] ?? 0), row: Math.floor((i % perPlane) / perRow) * rows };
  });
}

/**
 * Checks that the file holds the data that its directory speaks of.
 * @returns how many rows from the top are there where the end is missing; undefined when all are.
 * @throws picture-damaged when the directory does not say where the samples are, or claims more than the data can hold.
 */
export function missingRows(
  { root, order }: IfdTree,
  structure: TiffStructure,
  fileBytes: number,
  name: string,
): number | undefined {
  const numbers = (tag: number): number[] => entryNumbers(findEntry(root, tag), order);
  const isTiled = findEntry(root, TILE_OFFSETS) !== undefined;
  const offsets = numbers(isTiled ? TILE_OFFSETS : STRIP_OFFSETS);
  const counts = numbers(isTiled ? TILE_BYTE_COUNTS : STRIP_BYTE_COUNTS);
  if (offsets.length === 0) throw damaged(name, 'its directory does not say where the samples are');
  const { width, height, bits, compression } = structure;
  const rowBits = width * bits.reduce((sum, count) => sum + Math.max(1, count), 0);
  const stored = counts.length > 0 ? counts.reduce((sum, count) => sum + count, 0) : fileBytes;
  const held = Math.min(stored, fileBytes);
  const isShort = CCITT.has(compression)
    ? height > held * 8
    : Math.floor((height * rowBits) / 8) > held * (MAX_RATIO[compression] ?? Infinity);
  const cut = offsets.findIndex((offset, i) => offset + (counts[i] ?? 0) > fileBytes);
  if (isShort && cut < 0) {
    throw damaged(
      name,
      `its header claims ${width} × ${height} pixels, but the file holds only ${stored} bytes of picture data`,
    );
  }
  if (cut < 0) return undefined;
  const partRows = numbers(isTiled ? TILE_HEIGHT : ROWS_PER_STRIP)[0] ?? height;
  const perRow = isTiled ? Math.max(1, Math.ceil(width / (numbers(TILE_WIDTH)[0] || width))) : 1;
  // A plane that is missing leaves no row whole.
  if (isPlanar(structure, root)) return 0;
  // Of a strip that is stored as it is, the rows that are there are sound.
  const isPlain = compression === 1 && !isTiled;
  const rest = isPlain ? Math.max(0, Math.floor(((fileBytes - offsets[cut]) * 8) / rowBits)) : 0;
  return Math.min(height, Math.floor(cut / perRow) * partRows + rest);
}

/**
 * The file with one directory only, which has what the codec needs and nothing else, as classic TIFF; the samples stay
 * where they are. Rows that are missing from strips that are stored as they are become zeros, because the codec reads
 * whole strips only.
 */
export function plainTiff(bytes: Uint8Array, { root, order }: IfdTree, structure: TiffStructure): Uint8Array {
  const entries = root.entries
    .filter(({ tag, type }) => CODING.has(tag) && (type <= 13 || isLong8(type)))
    .map((entry): IfdEntry => (isLong8(entry.type) ? longsEntry(entry.tag, entryNumbers(entry, order), order) : entry));
  const length = Math.max(bytes.length, endOfPlainStrips(root, order, structure, bytes.length));
  const base = length + (length & 1);
  const directory = layOutIfd(makeIfd(entries), order, base);
  const out = new Uint8Array(base + directory.length);
  out.set(bytes);
  out.set(directory, base);
  const view = new DataView(out.buffer);
  view.setUint16(2, 42, order === 'II');
  view.setUint32(4, base, order === 'II');
  return out;
}

/** Where the last strip should end, where that is within what the picture's samples can take. */
function endOfPlainStrips(
  root: Ifd,
  order: IfdTree['order'],
  { compression, width, height, bits }: TiffStructure,
  fileBytes: number,
): number {
  if (compression !== 1) return 0;
  const counts = entryNumbers(findEntry(root, STRIP_BYTE_COUNTS), order);
  const ends = entryNumbers(findEntry(root, STRIP_OFFSETS), order).map((offset, i) => offset + (counts[i] ?? 0));
  const end = ends.reduce((most, value) => Math.max(most, value), 0);
  const samples = Math.min(SMALL_FILE_SAMPLES, (width * height * bits.reduce((sum, count) => sum + count, 0)) / 8);
  return end <= fileBytes + samples ? end : 0;
}

function isLong8(type: number): boolean {
  return type === 16 || type === 18;
}
