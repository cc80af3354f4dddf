import { LangevinError, throwIfCancelled } from '../errors.ts';
import type { DamageMaps } from '../contract/find.ts';
import { channelCount, type Picture } from '../tensor/picture.ts';
import { markCrispSpecks } from './crisp-specks.ts';
import type { DamageDetector } from './detector.ts';
import { quickCode } from './findings/logit-codes.ts';
import { DETECTOR_MAPS } from './manifest.ts';
import { finestReduction, looksNegative, readPlanes, reducedSize, type ReducedRect } from './picture-reader.ts';
import { doubtSceneColours } from './scene-colour.ts';
import { doubtByLooks } from './second-look.ts';
import { tileSpans, type TileSpan } from './tiles.ts';

export interface FindDamageOptions {
  /** Largest side of what the network sees at once, pixels; the answer is the same for any (within 10⁻³). */
  readonly tile?: number;
  /** Exchange light and dark first. */
  readonly isNegative?: boolean;
  readonly signal?: AbortSignal;
  /** Milliseconds; for the time that is left. */
  readonly now?: () => number;
}

export type FindDamageEvent =
  | { readonly type: 'progress'; readonly fraction: number; readonly etaMs: number }
  | { readonly type: 'maps'; readonly maps: DamageMaps };

/** Least side of a picture that can be looked at. */
export const LEAST_SIDE = 16;
/** Longer side, in pixels, at which the first answer is given. */
const FIRST_SIDE = 1500;
/** A scale is left out when the picture is smaller than this there. */
const LEAST_REDUCED_SIDE = 96;
/** A hundred megabytes less than with 1,536 pixels, for a tenth more time; smaller tiles see most pixels twice. */
const DEFAULT_TILE = 1280;
/** Scales of at most so many pixels are looked at mirrored as well; larger ones would take twice their time. */
const MIRRORED_PIXELS = 3e6;

const [SURFACE, LINE, SPECK, CRACK, LOSS, TEXT] = DETECTOR_MAPS.keys();

/**
 * Reductions at which a picture is looked at, finest first: the finest at which it has detail, which is its own size
 * unless it was enlarged or scanned beyond its sharpness, half of that, and on until a longer side of at most 1,500
 * pixels. A fold that is 20 pixels wide in a large scan is 1 to 12 pixels wide at one of them, as wide as the network has
 * learnt.
 */
export function reductionsOf(picture: Picture): number[] {
  const finest = finestReduction(picture, LEAST_REDUCED_SIDE);
  const longer = Math.max(picture.width, picture.height);
  const shorter = Math.min(picture.width, picture.height);
  const reductions = [finest];
  for (let next = 2 * finest; shorter / next >= LEAST_REDUCED_SIDE; next *= 2) {
    if (next > 2 * finest && (2 * longer) / next <= FIRST_SIDE) break;
    reductions.push(next);
  }
  return reductions;
}

/**
 * Looks for damage from coarse to fine and joins the scales: lines, cracks, losses and text count at every scale, specks
 * only at the finest, where a speck at half the size is anything small. Scales of up to 3 megapixels are looked at
 * mirrored as well, because the network sees a fold lit from one side better than from the other. Yields the maps of the coarsest scales as
 * a first answer, when there is more than a moment's work left, and progress after every tile; returns the maps at
 * the finest scale with detail. Deterministic.
 *
 * @param picture  as displayed, at least 16 × 16 pixels. Transparent pixels are never damaged.
 * @throws unsupported-format for a smaller picture; cancelled, within a tile.
 */
