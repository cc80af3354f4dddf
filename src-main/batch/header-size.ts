import { disableTypes, imageSize, types } from 'image-size';
import type { FileSystem } from './file-system.ts';

// Other formats are not read anyway, and their parsers need not meet hostile files.
disableTypes(types.filter((type) => !['gif', 'jpg', 'png', 'tiff', 'webp'].includes(type)));

/** Enough of a file for its header, embedded thumbnails and profiles included. */
const HEADER_BYTES = 1 << 17;

export interface HeaderSize {
  readonly width: number;
  readonly height: number;
}

/** Size as displayed by the header of a file or of its beginning; undefined where that cannot be read. */
export function headerSize(bytes: Uint8Array): HeaderSize | undefined {
  try {
    const { width, height, orientation = 1 } = imageSize(bytes);
    return orientation >= 5 ? { width: height, height: width } : { width, height };
  } catch {
    return undefined;
  }
}

/** Number of pixels of a file by its header; undefined where that cannot be read. */
export async function headerPixels(fs: FileSystem, path: string): Promise<number | undefined> {
  try {
    const size = headerSize(await fs.read(path, HEADER_BYTES));
    return size && size.width * size.height;
  } catch {
    // Working on the file tells what is wrong with it.
    return undefined;
  }
}
