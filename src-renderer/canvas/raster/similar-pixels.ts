import { invalidArgument } from '../../../src-main/errors.ts';
import { assertRgba, rectBetween, type PixelSource, type Point, type Rect } from '../geometry.ts';

/** Pixels picked by colour: 255 or 0 for every pixel of the picture, row by row, and where the picked ones lie. */
export interface PickedPixels {
  readonly coverage: Uint8Array;
  readonly bounds: Rect;
}

/**
 * The magic wand: pixels whose red, green, blue and alpha each differ by at most `tolerance` from those of the pixel at
 * `seed`.
 * @param tolerance  0 … 255.
 * @param contiguous  only those joined to the seed through edges of such pixels, found span by span (Smith 1979,
 *   "Tint fill"); otherwise all in the picture.
 * @throws invalid-argument when the seed is outside or the data do not fit the picture's size.
 */
export function pickSimilar(picture: PixelSource, seed: Point, tolerance: number, contiguous: boolean): PickedPixels {
  const { width, height } = picture;
  assertRgba(picture);
  const [x, y] = [Math.floor(seed.x), Math.floor(seed.y)];
  if (!(x >= 0 && y >= 0 && x < width && y < height)) {
    throw invalidArgument('seed', `a pixel of the ${width} × ${height} picture`, [seed.x, seed.y]);
  }
  const matches = colourTest(picture, y * width + x, tolerance);
  return contiguous ? fillFrom(matches, width, height, x, y) : pickAll(matches, width, height);
}

type PixelTest = (index: number) => boolean;

/** One comparison per channel: with unsigned wrap-around, lowest ≤ v ≤ highest is v − lowest ≤ highest − lowest. */
function colourTest({ data }: PixelSource, seed: number, tolerance: number): PixelTest {
  const limits = [0, 1, 2, 3].map((channel) => {
    const value = data[seed * 4 + channel];
    const lowest = Math.max(0, value - tolerance);
    return [lowest, Math.min(255, value + tolerance) - lowest];
  });
  const [[r, dr], [g, dg], [b, db], [a, da]] = limits;
  return (index) => {
    const i = index * 4;
    return (
      (data[i] - r) >>> 0 <= dr &&
      (data[i + 1] - g) >>> 0 <= dg &&
      (data[i + 2] - b) >>> 0 <= db &&
      (data[i + 3] - a) >>> 0 <= da
    );
  };
}

function pickAll(matches: PixelTest, width: number, height: number): PickedPixels {
  const coverage = new Uint8Array(width * height);
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!matches(i)) continue;
      coverage[i] = 255;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return { coverage, bounds: boundsOf(left, top, right, bottom) };
}

function fillFrom(matches: PixelTest, width: number, height: number, seedX: number, seedY: number): PickedPixels {
  const coverage = new Uint8Array(width * height);
  let [left, right, top, bottom] = [seedX, seedX, seedY, seedY];
  const pending = [seedY * width + seedX];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (coverage[index] !== 0) continue;
    const y = Math.floor(index / width);
    const row = y * width;
    let from = index;
    while (from > row && coverage[from - 1] === 0 && matches(from - 1)) from--;
    let to = index + 1;
    while (to < row + width && coverage[to] === 0 && matches(to)) to++;
    coverage.fill(255, from, to);
    if (from - row < left) left = from - row;
    if (to - row - 1 > right) right = to - row - 1;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
    for (const shift of [-width, width]) {
      if (y + Math.sign(shift) < 0 || y + Math.sign(shift) >= height) continue;
      let isOpen = false;
      for (let i = from + shift, end = to + shift; i < end; i++) {
        const joins = coverage[i] === 0 && matches(i);
        if (joins && !isOpen) pending.push(i);
        isOpen = joins;
      }
    }
  }
  return { coverage, bounds: boundsOf(left, top, right, bottom) };
}

/** At least the seed is picked, so the block is never empty. */
function boundsOf(left: number, top: number, right: number, bottom: number): Rect {
  return rectBetween(left, top, right + 1, bottom + 1) ?? { x: left, y: top, width: 1, height: 1 };
}
