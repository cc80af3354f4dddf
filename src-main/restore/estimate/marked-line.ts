import { LangevinError } from '../../errors.ts';
import type { Rect } from '../region.ts';

/** Ends of a line, pixels. */
export interface Line {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** A line is at least so many times longer than it is wide. */
const LEAST_RATIO = 1.2;
/** From this coverage on a pixel is marked. */
const MARKED = 128;

/**
 * The line that a stroke was drawn along: the longer axis of what is marked, without the round ends of the brush.
 * @param mark  a block of a picture with the coverage of each pixel, 0…255.
 * @throws invalid-argument where what is marked is no line.
 */
export function markedLine({ x, y, width, height, coverage }: Rect & { readonly coverage: Uint8Array }): Line {
  let [count, sumX, sumY] = [0, 0, 0];
  const each = (visit: (column: number, row: number) => void): void => {
    for (let i = 0; i < width * height; i++) if (coverage[i] >= MARKED) visit(i % width, Math.floor(i / width));
  };
  each((column, row) => {
    count++;
    sumX += column;
    sumY += row;
  });
  const [meanX, meanY] = [sumX / count, sumY / count];
  let [xx, xy, yy] = [0, 0, 0];
  each((column, row) => {
    xx += (column - meanX) ** 2;
    xy += (column - meanX) * (row - meanY);
    yy += (row - meanY) ** 2;
  });
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  const [across, down] = [Math.cos(angle), Math.sin(angle)];
  const along = { low: Infinity, high: -Infinity };
  const aside = { low: Infinity, high: -Infinity };
  const widen = (range: { low: number; high: number }, value: number): void => {
    range.low = Math.min(range.low, value);
    range.high = Math.max(range.high, value);
  };
  each((column, row) => {
    widen(along, (column - meanX) * across + (row - meanY) * down);
    widen(aside, (row - meanY) * across - (column - meanX) * down);
  });
  const breadth = aside.high - aside.low;
  const length = along.high - along.low;
  if (count === 0 || !(length > LEAST_RATIO * (breadth + 1))) {
    throw new LangevinError(
      'invalid-argument',
      'What is marked is no line; draw one along a streak, from end to end, with a brush that is thinner than the streak is long.',
    );
  }
  const [from, to] = [along.low + breadth / 2, along.high - breadth / 2];
  const [centreX, centreY] = [x + meanX + 0.5, y + meanY + 0.5];
  return {
    x0: centreX + from * across,
    y0: centreY + from * down,
    x1: centreX + to * across,
    y1: centreY + to * down,
  };
}
