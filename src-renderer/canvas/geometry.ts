import { invalidArgument } from '../../src-main/errors.ts';

/** A position; in picture coordinates pixel (i, j) covers [i, i + 1) × [j, j + 1), so its centre is (i + ½, j + ½). */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A half-open block of whole pixels: columns x … x + width − 1, rows y … y + height − 1. */
export interface Rect extends Point, Size {}

/** RGBA pixels, 8 bits a channel, not premultiplied; an `ImageData` is one. */
export interface PixelSource extends Size {
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** @throws invalid-argument when the data do not fit the picture's size. */
export function assertRgba({ width, height, data }: PixelSource): void {
  if (data.length !== width * height * 4) {
    throw invalidArgument(
      'picture',
      `${width * height * 4} bytes of RGBA for ${width} × ${height} pixels`,
      data.length,
    );
  }
}

/** The block with corners (left, top) and (right, bottom), the latter excluded; undefined when it holds no pixel. */
export function rectBetween(left: number, top: number, right: number, bottom: number): Rect | undefined {
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : undefined;
}

/** The common pixels of two blocks. */
export function intersection(a: Rect, b: Rect): Rect | undefined {
  return rectBetween(
    Math.max(a.x, b.x),
    Math.max(a.y, b.y),
    Math.min(a.x + a.width, b.x + b.width),
    Math.min(a.y + a.height, b.y + b.height),
  );
}

/** The smallest block that holds both; an absent block counts as empty. */
export function union(a: Rect | undefined, b: Rect | undefined): Rect | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  const right = Math.max(a.x + a.width, b.x + b.width);
  const bottom = Math.max(a.y + a.height, b.y + b.height);
  return { x, y, width: right - x, height: bottom - y };
}

/** `rect` with `margin` more pixels on every side, cut to `size`. */
export function expandWithin(rect: Rect, margin: number, size: Size): Rect | undefined {
  return rectBetween(
    Math.max(0, rect.x - margin),
    Math.max(0, rect.y - margin),
    Math.min(size.width, rect.x + rect.width + margin),
    Math.min(size.height, rect.y + rect.height + margin),
  );
}

/** The block of all pixels of a picture. */
export function wholeRect(size: Size): Rect {
  return { x: 0, y: 0, width: size.width, height: size.height };
}
