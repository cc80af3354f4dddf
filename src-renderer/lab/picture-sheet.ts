import type { Pixels } from '../../src-main/contract/app/values.ts';
import { LangevinError } from '../../src-main/errors.ts';
import { pixelCanvas } from '../live/frame-pixels.ts';

/** Pixels between the pictures of a sheet. */
const GAP = 2;

/** Columns of a sheet of so many pictures: as square as they allow. */
export function sheetColumns(count: number): number {
  return Math.ceil(Math.sqrt(count));
}

/**
 * Pictures side by side, row by row.
 * @param columns  absent: as square as the number allows.
 */
export function contactSheet(pictures: readonly Pixels[], columns = sheetColumns(pictures.length)): HTMLCanvasElement {
  const width = Math.max(...pictures.map((picture) => picture.width));
  const height = Math.max(...pictures.map((picture) => picture.height));
  const rows = Math.ceil(pictures.length / columns);
  const sheet = document.createElement('canvas');
  sheet.width = columns * (width + GAP) - GAP;
  sheet.height = rows * (height + GAP) - GAP;
  const context = sheet.getContext('2d');
  pictures.forEach((picture, i) => {
    const source = pixelCanvas(picture);
    const [x, y] = [(i % columns) * (width + GAP), Math.floor(i / columns) * (height + GAP)];
    if (source !== undefined) context?.drawImage(source, x, y);
  });
  return sheet;
}

/** The middle square of a picture, drawn at `side` pixels. */
export function middleSquare(picture: Pixels, side: number): HTMLCanvasElement {
  const square = document.createElement('canvas');
  square.width = square.height = side;
  const context = square.getContext('2d');
  const source = pixelCanvas(picture);
  const shorter = Math.min(picture.width, picture.height);
  const [x, y] = [(picture.width - shorter) / 2, (picture.height - shorter) / 2];
  if (context !== null && source !== undefined) {
    context.imageSmoothingQuality = 'high';
    context.drawImage(source, x, y, shorter, shorter, 0, 0, side, side);
  }
  return square;
}

/** @throws internal where the browser makes no file of it */
export function pngOf(canvas: HTMLCanvasElement): Promise<Uint8Array> {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => {
      if (blob === null) reject(new LangevinError('internal', 'The sheet is too large for this window to write it.'));
      else void blob.arrayBuffer().then((buffer) => resolve(new Uint8Array(buffer)), reject);
    }),
  );
}
