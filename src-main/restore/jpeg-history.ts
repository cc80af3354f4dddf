import { BLOCK, forwardBlock } from '../operators/block-dct.ts';
import { REC601 } from '../operators/luma.ts';
import { quantizationOf } from '../tensor/jpeg-tables.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Most blocks that are looked at, evenly over the picture. */
const MAX_BLOCKS = 6000;
/** Fewest coefficients that are not 0 from which anything can be told. */
const MIN_COUNT = 60;
/** Share of what a coded picture would give, at least. */
const LEAST_MATCH = 0.7;
/** Deviation of a coefficient of a picture that was decoded and rounded to 8 bits. */
const ROUNDING = 0.35;
/** Highest quality whose steps can still be told from rounding. */
const HIGHEST = 95;
/** Coefficients of the lowest diagonals hold most of what is not 0. */
const DIAGONALS = 4;
/** 8-bit samples per unit of [−1, 1]. */
const SCALE = 127.5;

/**
 * The quality with which libjpeg coded a picture before it was saved in another format, where it was and has not been
 * changed since: its luma coefficients then lie at multiples of their steps. The mean of cos(2πc/q) over coefficients c
 * beyond half a step is near 1 for the right steps q, and near 0 for others and for pictures that were never coded.
 * @param x  [1, 1 or 3, h, w] in [−1, 1], its first pixel the first of a block.
 * @returns undefined where nothing tells of JPEG; qualities above 95 leave too little.
 */
export function earlierJpegQuality(x: Tensor): number | undefined {
  const blocks = lumaBlocks(x);
  let best: { quality: number; match: number } | undefined;
  for (let quality = 1; quality <= HIGHEST; quality++) {
    const match = matchOf(blocks, quantizationOf({ quality, chroma: '4:2:0' }).luma);
    if (match !== undefined && match >= LEAST_MATCH && match > (best?.match ?? 0)) best = { quality, match };
  }
  return best?.quality;
}

/** Coefficients of whole blocks, 64 after 64, on the scale of 8-bit samples. */
function lumaBlocks({ shape: [, channels, height, width], data }: Tensor): Float32Array {
  const columns = Math.floor(width / BLOCK);
  const total = columns * Math.floor(height / BLOCK);
  const every = Math.max(1, Math.ceil(total / MAX_BLOCKS));
  const count = Math.ceil(total / every);
  const out = new Float32Array(count * BLOCK * BLOCK);
  const weights = channels === 3 ? REC601 : [1];
  for (let b = 0; b < count; b++) {
    const at = b * every;
    const top = Math.floor(at / columns) * BLOCK;
    const left = (at % columns) * BLOCK;
    for (let i = 0; i < BLOCK; i++) {
      for (let j = 0; j < BLOCK; j++) {
        const pixel = (top + i) * width + left + j;
        let luma = 0;
        weights.forEach((weight, c) => (luma += weight * data[c * height * width + pixel]));
        out[b * BLOCK * BLOCK + i * BLOCK + j] = SCALE * luma;
      }
    }
    forwardBlock(out, b * BLOCK * BLOCK, BLOCK);
  }
  return out;
}

/** Share of the agreement with multiples of these steps that a coded picture would have; undefined for too few. */
function matchOf(blocks: Float32Array, steps: readonly number[]): number | undefined {
  let agreement = 0;
  let expected = 0;
  let count = 0;
  for (let k = 0; k < BLOCK * BLOCK; k++) {
    const diagonal = Math.floor(k / BLOCK) + (k % BLOCK);
    if (diagonal < 1 || diagonal > DIAGONALS) continue;
    const step = steps[k];
    const kept = Math.exp(-2 * (Math.PI * (ROUNDING / step)) ** 2);
    for (let at = k; at < blocks.length; at += BLOCK * BLOCK) {
      if (Math.abs(blocks[at]) <= step / 2) continue;
      agreement += Math.cos((2 * Math.PI * blocks[at]) / step);
      expected += kept;
      count++;
    }
  }
  return count < MIN_COUNT ? undefined : agreement / expected;
}
