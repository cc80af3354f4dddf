/** One tile along one axis: what is read, and the part of it whose answers are kept. */
export interface TileSpan {
  readonly start: number;
  readonly length: number;
  /** start ≤ from < to ≤ start + length; the spans of an axis keep every pixel once. */
  readonly from: number;
  readonly to: number;
}

/**
 * Cuts an axis of `n` pixels, a multiple of `stride`, into spans of at most `side` pixels that start on multiples of the
 * stride and see `halo` pixels beyond what they keep, where the picture has them.
 */
export function tileSpans(n: number, side: number, halo: number, stride: number): TileSpan[] {
  if (n <= side) return [{ start: 0, length: n, from: 0, to: n }];
  const margin = Math.ceil(halo / stride) * stride;
  // The first and the last span have a halo on one side only.
  const most = Math.max(stride, Math.floor((side - 2 * margin) / stride) * stride);
  const count = Math.max(2, Math.ceil((n - 2 * margin) / most));
  const core = Math.ceil((n - 2 * margin) / count / stride) * stride;
  const spans: TileSpan[] = [];
  for (let i = 0; i < count; i++) {
    const from = i === 0 ? 0 : margin + i * core;
    const to = i === count - 1 ? n : Math.min(n, margin + (i + 1) * core);
    if (from >= to) break;
    const start = Math.max(0, from - margin);
    spans.push({ start, length: Math.min(n, to + margin) - start, from, to });
  }
  return spans;
}
