import { invalidArgument } from '../../errors.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle of whole pixels: columns x … x + width − 1, rows y … y + height − 1. */
export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

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

/** The smallest rectangle that holds both; an absent one counts as empty. */
export function union(a: Rect | undefined, b: Rect): Rect {
  if (a === undefined) return b;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  const right = Math.max(a.x + a.width, b.x + b.width);
  const bottom = Math.max(a.y + a.height, b.y + b.height);
  return { x, y, width: right - x, height: bottom - y };
}
