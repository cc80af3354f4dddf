import { BLOCK, forwardBlock } from '../../operators/block-dct.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** A block of 8 × 8 samples of one channel. */
export interface BlockSpectrum {
  /** Mean on 0…255. */
  readonly mean: number;
  /** Energy of the coarsest coefficients but the mean: what a surface or an edge has, and noise hardly. */
  readonly coarse: number;
  /** 64 cosine coefficients on 0…255, row by row. */
  readonly coefficients: Float32Array;
}

/** Most blocks that are looked at, evenly over the picture. */
const MAX_BLOCKS = 30_000;
/** Sums of both indices of the coefficients that tell a flat block. */
export const COARSEST = 2;
/** On 0…255: samples nearer to black or white may have been clipped, and clipped noise is less. */
const CLIPPED = 1.5;
/** Fewer blocks tell less than clipped ones. */
const FEWEST = 48;

/**
 * The blocks of a picture without clipped samples; all of them where hardly any is without, as under very strong noise.
 * @param x  [1, c, h, w] in [−1, 1].
 */
export function blockSpectra({ shape: [, channels, height, width], data }: Tensor): BlockSpectrum[] {
  const columns = Math.floor(width / BLOCK);
  const total = channels * columns * Math.floor(height / BLOCK);
  // Not in step with the columns, so that every part of the picture is seen.
  const every = Math.max(1, Math.ceil(total / MAX_BLOCKS));
  const blocks: BlockSpectrum[] = [];
  const clipped: BlockSpectrum[] = [];
  for (let at = 0; at < total; at += every) {
    const plane = Math.floor(at / (total / channels));
    const place = at - plane * (total / channels);
    const left = (place % columns) * BLOCK;
    const top = Math.floor(place / columns) * BLOCK;
    const coefficients = new Float32Array(BLOCK * BLOCK);
    let isClipped = false;
    for (let i = 0; i < BLOCK; i++) {
      const from = (plane * height + top + i) * width + left;
      for (let j = 0; j < BLOCK; j++) {
        const value = (data[from + j] + 1) * 127.5;
        isClipped ||= value < CLIPPED || value > 255 - CLIPPED;
        coefficients[i * BLOCK + j] = value;
      }
    }
    forwardBlock(coefficients, 0, BLOCK);
    let coarse = 0;
    for (let i = 0; i <= COARSEST; i++) {
      for (let j = i === 0 ? 1 : 0; i + j <= COARSEST; j++) coarse += coefficients[i * BLOCK + j] ** 2;
    }
    (isClipped ? clipped : blocks).push({ mean: coefficients[0] / BLOCK, coarse, coefficients });
  }
  return blocks.length < FEWEST ? [...blocks, ...clipped] : blocks;
}

/** The blocks with the least coarse energy. @param share  of all, 0…1; at least `least` of them, if there are so many. */
export function flattest(blocks: readonly BlockSpectrum[], share: number, least: number): BlockSpectrum[] {
  const count = Math.max(least, Math.round(share * blocks.length));
  return [...blocks].sort((a, b) => a.coarse - b.coarse).slice(0, count);
}

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
