import { readHeader, shownSizeOf } from '../images/header.ts';
import type { FileSystem } from './file-system.ts';

/** Enough of a file for its header, embedded thumbnails and profiles included. */
const HEADER_BYTES = 1 << 17;

interface HeaderSize {
  readonly width: number;
  readonly height: number;
}

/** Size as displayed by the header of a file or of its beginning; undefined where that cannot be read. */
function headerSize(bytes: Uint8Array, name: string): HeaderSize | undefined {
  try {
    return shownSizeOf(readHeader(bytes, name));
  } catch {
    return undefined;
  }
}

/** Number of pixels of a file by its header; undefined where that cannot be read. */
export async function headerPixels(fs: FileSystem, path: string): Promise<number | undefined> {
  try {
    // The directory of a TIFF may be its last part.
    const size = headerSize(await fs.read(path, HEADER_BYTES), path) ?? headerSize(await fs.read(path), path);
    return size && size.width * size.height;
  } catch {
    // Working on the file tells what is wrong with it.
    return undefined;
  }
}