export async function* findDamage(
  picture: Picture,
  detector: DamageDetector,
  { tile = DEFAULT_TILE, isNegative = false, signal, now = () => 0 }: FindDamageOptions = {},
): AsyncGenerator<FindDamageEvent, DamageMaps> {
  const { width, height } = picture;
  if (Math.min(width, height) < LEAST_SIDE) {
    throw new LangevinError(
      'unsupported-format',
      `A picture of ${width} × ${height} pixels is too small to look for damage in; ${LEAST_SIDE} × ${LEAST_SIDE} are needed.`,
    );
  }
  const reductions = reductionsOf(picture);
  const scales = reductions.map(
    (reduction, i) => new ScalePass(picture, { reduction, isFinest: i === 0, detector, tile, isNegative }),
  );
  const total = scales.reduce((sum, scale) => sum + scale.work, 0);
  const started = now();
  let done = 0;
  let coarser: DamageMaps | undefined;
  for (const [i, scale] of [...scales.entries()].reverse()) {
    const maps = emptyMaps(picture, scale.width, scale.height);
    for (const work of scale.run(maps, coarser)) {
      throwIfCancelled(signal);
      done += await work();
      yield { type: 'progress', fraction: done / total, etaMs: ((now() - started) / done) * (total - done) };
    }
    coarser = maps;
    const next = scales[i - 1];
    if (next !== undefined && Math.max(next.width, next.height) > FIRST_SIDE && isFirst(scale)) {
      yield { type: 'maps', maps };
    }
  }
  throwIfCancelled(signal);
  const maps = coarser!;
  markCrispSpecks(picture, maps, reductions[0], isNegative);
  clearTransparent(picture, maps, reductions[0]);
  // The orange of a colour negative's film lies over everything.
  if (!looksNegative(picture)) doubtSceneColours(picture, maps, reductions[0]);
  doubtByLooks(picture, maps, reductions[0], isNegative);
  return maps;
}

function isFirst(scale: ScalePass): boolean {
  return Math.max(scale.width, scale.height) <= FIRST_SIDE;
}

function emptyMaps(picture: Picture, width: number, height: number): DamageMaps {
  const size = width * height;
  return {
    width,
    height,
    pictureWidth: picture.width,
    pictureHeight: picture.height,
    surface: new Uint8Array(size),
    area: new Uint8Array(size),
    kinds: new Uint8Array(size),
  };
}

interface PassSettings {
  readonly reduction: number;
  readonly isFinest: boolean;
  readonly detector: DamageDetector;
  readonly tile: number;
  readonly isNegative: boolean;
}

/** One scale of the search. */
class ScalePass {
  readonly width: number;
  readonly height: number;
  /** Pixels given to the network. */
  readonly work: number;
  readonly #picture: Picture;
  readonly #settings: PassSettings;
  readonly #rows: readonly TileSpan[];
  readonly #columns: readonly TileSpan[];
  readonly #isMirrored: boolean;

