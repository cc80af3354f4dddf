import { counted } from '../../counted.ts';
import { DicomSyntaxError } from './data-set.ts';

/** Bytes before the segments: how many, and where each begins. */
const HEADER = 64;

/**
 * Decodes RLE Lossless (part 5, annex G): a segment of PackBits for each byte of a sample, the highest first.
 * @param sampleBytes  1 or 2.
 * @returns little-endian samples.
 * @throws DicomSyntaxError where the segments do not give as many bytes as there are pixels.
 */
export function decodeRle(frame: Uint8Array, pixels: number, sampleBytes: number): Uint8Array {
  if (frame.length < HEADER) throw new DicomSyntaxError('its RLE data end within their header');
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const count = view.getUint32(0, true);
  if (count !== sampleBytes) {
    throw new DicomSyntaxError(`its RLE data have ${counted(count, 'segment')}, but samples of ${sampleBytes} bytes`);
  }
  const out = new Uint8Array(pixels * sampleBytes);
  for (let segment = 0; segment < count; segment++) {
    const start = view.getUint32(4 + 4 * segment, true);
    const end = segment + 1 < count ? view.getUint32(8 + 4 * segment, true) : frame.length;
    if (start < HEADER || end < start || end > frame.length) {
      throw new DicomSyntaxError('the segments of its RLE data lie outside of them');
    }
    unpack(frame.subarray(start, end), out, sampleBytes - 1 - segment, sampleBytes);
  }
  return out;
}

/** PackBits into every `stride`-th byte from `at` on. */
function unpack(packed: Uint8Array, out: Uint8Array, at: number, stride: number): void {
  let from = 0;
  while (at < out.length) {
    if (from >= packed.length) throw new DicomSyntaxError('its RLE data end before all pixels are there');
    const code = packed[from++];
    if (code === 128) continue;
    const isRun = code > 128;
    const length = isRun ? 257 - code : code + 1;
    if (from + (isRun ? 1 : length) > packed.length) {
      throw new DicomSyntaxError('its RLE data end before all pixels are there');
    }
    for (let i = 0; i < length && at < out.length; i++, at += stride) out[at] = packed[isRun ? from : from + i];
    from += isRun ? 1 : length;
  }
}
