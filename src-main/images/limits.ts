import { LangevinError } from '../errors.ts';

/** Pictures of more pixels are refused unless asked for. */
export const DEFAULT_MAX_PIXELS = 400e6;
/** The codec has 2 GiB of address space, for samples and its own tables. */
export const MAX_SAMPLE_BYTES = 1.5e9;

/**
 * What a file of any size may decode to, and what more each of its bytes may stand for. Flat pictures compress without
 * bound, so that a few hundred bytes could claim gigabytes; photographs, scans and drawings stay far below.
 */
const SMALL_FILE_PIXELS = 120e6;
const PIXELS_PER_BYTE = 16;
export const SMALL_FILE_SAMPLES = 300e6;
const SAMPLES_PER_BYTE = 40;

export interface Extent {
  readonly width: number;
  readonly height: number;
  /** Bytes of all samples of a pixel. */
  readonly pixelBytes: number;
}

/**
 * Checks what a file claims before anything of that size is allocated.
 * @param fileBytes  size of the file.
 * @param isTrusted  whether its size is more than a claim, so that it may be small for it.
 * @throws picture-too-large, naming the size and the limit.
 */
export function assertWithinLimits(
  { width, height, pixelBytes }: Extent,
  fileBytes: number,
  name: string,
  { maxPixels = DEFAULT_MAX_PIXELS, isTrusted = false }: { maxPixels?: number; isTrusted?: boolean } = {},
): void {
  const pixels = width * height;
  const bytes = pixels * pixelBytes;
  const megapixels = (count: number): string => `${Math.round(count / 1e6)} megapixels`;
  const size = `${name} has ${width} × ${height} = ${megapixels(pixels)}`;
  const refuse = (what: string, limit: string): LangevinError => {
    return new LangevinError('picture-too-large', `${what}; ${limit}. Reduce it or cut out the part to restore.`);
  };
  if (pixels > maxPixels) throw refuse(size, `at most ${Math.round(maxPixels / 1e6)} are read`);
  const samples = `${size}, ${Math.round(bytes / 1e6)} MB of samples`;
  if (bytes > MAX_SAMPLE_BYTES) throw refuse(samples, `at most ${MAX_SAMPLE_BYTES / 1e6} MB are read`);
  if (isTrusted) return;
  const forSmall = `of a file of ${fileBytes} bytes, at most`;
  const mostPixels = Math.max(SMALL_FILE_PIXELS, PIXELS_PER_BYTE * fileBytes);
  if (pixels > mostPixels) throw refuse(size, `${forSmall} ${megapixels(mostPixels)} are read`);
  const mostBytes = Math.max(SMALL_FILE_SAMPLES, SAMPLES_PER_BYTE * fileBytes);
  if (bytes > mostBytes) throw refuse(samples, `${forSmall} ${Math.round(mostBytes / 1e6)} MB are read`);
}
