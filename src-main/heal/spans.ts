import type { Rect } from '../restore/region.ts';

/** Coverage from which a pixel is healed: 50 %. */
const PAINTED = 128;

/** A painted block: coverage 0…255 of `rect`, row by row. */
export interface Coverage extends Rect {
  readonly coverage: Uint8Array;
}

/**
 * The painted pixels of a picture as runs within rows, in reading order: a long thin scratch takes the memory of its
 * pixels, not of the block around it.
 */
export interface Spans {
  /** The smallest block that holds them. */
  readonly rect: Rect;
  /** Three numbers a run: row, first column, length. */
  readonly runs: Uint32Array;
  /** Number of pixels. */
  readonly count: number;
}

/** The pixels of coverage 50 % and more; undefined when there are none. */
export function spansOf({ x, y, width, height, coverage }: Coverage): Spans | undefined {
  const runs: number[] = [];
  for (let row = 0; row < height; row++) {
    const start = row * width;
    for (let column = 0; column < width; column++) {
      if (coverage[start + column] < PAINTED) continue;
      const first = column;
      while (column < width && coverage[start + column] >= PAINTED) column++;
      runs.push(y + row, x + first, column - first);
    }
  }
  return runs.length === 0 ? undefined : spansFrom(Uint32Array.from(runs));
}

/** Spans from their runs, which must be in reading order. */
export function spansFrom(runs: Uint32Array): Spans {
  let [left, right, count] = [Infinity, 0, 0];
  for (let i = 0; i < runs.length; i += 3) {
    const [x, length] = [runs[i + 1], runs[i + 2]];
    if (x < left) left = x;
    if (x + length > right) right = x + length;
    count += length;
  }
  const top = runs[0];
  return { rect: { x: left, y: top, width: right - left, height: runs[runs.length - 3] - top + 1 }, runs, count };
}

/**
 * Visits the parts of the runs that lie in `rect`.
 * @param visit  row, first column, length, and how many pixels of the spans come before it.
 */
export function forRuns(
  { runs }: Spans,
  rect: Rect,
  visit: (y: number, x: number, length: number, before: number) => void,
): void {
  const right = rect.x + rect.width;
  const bottom = rect.y + rect.height;
  let before = 0;
  for (let i = 0; i < runs.length; i += 3) {
    const [y, x, length] = [runs[i], runs[i + 1], runs[i + 2]];
    if (y >= bottom) return;
    if (y >= rect.y) {
      const from = Math.max(x, rect.x);
      const to = Math.min(x + length, right);
      if (from < to) visit(y, from, to - from, before + from - x);
    }
    before += length;
  }
}

/** Marks the spans in a mask of `rect` with 1. */
export function markSpans(
  spans: Spans,
  rect: Rect,
  mask: Uint8Array = new Uint8Array(rect.width * rect.height),
): Uint8Array {
  forRuns(spans, rect, (y, x, length) => {
    const at = (y - rect.y) * rect.width + x - rect.x;
    mask.fill(1, at, at + length);
  });
  return mask;
}

/** Side of the blocks that changes are told in, pixels. */
const BLOCK = 256;

/** Blocks that hold all the spans between them: one for each touched cell of a grid, no larger than need be. */
export function blocksOf(all: readonly Spans[]): Rect[] {
  const boxes = new Map<number, { left: number; top: number; right: number; bottom: number }>();
  for (const { runs } of all) {
    for (let i = 0; i < runs.length; i += 3) {
      const [y, end] = [runs[i], runs[i + 1] + runs[i + 2]];
      for (let x = runs[i + 1]; x < end;) {
        const stop = Math.min(end, x - (x % BLOCK) + BLOCK);
        const key = Math.floor(y / BLOCK) * 2 ** 16 + Math.floor(x / BLOCK);
        const box = boxes.get(key);
        if (box === undefined) boxes.set(key, { left: x, top: y, right: stop, bottom: y + 1 });
        else {
          box.left = Math.min(box.left, x);
          box.top = Math.min(box.top, y);
          box.right = Math.max(box.right, stop);
          box.bottom = Math.max(box.bottom, y + 1);
        }
        x = stop;
      }
    }
  }
  return [...boxes.values()].map(({ left, top, right, bottom }) => ({
    x: left,
    y: top,
    width: right - left,
    height: bottom - top,
  }));
}
