/** A rectangle of pixels: x, y of the top left corner, width, height. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A part of the picture that is restored on its own. */
export interface Window {
  /** What the network sees: the painted pixels of `core` with context around them. */
  readonly frame: Rect;
  /** Only painted pixels in here are written; cores of different windows do not overlap. */
  readonly core: Rect;
}

export interface WindowOptions {
  /** Pixels of context on each side of the painted area. */
  readonly context: number;
  /** Frames grow to multiples of this where the picture allows. */
  readonly stride: number;
  /** Upper bound of a frame's area in pixels; larger areas are cut and restored one after the other. */
  readonly maxArea: number;
  /** Cut areas also where smaller windows along the paint need fewer pixels in all, such as along a scratch. */
  readonly follow?: boolean | undefined;
}

// The painted area is found on a grid of cells: exact enough to group it, and 24 megapixels take milliseconds.
const CELL = 16;
// Cells this near belong together: frames around them would overlap for the most part anyway.
const NEAR = 3;

/**
 * Splits the painted area into windows so that cost follows it and not the picture: separate spots get separate
 * windows, near ones share one, and areas beyond `maxArea` are cut into cores that are restored in order, each
 * seeing the restored pixels of those before it as known.
 * @param mask  height × width, non-zero = painted.
 * @returns windows in reading order; empty when nothing is painted.
 */
export function planWindows(mask: Uint8Array, width: number, height: number, options: WindowOptions): Window[] {
  const cells = paintedCells(mask, width, height);
  const groups = mergeOverlapping(
    connectedBoxes(cells.painted, cells.columns, cells.rows).map((box) => tightBox(mask, width, height, box)),
    (box) => frameOf(box, width, height, options),
  );
  const cores = groups.flatMap((group) => split(mask, width, height, group, options).cores);
  cores.sort((a, b) => a.y - b.y || a.x - b.x);
  return cores.map((core) => ({ core, frame: frameOf(core, width, height, options) }));
}

/** `core` with context on each side, grown to multiples of the stride and moved into the picture. */
function frameOf(core: Rect, width: number, height: number, { context, stride }: WindowOptions): Rect {
  const [x, w] = frameInterval(core.x, core.width, width, context, stride);
  const [y, h] = frameInterval(core.y, core.height, height, context, stride);
  return { x, y, width: w, height: h };
}

function frameInterval(
  start: number,
  length: number,
  limit: number,
  context: number,
  stride: number,
): [number, number] {
  const wanted = Math.ceil((length + 2 * context) / stride) * stride;
  if (wanted >= limit) return [0, limit];
  const centred = start - Math.floor((wanted - length) / 2);
  return [Math.min(Math.max(centred, 0), limit - wanted), wanted];
}

function paintedCells(mask: Uint8Array, width: number, height: number) {
  const columns = Math.ceil(width / CELL);
  const rows = Math.ceil(height / CELL);
  const painted = new Uint8Array(columns * rows);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / CELL) * columns;
    const start = y * width;
    for (let x = 0; x < width; x++) if (mask[start + x] !== 0) painted[row + Math.floor(x / CELL)] = 1;
  }
  return { painted, columns, rows };
}

/** Bounding boxes, in pixels, of the groups of cells at most `NEAR` apart. */
function connectedBoxes(painted: Uint8Array, columns: number, rows: number): Rect[] {
  const seen = new Uint8Array(painted.length);
  const boxes: Rect[] = [];
  const stack: number[] = [];
  for (let start = 0; start < painted.length; start++) {
    if (painted[start] === 0 || seen[start] !== 0) continue;
    let [left, top, right, bottom] = [columns, rows, -1, -1];
    seen[start] = 1;
    stack.push(start);
    while (stack.length > 0) {
      const cell = stack.pop() as number;
      const cx = cell % columns;
      const cy = (cell - cx) / columns;
      left = Math.min(left, cx);
      right = Math.max(right, cx);
      top = Math.min(top, cy);
      bottom = Math.max(bottom, cy);
      for (let ny = Math.max(cy - NEAR, 0); ny <= Math.min(cy + NEAR, rows - 1); ny++) {
        for (let nx = Math.max(cx - NEAR, 0); nx <= Math.min(cx + NEAR, columns - 1); nx++) {
          const next = ny * columns + nx;
          if (painted[next] !== 0 && seen[next] === 0) {
            seen[next] = 1;
            stack.push(next);
          }
        }
      }
    }
    boxes.push({
      x: left * CELL,
      y: top * CELL,
      width: (right - left + 1) * CELL,
      height: (bottom - top + 1) * CELL,
    });
  }
  return boxes;
}

/** The smallest box around the painted pixels inside `box`. */
function tightBox(mask: Uint8Array, width: number, height: number, box: Rect): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  const endX = Math.min(box.x + box.width, width);
  const endY = Math.min(box.y + box.height, height);
  for (let y = box.y; y < endY; y++) {
    for (let x = box.x; x < endX; x++) {
      if (mask[y * width + x] === 0) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * Joins boxes while one frame for two costs no more than two frames, or their cores overlap. Quadratic in the number
 * of boxes per pass, which the cell grid keeps small.
 */
function mergeOverlapping(boxes: Rect[], frame: (box: Rect) => Rect): Rect[] {
  const merged = [...boxes];
  for (let changed = true; changed;) {
    changed = false;
    for (let i = 0; i < merged.length; i++) {
      for (let j = merged.length - 1; j > i; j--) {
        const joined = union(merged[i], merged[j]);
        if (area(frame(joined)) <= area(frame(merged[i])) + area(frame(merged[j])) || overlap(merged[i], merged[j])) {
          merged[i] = joined;
          merged.splice(j, 1);
          changed = true;
        }
      }
    }
  }
  return merged;
}

/** Cores narrower than this are not cut to follow the paint: their frames are context for the most part. */
const LEAST_CUT = 48;
/** A cut must spare so much: each window has its own cost. */
const WORTHWHILE = 0.9;

/**
 * Halves `core` across its longer side, halves without paint vanish: until its frame is small enough and, to `follow`
 * the paint, as long as that spares pixels.
 */
function split(mask: Uint8Array, width: number, height: number, core: Rect, options: WindowOptions): Split {
  const whole: Split = { cores: [core], pixels: area(frameOf(core, width, height, options)) };
  const longer = Math.max(core.width, core.height);
  const isTooLarge = whole.pixels > options.maxArea;
  if (longer <= (isTooLarge ? CELL : LEAST_CUT) || !(isTooLarge || options.follow === true)) return whole;
  const halves: [Rect, Rect] =
    core.width >= core.height
      ? [
          { ...core, width: core.width >> 1 },
          { ...core, x: core.x + (core.width >> 1), width: core.width - (core.width >> 1) },
        ]
      : [
          { ...core, height: core.height >> 1 },
          { ...core, y: core.y + (core.height >> 1), height: core.height - (core.height >> 1) },
        ];
  const parts = halves
    .map((half) => tightBox(mask, width, height, half))
    .filter((tight) => tight.height > 0)
    .map((tight) => split(mask, width, height, tight, options));
  const pixels = parts.reduce((sum, part) => sum + part.pixels, 0);
  if (!isTooLarge && pixels > WORTHWHILE * whole.pixels) return whole;
  return { cores: parts.flatMap(({ cores }) => cores), pixels };
}

/** Cores, and the pixels of their frames. */
interface Split {
  readonly cores: readonly Rect[];
  readonly pixels: number;
}

function area(r: Rect): number {
  return r.width * r.height;
}

function union(a: Rect, b: Rect): Rect {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
