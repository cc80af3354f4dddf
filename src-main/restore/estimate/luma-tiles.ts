import { REC601 } from '../../operators/luma.ts';
import type { Picture } from '../../tensor/picture.ts';
import { colourChannels, readTensor } from '../picture-tensor.ts';
import type { Rect } from '../region.ts';

/** A square of a picture's luma, 0…255. */
export interface LumaTile {
  readonly side: number;
  readonly data: Float64Array;
}

/** Side of a tile where the picture has room for it; a product of small primes. */
const SIDE = 256;
/** Smaller pictures tell nothing. */
const SMALLEST = 64;
/** Tiles that are looked at, and those of them with the most detail that are used. */
const LOOKED_AT = 48;
const USED = 12;

/** Squares of luma with the most detail of a picture; none of one that is too small. */
export function lumaTiles(picture: Picture): LumaTile[] {
  const { width, height } = picture;
  const side = Math.min(SIDE, 16 * Math.floor(Math.min(width, height) / 16));
  if (side < SMALLEST) return [];
  const lefts = starts(width, side);
  const tops = starts(height, side);
  const every = Math.max(1, Math.ceil((lefts.length * tops.length) / LOOKED_AT));
  const tiles: { tile: LumaTile; detail: number }[] = [];
  for (let at = Math.floor(every / 2); at < lefts.length * tops.length; at += every) {
    const [x, y] = [lefts[at % lefts.length], tops[Math.floor(at / lefts.length)]];
    const tile = lumaOf(picture, { x, y, width: side, height: side });
    tiles.push({ tile, detail: detailOf(tile) });
  }
  return tiles
    .sort((a, b) => b.detail - a.detail)
    .slice(0, USED)
    .map(({ tile }) => tile);
}

/** Evenly spread starts of tiles that overlap by half at most. */
function starts(length: number, side: number): number[] {
  const count = Math.floor((2 * (length - side)) / side) + 1;
  return Array.from({ length: count }, (_, i) =>
    count === 1 ? (length - side) >> 1 : Math.round((i * (length - side)) / (count - 1)),
  );
}

/** The luma of a square of a picture. */
export function lumaOf(picture: Picture, rect: Rect): LumaTile {
  const channels = colourChannels(picture);
  const { x } = readTensor(picture, undefined, rect, 1, channels);
  const plane = rect.width * rect.height;
  const weights = channels === 1 ? [1] : REC601;
  const data = Float64Array.from({ length: plane }, (_, i) => {
    let luma = 0;
    weights.forEach((weight, c) => (luma += weight * x.data[c * plane + i]));
    return (luma + 1) * 127.5;
  });
  return { side: rect.width, data };
}

/** Mean squared difference of neighbours four pixels apart: what is left of detail under blur, and little of noise. */
function detailOf({ side, data }: LumaTile): number {
  let sum = 0;
  for (let i = 0; i < side - 4; i += 2) {
    for (let j = 0; j < side - 4; j += 2) {
      const at = i * side + j;
      sum += (data[at + 4] - data[at]) ** 2 + (data[at + 4 * side] - data[at]) ** 2;
    }
  }
  return sum;
}
