import type { PictureHeader } from './container.ts';
import type { InputFormat } from './formats.ts';
import { gifHeader } from './gif-container.ts';
import { jpegHeader } from './jpeg-container.ts';
import { swapsSides } from './orientation.ts';
import { pngHeader } from './png-container.ts';
import { sniffFormat } from './sniff.ts';
import { tiffHeader } from './tiff-container.ts';
import { webpHeader } from './webp-container.ts';

export type { PictureHeader };

const readers: Readonly<Record<InputFormat, (bytes: Uint8Array, name: string) => PictureHeader>> = {
  jpeg: jpegHeader,
  png: pngHeader,
  webp: webpHeader,
  tiff: tiffHeader,
  gif: gifHeader,
};

/**
 * Format, size as stored and orientation of a picture file without decoding it: the one place that tells them for
 * restoring, batches, matching masks and the app. The beginning of a file will do where it reaches to its header.
 * @throws as `decodePicture` for files that are no picture, or have no header.
 */
export function readHeader(bytes: Uint8Array, name: string): PictureHeader {
  return readers[sniffFormat(bytes, name)](bytes, name);
}

/** Size as displayed. */
export function shownSizeOf({ width, height, orientation }: PictureHeader): { width: number; height: number } {
  return swapsSides(orientation) ? { width: height, height: width } : { width, height };
}
