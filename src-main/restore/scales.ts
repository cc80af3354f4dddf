import { holeDepth } from './hole-depth.ts';
import { planWindows, type Rect, type Window, type WindowOptions } from './region.ts';

/** The windows to restore at one reduction of the picture, in the reduced picture's pixels. */
export interface Scale {
  /** 1, 2, 4 …: the picture is read at 1/factor of its size. */
  readonly factor: number;
  readonly windows: readonly Window[];
}

/**
 * Plans the restoration coarse to fine: every hole at the picture's own size, and those thicker than `maxThickness`
 * also at a half, a quarter …, until the network sees known pixels on both sides of them.
 * @param mask  height × width, non-zero = unknown.
 * @returns coarsest scale first, the last has factor 1.
 */
export function planScales(
  mask: Uint8Array,
  width: number,
  height: number,
  maxThickness: number,
  options: WindowOptions,
): Scale[] {
  const scales: Scale[] = [];
  let level = { unknown: mask, wanted: mask, width, height, factor: 1 };
  for (;;) {
    const { unknown, wanted, factor } = level;
    const windows = planWindows(wanted, level.width, level.height, options);
    scales.unshift({ factor, windows });
    const thick = windows.filter(({ frame }) => {
      const part = cut(unknown, level.width, frame);
      return part.includes(0) && 2 * holeDepth(part, frame.width, frame.height) > maxThickness;
    });
    if (thick.length === 0 || Math.max(level.width, level.height) <= options.context) return scales;
    const cores = new Uint8Array(wanted.length);
    for (const { core } of thick) paste(cores, wanted, level.width, core);
    const reduced = { width: Math.ceil(level.width / 2), height: Math.ceil(level.height / 2) };
    level = {
      ...reduced,
      factor: factor * 2,
      unknown: halve(unknown, level.width, level.height),
      wanted: halve(cores, level.width, level.height),
    };
  }
}

/** The rectangle of a scale in the pixels of the picture, which may end inside the last block. */
export function toPicture(rect: Rect, factor: number, width: number, height: number): Rect {
  const x = rect.x * factor;
  const y = rect.y * factor;
  return {
    x,
    y,
    width: Math.min(rect.width * factor, width - x),
    height: Math.min(rect.height * factor, height - y),
  };
}

/** The part of a picture-sized mask under `rect`. */
export function cut(mask: Uint8Array, width: number, rect: Rect): Uint8Array {
  const out = new Uint8Array(rect.width * rect.height);
  for (let y = 0; y < rect.height; y++) {
    const start = (rect.y + y) * width + rect.x;
    out.set(mask.subarray(start, start + rect.width), y * rect.width);
  }
  return out;
}

function paste(target: Uint8Array, source: Uint8Array, width: number, rect: Rect): void {
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const start = y * width + rect.x;
    target.set(source.subarray(start, start + rect.width), start);
  }
}

/** Halves a mask: a block is unknown where every pixel of it is. */
function halve(mask: Uint8Array, width: number, height: number): Uint8Array {
  const w2 = Math.ceil(width / 2);
  const out = new Uint8Array(w2 * Math.ceil(height / 2)).fill(1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (mask[y * width + x] === 0) out[(y >> 1) * w2 + (x >> 1)] = 0;
  }
  return out;
}
