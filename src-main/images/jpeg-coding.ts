import type { JpegCoding, JpegQuantization } from '../tensor/picture.ts';
import { quantizationOf } from '../tensor/jpeg-tables.ts';
import { startsWith } from './container.ts';
import type { FrameComponent } from './jpeg-scan.ts';

/** A marker segment of a JPEG file. */
export interface Segment {
  readonly marker: number;
  readonly payload: Uint8Array;
}

/** A component of the frame, with the number of its quantization table. */
export interface Component extends FrameComponent {
  readonly table: number;
}

const QUANTIZATION = 0xdb;
const ADOBE = 0xee;
const BLOCK = 8;

/** For each place of the zigzag order of a file, the place in the rows of a block (ITU-T T.81, figure 5). */
const ZIGZAG = Array.from({ length: BLOCK * BLOCK }, (_, i) => i).sort((a, b) => {
  const [diagonalA, diagonalB] = [a, b].map((i) => Math.floor(i / BLOCK) + (i % BLOCK));
  if (diagonalA !== diagonalB) return diagonalA - diagonalB;
  // Odd diagonals run down, even ones up.
  return diagonalA % 2 === 1 ? a - b : b - a;
});

/** The components of a frame header. */
export function componentsOf({ payload }: Segment): Component[] {
  const components: Component[] = [];
  for (let at = 6; at + 2 < payload.length && components.length < payload[5]; at += 3) {
    components.push({ id: payload[at], h: payload[at + 1] >> 4, v: payload[at + 1] & 15, table: payload[at + 2] });
  }
  return components;
}

/**
 * Tables and chroma subsampling of a file; undefined for those whose channels are not Y, Cb and Cr, and for subsampling
 * that is not by whole factors up to 4, the same of both chroma planes.
 */
export function readQuantization(segments: readonly Segment[], sof: Segment): JpegQuantization | undefined {
  const [y, cb, cr, ...others] = componentsOf(sof);
  if (y === undefined || others.length > 0) return undefined;
  const luma = tableOf(segments, y.table);
  if (luma === undefined) return undefined;
  if (cb === undefined) return { luma, chroma: luma, sampling: [1, 1] };
  if (cr === undefined || isRgb(segments, [y, cb, cr])) return undefined;
  const chroma = tableOf(segments, cb.table);
  const other = tableOf(segments, cr.table);
  if (chroma === undefined || other?.some((step, i) => step !== chroma[i]) !== false) return undefined;
  if (cb.h !== cr.h || cb.v !== cr.v) return undefined;
  const sampling = [y.h / cb.h, y.v / cb.v] as const;
  return sampling.every((factor) => [1, 2, 4].includes(factor)) ? { luma, chroma, sampling } : undefined;
}

/**
 * Quality and subsampling of a file whose luminance table libjpeg would write for some quality; undefined for others
 * (many cameras, Photoshop) and for subsampling other than 4:4:4 and 4:2:0.
 */
export function readCoding(segments: readonly Segment[], sof: Segment): JpegCoding | undefined {
  const components = componentsOf(sof);
  const luma = components[0];
  if (luma === undefined || (components.length !== 1 && components.length !== 3)) return undefined;
  const [h, v] = components.length === 1 ? [1, 1] : [luma.h, luma.v];
  if (components.slice(1).some((c) => c.h !== 1 || c.v !== 1)) return undefined;
  const chroma = h === 1 && v === 1 ? '4:4:4' : h === 2 && v === 2 ? '4:2:0' : undefined;
  const table = tableOf(segments, luma.table);
  if (chroma === undefined || table === undefined) return undefined;
  for (let quality = 100; quality >= 1; quality--) {
    if (quantizationOf({ quality, chroma }).luma.every((step, i) => step === table[i])) return { quality, chroma };
  }
  return undefined;
}

/** The quantization table of this number, row by row; of several, the first. */
function tableOf(segments: readonly Segment[], id: number): number[] | undefined {
  for (const { marker, payload } of segments) {
    if (marker !== QUANTIZATION) continue;
    for (let at = 0; at < payload.length;) {
      const bytes = payload[at] >> 4 === 0 ? 1 : 2;
      const end = at + 1 + BLOCK * BLOCK * bytes;
      if ((payload[at] & 15) === id && end <= payload.length) {
        const table = new Array<number>(BLOCK * BLOCK);
        ZIGZAG.forEach((place, i) => {
          const from = at + 1 + i * bytes;
          table[place] = bytes === 1 ? payload[from] : (payload[from] << 8) | payload[from + 1];
        });
        return table.every((step) => step > 0) ? table : undefined;
      }
      at = end;
    }
  }
  return undefined;
}

/** Three channels that are red, green and blue: Adobe's mark says so, or their names do. */
function isRgb(segments: readonly Segment[], components: readonly Component[]): boolean {
  const adobe = segments.find(({ marker, payload }) => marker === ADOBE && startsWith(payload, 'Adobe'));
  if (adobe !== undefined && adobe.payload.length > 11) return adobe.payload[11] === 0;
  return String.fromCharCode(...components.map(({ id }) => id)) === 'RGB';
}
