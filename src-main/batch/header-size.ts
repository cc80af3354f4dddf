import type { PlacedFile } from '../contract/jobs.ts';
import { readHeader, shownSizeOf } from '../images/header.ts';
import type { FileSystem } from './file-system.ts';

/** Enough of a file for its header, embedded thumbnails and profiles included; then, for those that are rich in them. */
const HEADER_BYTES = [1 << 17, 1 << 23];
/** Of a TIFF, around its directory and at its end: values that do not fit into the directory are near it. */
const DIRECTORY_BYTES = 1 << 20;

interface HeaderSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Size as displayed of a picture file, of which no more than a few MB are read where it lies on the disk.
 * @throws what `readHeader` throws
 */
export async function headerSize(fs: FileSystem, file: PlacedFile): Promise<HeaderSize> {
  if ('bytes' in file) return shownSizeOf(readHeader(file.bytes, file.name));
  const { name, path } = file;
  for (const length of HEADER_BYTES) {
    try {
      return shownSizeOf(readHeader(await fs.read(path, length), name));
    } catch {
      // More of it may tell.
    }
  }
  return shownSizeOf(readHeader(await directoryOnly(fs, path), name));
}

/** A TIFF file of which only the parts are there that its directory is in: what nobody writes to takes no memory. */
async function directoryOnly(fs: FileSystem, path: string): Promise<Uint8Array> {
  const { size } = await fs.status(path);
  const bytes = new Uint8Array(size);
  const readAt = async (from: number): Promise<void> => {
    const start = Math.max(0, Math.min(size, from));
    bytes.set(await fs.read(path, Math.min(DIRECTORY_BYTES, size - start), start), start);
  };
  await readAt(0);
  const isLittle = bytes[0] === 0x49;
  const view = new DataView(bytes.buffer);
  const isBig = size >= 16 && view.getUint16(2, isLittle) === 43;
  const directory = isBig ? Number(view.getBigUint64(8, isLittle)) : size >= 8 ? view.getUint32(4, isLittle) : 0;
  await readAt(directory - DIRECTORY_BYTES / 2);
  await readAt(size - DIRECTORY_BYTES);
  return bytes;
}

/** Number of pixels of a file by its header; undefined where that cannot be read. */
export async function headerPixels(fs: FileSystem, path: string): Promise<number | undefined> {
  try {
    const { width, height } = await headerSize(fs, { name: path, path });
    return width * height;
  } catch {
    // Working on the file tells what is wrong with it.
    return undefined;
  }
}
