import { LangevinError, throwIfCancelled } from '../errors.ts';
import { distanceToKnown } from '../fill/distance.ts';
import { fillWindow, type FillKind, type WindowFill } from '../fill/fill-window.ts';
import { withGrain } from '../fill/grain.ts';
import type { Picture } from '../tensor/picture.ts';
import { RandomGenerator } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { readTensor, writePainted } from './picture-tensor.ts';
import { planWindows, type Rect, type Window } from './region.ts';
import { cut } from './scales.ts';

export interface FillRequest {
  readonly picture: Picture;
  /** height × width as stored, non-zero = damaged: neither shown to the fill nor copied from. */
  readonly mask: Uint8Array;
  /**
   * Fill only the damaged pixels in here; absent: all. One stroke of many is filled by the mask of all damage that is
   * still open and the stroke's bounding box.
   */
  readonly region?: Rect | undefined;
  /** Absent: `auto`. */
  readonly kind?: FillKind | undefined;
  /** Copy patches only from here; absent: from wherever the picture is known. */
  readonly source?: Rect | undefined;
  /** Sample every pixel this far away, in pixels, colours fitted at the rim, in place of a search. */
  readonly offset?: { readonly x: number; readonly y: number } | undefined;
  readonly seed: number;
}

/** A filled part of the picture. */
export interface FilledWindow extends Window {
  /** [1, channels, frame.height, frame.width], [−1, 1], known pixels as read; 1 channel for grey pictures. */
  readonly x: Tensor;
  /** frame.height × frame.width, expected error of each filled pixel, standard deviation on [−1, 1]; 0 at known ones. */
  readonly tau: Float32Array;
}

/** Why a fill is not what was asked for: hosts show it. */
export interface FillNotice {
  readonly code: 'no-source' | 'nothing-known';
  readonly message: string;
}

export interface Fill {
  /** In reading order; their cores do not overlap and hold every pixel that was to be filled. */
  readonly windows: readonly FilledWindow[];
  readonly notices: readonly FillNotice[];
}

/** Known surroundings of a hole, pixels, at least; wide holes see more of the picture to copy from … */
const CONTEXT = 48;
/** … so many times their width. */
const CONTEXT_WIDTHS = 2.5;
/** A speck, a core of at most so many pixels a side, finds as good patches nearer by (± 0.1 dB), in half the time. */
const SPECK = 16;
const SPECK_CONTEXT = 32;
/** Largest core that is filled at once: a longer scratch is a chain of them. */
const CORE_AREA = 384 * 384;
/** Messages are let in after so many pixels of windows: a turn takes a millisecond, a hundred thousand pixels a fifth of a second. */
const PIXELS_A_TURN = 1e5;
/** Most pixels of a window. */
const MAX_AREA = 1536 * 1536;

/**
 * Fills the damaged pixels of a picture from what is known around them, without a network: the preset Instant, the first
 * picture of a healing stroke, and the evidence that the network's runs start from. Only windows around the damage are
 * read, so the cost follows its area. The same request gives the same values.
 *
 * One stroke on a large picture: keep one picture-sized `mask` of what is not healed yet, add the stroke to it, and ask
 * with `region` = the stroke's bounding box; `paintFill` then writes the pixels.
 *
 * @throws mask-size; invalid-argument for a region or source outside the picture; nothing-to-do when no damaged pixel
 *   is in the region; cancelled, between rounds of the search.
 */
export async function fillPicture(
  request: FillRequest,
  options: { readonly signal?: AbortSignal | undefined; readonly onWindow?: (done: number, of: number) => void } = {},
): Promise<Fill> {
  const { picture, mask, seed } = request;
  const { width, height } = picture;
  checkFill(request);
  const planned = planCores(mask, width, height, request.region);
  if (planned.length === 0) {
    throw new LangevinError('nothing-to-do', 'No damaged pixel is where the picture is to be filled.');
  }
  const windows: FilledWindow[] = [];
  const fallbacks = new Set<FillNotice['code']>();
  let pixels = Infinity;
  for (const core of planned) {
    if (pixels > PIXELS_A_TURN) {
      await turn();
      pixels = 0;
    }
    throwIfCancelled(options.signal);
    const window = fillCore(request, core, windows, new RandomGenerator(seed, core.x, core.y), options.signal);
    if (window.fallback !== undefined) fallbacks.add(window.fallback);
    windows.push(window);
    pixels += window.frame.width * window.frame.height;
    options.onWindow?.(windows.length, planned.length);
  }
  return { windows, notices: [...fallbacks].map((code) => ({ code, message: NOTICES[code] })) };
}

/**
 * Writes a fill into a copy of the samples of the picture that it was made of, rounded to its bit depth. Pixels that were
 * not to be filled, and alpha, stay as they are to the bit.
 * @param inPlace  into its own samples rather than a copy.
 */
export function paintFill({ picture, mask }: FillRequest, fill: Fill, inPlace = false): Picture {
  const data = inPlace ? picture.data : picture.data.slice();
  for (const { x, frame, core } of fill.windows) writePainted(picture, data, mask, frame, core, x);
  return { ...picture, data };
}

const NOTICES: Readonly<Record<FillNotice['code'], string>> = {
  'no-source':
    'Too little undamaged picture is near to copy from, so the fill is a smooth one. Paint less, or choose a source region.',
  'nothing-known':
    'Everything around is painted, so there is nothing to fill from: the fill is plain grey. Paint less.',
};