  constructor(picture: Picture, settings: PassSettings) {
    const { reduction, detector, tile } = settings;
    [this.width, this.height] = reducedSize(picture, reduction);
    this.#picture = picture;
    this.#settings = settings;
    this.#isMirrored = this.width * this.height <= MIRRORED_PIXELS;
    const { stride, reach } = detector.manifest;
    const spans = (n: number): TileSpan[] => tileSpans(Math.ceil(n / stride) * stride, tile, reach, stride);
    this.#rows = spans(this.height);
    this.#columns = spans(this.width);
    const lengths = (list: readonly TileSpan[]): number => list.reduce((sum, { length }) => sum + length, 0);
    this.work = lengths(this.#rows) * lengths(this.#columns) * (this.#isMirrored ? 2 : 1);
  }

  /** Fills `maps` tile by tile; each call of what is yielded does one run of the network and returns its work. */
  *run(maps: DamageMaps, coarser: DamageMaps | undefined): Generator<() => Promise<number>> {
    for (const row of this.#rows) {
      for (const column of this.#columns) {
        const rect = { x: column.start, y: row.start, width: column.length, height: row.length };
        const size = rect.width * rect.height;
        let found: Float32Array | undefined;
        yield async () => {
          found = await this.#evaluate(rect, false);
          if (!this.#isMirrored) this.#write(found, rect, row, column, maps, coarser);
          return size;
        };
        if (!this.#isMirrored) continue;
        yield async () => {
          const mirrored = await this.#evaluate(rect, true);
          joinMirrored(found!, mirrored, rect.width);
          this.#write(found!, rect, row, column, maps, coarser);
          return size;
        };
      }
    }
  }

  async #evaluate(rect: ReducedRect, mirrored: boolean): Promise<Float32Array> {
    const { reduction, detector, isNegative } = this.#settings;
    const size = rect.width * rect.height;
    const planes = new Float32Array(3 * size);
    readPlanes(this.#picture, reduction, rect, { isNegative, mirrored }, planes);
    const found = new Float32Array(DETECTOR_MAPS.length * size);
    await detector.evaluate(planes, rect.height, rect.width, found);
    return found;
  }

  #write(
    found: Float32Array,
    rect: ReducedRect,
    row: TileSpan,
    column: TileSpan,
    maps: DamageMaps,
    coarser: DamageMaps | undefined,
  ): void {
    const bottom = Math.min(this.height, row.to);
    const right = Math.min(this.width, column.to);
    for (let y = row.from; y < bottom; y++) {
      const offset = (y - row.start) * rect.width - column.start;
      const place = { y, left: column.from, right, offset, plane: rect.width * rect.height };
      writeRow(found, place, maps, coarser, this.#settings.isFinest);
    }
  }
}

/** The larger of both views, pixel by pixel, into `found`; rows of `mirrored` run from right to left. */
function joinMirrored(found: Float32Array, mirrored: Float32Array, width: number): void {
  for (let start = 0; start < found.length; start += width) {
    for (let x = 0, other = start + width - 1; x < width; x++, other--) {
      if (mirrored[other] > found[start + x]) found[start + x] = mirrored[other];
    }
  }
}

interface RowPlace {
  readonly y: number;
  readonly left: number;
  readonly right: number;
  /** Of the row in a plane of the answer, less its first column. */
  readonly offset: number;
  /** Pixels of a plane of the answer. */
  readonly plane: number;
}

/** One row of a tile's answer into the maps, joined with those of the coarser scales. */
function writeRow(
  found: Float32Array,
  { y, left, right, offset, plane }: RowPlace,
  maps: DamageMaps,
  coarser: DamageMaps | undefined,
  isFinest: boolean,
): void {
  const coarseRow = coarser === undefined ? 0 : (y >> 1) * coarser.width;
  for (let x = left; x < right; x++) {
    const at = offset + x;
    const line = found[LINE * plane + at];
    const speck = found[SPECK * plane + at];
    const crack = found[CRACK * plane + at];
    const loss = found[LOSS * plane + at];
    const text = found[TEXT * plane + at];
    const isSpeck = speck > line && speck > crack;
    let surface = quickCode(isSpeck && !isFinest ? Math.max(line, crack) : found[SURFACE * plane + at]);
    let surfaceKind = isSpeck && isFinest ? 1 : line > crack ? 0 : 2;
    let area = quickCode(Math.max(loss, text));
    let areaKind = loss >= text ? 3 : 4;
    if (coarser !== undefined) {
      const i = coarseRow + (x >> 1);
      if (coarser.surface[i] > surface) {
        surface = coarser.surface[i];
        surfaceKind = coarser.kinds[i] & 15;
      }
      if (coarser.area[i] > area) {
        area = coarser.area[i];
        areaKind = coarser.kinds[i] >> 4;
      }
    }
    const to = y * maps.width + x;
    maps.surface[to] = surface;
    maps.area[to] = area;
    maps.kinds[to] = surfaceKind | (areaKind << 4);
  }
}

/** What nobody sees is not damaged. */
function clearTransparent({ width, height, data, mode, bitDepth }: Picture, maps: DamageMaps, reduction: number): void {
  const channels = channelCount(mode);
  if (channels === 1 || channels === 3) return;
  const half = (bitDepth === 8 ? 255 : 65535) / 2;
  for (let y = 0, i = 0; y < maps.height; y++) {
    const row = Math.min(height - 1, y * reduction) * width;
    for (let x = 0; x < maps.width; x++, i++) {
      if (data[(row + Math.min(width - 1, x * reduction)) * channels + channels - 1] >= half) continue;
      maps.surface[i] = 0;
      maps.area[i] = 0;
    }
  }
}
