import type { PixelSource, Size } from './geometry.ts';

/** One byte per pixel, row by row. */
export interface GreyPicture extends Size {
  readonly data: Uint8Array;
}

/** How near each pixel is to white: its least channel. A coloured line hardly shows, a scratch does. */
export function whiteness({ width, height, data }: PixelSource): GreyPicture {
  const white = new Uint8Array(width * height);
  for (let i = 0, k = 0; i < white.length; i++, k += 4) {
    const r = data[k];
    const g = data[k + 1];
    const b = data[k + 2];
    white[i] = r < g ? (r < b ? r : b) : g < b ? g : b;
  }
  return { width, height, data: white };
}

/** How near each pixel is to black: 255 less its greatest channel. */
export function blackness({ width, height, data }: PixelSource): GreyPicture {
  const black = new Uint8Array(width * height);
  for (let i = 0, k = 0; i < black.length; i++, k += 4) {
    const r = data[k];
    const g = data[k + 1];
    const b = data[k + 2];
    black[i] = 255 - (r > g ? (r > b ? r : b) : g > b ? g : b);
  }
  return { width, height, data: black };
}

/** The picture at half the size: means of two by two pixels, a single last row or column with itself. */
export function halved({ width, height, data }: GreyPicture): GreyPicture {
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const means = new Uint8Array(half.width * half.height);
  for (let y = 0, i = 0; y < half.height; y++) {
    const upper = 2 * y * width;
    const lower = Math.min(2 * y + 1, height - 1) * width;
    for (let x = 0; x < half.width; x++, i++) {
      const left = 2 * x;
      const right = Math.min(left + 1, width - 1);
      means[i] = (data[upper + left] + data[upper + right] + data[lower + left] + data[lower + right] + 2) >> 2;
    }
  }
  return { ...half, data: means };
}

/** What is brighter than its surroundings and narrower than 2·radius + 1 pixels in some direction: v − opening(v). */
export function topHat(picture: GreyPicture, radius: number): GreyPicture {
  const { width, height, data } = picture;
  const eroded = { width, height, data: extremeAround(picture, radius, 'least') };
  const relief = extremeAround(eroded, radius, 'greatest');
  for (let i = 0; i < relief.length; i++) relief[i] = data[i] - relief[i];
  return { width, height, data: relief };
}

/** 1 where the value is at least `level`, 0 elsewhere. */
export function atLeast({ width, height, data }: GreyPicture, level: number): GreyPicture {
  const result = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) result[i] = data[i] >= level ? 1 : 0;
  return { width, height, data: result };
}

/** Mean over the square of side 2·radius + 1, cut off at the edges, in sixteenths. */
export function meanAround({ width, height, data }: GreyPicture, radius: number): Uint16Array {
  const mean = new Uint16Array(width * height);
  // Sums of each column over the rows of the square, moved down row by row.
  const columns = new Uint32Array(width);
  for (let y = -radius; y < height; y++) {
    const entering = (y + radius) * width;
    if (y + radius < height) for (let x = 0; x < width; x++) columns[x] += data[entering + x];
    const leaving = (y - radius - 1) * width;
    if (leaving >= 0) for (let x = 0; x < width; x++) columns[x] -= data[leaving + x];
    if (y < 0) continue;
    const rows = Math.min(height - 1, y + radius) - Math.max(0, y - radius) + 1;
    let sum = 0;
    for (let x = -radius; x < width; x++) {
      if (x + radius < width) sum += columns[x + radius];
      if (x - radius - 1 >= 0) sum -= columns[x - radius - 1];
      if (x < 0) continue;
      const count = rows * (Math.min(width - 1, x + radius) - Math.max(0, x - radius) + 1);
      mean[y * width + x] = (sum * 16) / count;
    }
  }
  return mean;
}

/**
 * Least or greatest value within `radius` pixels across and down; beyond the edges there is nothing. Windows of 2, 4,
 * 8 … pixels are each the extreme of two of half the length, so that a pass takes log₂ steps over plain memory.
 */
export function extremeAround(
  { width, height, data }: GreyPicture,
  radius: number,
  which: 'least' | 'greatest',
): Uint8Array {
  const nothing = which === 'least' ? 255 : 0;
  const slide = which === 'least' ? slideLeast : slideGreatest;
  const wide = width + 2 * radius;
  const across = new Uint8Array(wide * height).fill(nothing);
  for (let y = 0; y < height; y++) across.set(data.subarray(y * width, (y + 1) * width), y * wide + radius);
  slide(across, 2 * radius + 1, 1);
  const down = new Uint8Array(width * (height + 2 * radius)).fill(nothing);
  for (let y = 0; y < height; y++) {
    down.set(across.subarray(y * wide, y * wide + width), (y + radius) * width);
  }
  slide(down, 2 * radius + 1, width);
  return down.slice(0, width * height);
}

/** Makes each value the least of itself and the `length` − 1 that follow at distance `stride`. */
function slideLeast(values: Uint8Array, length: number, stride: number): void {
  for (let span = 1; span < length;) {
    const step = Math.min(span, length - span);
    const shift = step * stride;
    for (let i = 0, end = values.length - shift; i < end; i++) {
      const value = values[i];
      const other = values[i + shift];
      values[i] = other < value ? other : value;
    }
    span += step;
  }
}

/** Makes each value the greatest of itself and the `length` − 1 that follow at distance `stride`. */
function slideGreatest(values: Uint8Array, length: number, stride: number): void {
  for (let span = 1; span < length;) {
    const step = Math.min(span, length - span);
    const shift = step * stride;
    for (let i = 0, end = values.length - shift; i < end; i++) {
      const value = values[i];
      const other = values[i + shift];
      values[i] = other > value ? other : value;
    }
    span += step;
  }
}