/** Lets messages in, such as the one that cancels. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function checkFill({ picture: { width, height }, mask, region, source }: FillRequest): void {
  if (mask.length !== width * height) {
    throw new LangevinError(
      'mask-size',
      `The mask has ${mask.length} pixels but the picture ${width} × ${height} = ${width * height}.`,
    );
  }
  for (const [name, rect] of Object.entries({ region, source })) {
    if (rect === undefined) continue;
    const whole = [rect.x, rect.y, rect.width, rect.height].every(Number.isInteger);
    const inside =
      rect.x >= 0 &&
      rect.y >= 0 &&
      rect.width > 0 &&
      rect.height > 0 &&
      rect.x + rect.width <= width &&
      rect.y + rect.height <= height;
    if (!whole || !inside) {
      throw new LangevinError(
        'invalid-argument',
        `The ${name} of a fill must be a rectangle of whole pixels inside the picture of ${width} × ${height}, not ` +
          `x ${rect.x}, y ${rect.y}, ${rect.width} × ${rect.height}.`,
      );
    }
  }
}

/** Rectangles that hold the damaged pixels of the region and do not overlap. */
function planCores(mask: Uint8Array, width: number, height: number, region: Rect | undefined): Rect[] {
  const options = { context: CONTEXT, stride: 1, maxArea: CORE_AREA };
  if (region === undefined) return planWindows(mask, width, height, options).map(({ core }) => core);
  const windows = planWindows(cut(mask, width, region), region.width, region.height, options);
  return windows.map(({ core }) => shifted(core, region));
}

/** Fills one core, with the finished windows before it as known ground. */
function fillCore(
  { picture, mask, kind = 'auto', source, offset }: FillRequest,
  core: Rect,
  finished: readonly FilledWindow[],
  random: RandomGenerator,
  signal: AbortSignal | undefined,
): FilledWindow & Pick<WindowFill, 'fallback'> {
  const { width, height } = picture;
  const nearRect = grown(core, CONTEXT, width, height);
  const depth = distanceToKnown(cut(mask, width, nearRect), nearRect.width, nearRect.height).reduce(
    (most, d) => Math.max(most, d),
    0,
  );
  const least = Math.max(core.width, core.height) <= SPECK ? SPECK_CONTEXT : CONTEXT;
  const context = Math.max(least, Math.min(2 * depth * CONTEXT_WIDTHS, contextLimit(core)));
  let frame = grown(core, Math.ceil(context), width, height);
  if (source !== undefined) frame = union(frame, source);
  if (offset !== undefined) frame = union(frame, within(shifted(frame, offset), width, height));
  const channels = picture.mode === 'gray' || picture.mode === 'gray-alpha' ? 1 : 3;
  const { x, unknown } = readTensor(picture, mask, frame, 1, channels);
  for (const other of finished) layOver(x, unknown, frame, other);
  const fill = fillWindow({
    ...{ x, unknown, kind, offset, random },
    source: source === undefined ? undefined : rectMask(frame, source),
    onRound: () => throwIfCancelled(signal),
  });
  const { tau, fallback } = fill;
  // A source that was chosen is all there is to copy from.
  const isFree = kind !== 'smooth' && offset === undefined && source === undefined && fallback === undefined;
  return { frame, core, x: isFree ? withGrain(fill.x, unknown, random) : fill.x, tau, fallback };
}

/** Context that keeps a window within MAX_AREA. */
function contextLimit({ width, height }: Rect): number {
  const half = (width + height) / 4;
  return Math.max(CONTEXT, Math.sqrt(half * half + (MAX_AREA - width * height) / 4) - half);
}

function grown(rect: Rect, by: number, width: number, height: number): Rect {
  return within(
    { x: rect.x - by, y: rect.y - by, width: rect.width + 2 * by, height: rect.height + 2 * by },
    width,
    height,
  );
}

function shifted(rect: Rect, { x, y }: { readonly x: number; readonly y: number }): Rect {
  return { ...rect, x: rect.x + x, y: rect.y + y };
}

/** The part of a rectangle inside the picture; empty where there is none. */
function within(rect: Rect, width: number, height: number): Rect {
  const x = Math.min(width, Math.max(0, rect.x));
  const y = Math.min(height, Math.max(0, rect.y));
  return {
    x,
    y,
    width: Math.max(0, Math.min(width, rect.x + rect.width) - x),
    height: Math.max(0, Math.min(height, rect.y + rect.height) - y),
  };
}

function union(a: Rect, b: Rect): Rect {
  if (b.width === 0 || b.height === 0) return a;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

function rectMask(frame: Rect, rect: Rect): Uint8Array {
  const out = new Uint8Array(frame.width * frame.height);
  for (let y = rect.y - frame.y; y < rect.y - frame.y + rect.height; y++) {
    out.fill(1, y * frame.width + rect.x - frame.x, y * frame.width + rect.x - frame.x + rect.width);
  }
  return out;
}

/** The filled pixels of a finished window are known in another. */
function layOver(x: Tensor, unknown: Uint8Array, frame: Rect, other: FilledWindow): void {
  const [, channels, height, width] = x.shape;
  const { core } = other;
  const right = Math.min(frame.x + frame.width, core.x + core.width);
  const bottom = Math.min(frame.y + frame.height, core.y + core.height);
  const plane = other.frame.width * other.frame.height;
  for (let py = Math.max(frame.y, core.y); py < bottom; py++) {
    for (let px = Math.max(frame.x, core.x); px < right; px++) {
      const at = (py - frame.y) * width + px - frame.x;
      if (unknown[at] === 0) continue;
      unknown[at] = 0;
      const from = (py - other.frame.y) * other.frame.width + px - other.frame.x;
      for (let c = 0; c < channels; c++) x.data[c * height * width + at] = other.x.data[c * plane + from];
    }
  }
}
