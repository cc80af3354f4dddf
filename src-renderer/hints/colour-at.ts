import type { PixelSource, Point } from '../canvas/geometry.ts';

/** The mean colour of the 3 × 3 pixels round a place, as #8b5a2b; grain hides that of a single one. Undefined outside. */
export function colourAt(pixels: PixelSource | undefined, { x, y }: Point): string | undefined {
  if (pixels === undefined || x < 0 || y < 0 || x >= pixels.width || y >= pixels.height) return undefined;
  const sums = [0, 0, 0];
  let count = 0;
  for (let row = Math.max(0, y - 1); row <= Math.min(pixels.height - 1, y + 1); row++) {
    for (let column = Math.max(0, x - 1); column <= Math.min(pixels.width - 1, x + 1); column++, count++) {
      for (let c = 0; c < 3; c++) sums[c] += pixels.data[4 * (row * pixels.width + column) + c];
    }
  }
  return `#${sums
    .map((sum) =>
      Math.round(sum / count)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
