import { invalidArgument, LangevinError } from '../../src-main/errors.ts';
import { rectBetween, union, wholeRect, type Rect, type Size } from './geometry.ts';
import { decodeTile, encodeTile } from './tile-codec.ts';
import { measureTile, sameTile, simplifyTile, type Tile, type TileStatistics } from './tile.ts';

/** Side of a tile in pixels; the last column and row of tiles may be smaller. */
export const TILE_SIDE = 256;

/** How new coverage c joins the old m: max(m, c), min(m, 255 − c), or c alone. */
export type Combination = 'add' | 'subtract' | 'replace';

/** Tiles of a layer in coded form; what `MaskLayer.apply` puts in place of the present ones. */
export interface TilePatch {
  readonly tiles: readonly { readonly index: number; readonly code: Uint8Array }[];
  /** Memory it takes. */
  readonly bytes: number;
}

/**
 * What is to be restored: coverage 0 (keep) to 255 (restore) of every pixel of a picture. Held in tiles that take
 * memory only where coverage varies, so that an empty, a full or an inverted mask of 100 megapixels costs next to
 * nothing and an edit costs what it touches.
 */
export class MaskLayer implements Size {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  readonly #tiles: Tile[];
  readonly #statistics: (TileStatistics | undefined)[];
  /** Tiles as they were before the edit in progress. */
  #originals: Map<number, Tile> | undefined;
  /** Edges of the block that changed, empty where left ≥ right; plain numbers because every painted row updates them. */
  readonly #dirty = { left: Infinity, top: Infinity, right: 0, bottom: 0 };

  /** @throws invalid-argument unless both sides are whole numbers from 1 to 65535. */
  constructor(width: number, height: number) {
    for (const [name, side] of Object.entries({ width, height })) {
      if (!Number.isInteger(side) || side < 1 || side > 65535) throw invalidArgument(name, '1 to 65535 pixels', side);
    }
    this.width = width;
    this.height = height;
    this.columns = Math.ceil(width / TILE_SIDE);
    this.rows = Math.ceil(height / TILE_SIDE);
    this.#tiles = new Array<Tile>(this.columns * this.rows).fill(0);
    this.#statistics = new Array<TileStatistics | undefined>(this.#tiles.length);
  }

  /**
   * A layer with the given coverage, row by row.
   * @throws mask-size when there are not width × height values.
   */
  static fromCoverage(width: number, height: number, coverage: Uint8Array): MaskLayer {
    const layer = new MaskLayer(width, height);
    if (coverage.length !== width * height) {
      throw new LangevinError(
        'mask-size',
        `A mask of ${width} × ${height} pixels needs ${width * height} values but ${coverage.length} were given.`,
      );
    }
    layer.blendRect(wholeRect(layer), coverage, 0, width, 'replace');
    for (let i = 0; i < layer.#tiles.length; i++) layer.#tiles[i] = simplifyTile(layer.#tiles[i]);
    return layer;
  }

  /** @throws mask-size, naming both sizes, when the picture's differs. */
  assertSize(picture: Size): void {
    if (picture.width === this.width && picture.height === this.height) return;
    throw new LangevinError(
      'mask-size',
      `The mask has ${this.width} × ${this.height} pixels but the picture ${picture.width} × ${picture.height}; they must be equal.`,
    );
  }

  /** Bytes of pixel memory in use. */
  get bytes(): number {
    return this.#tiles.reduce<number>((sum, tile) => sum + (typeof tile === 'number' ? 0 : tile.length), 0);
  }

  /** Number of pixels to be restored (coverage of 50 % or more). */
  get paintedCount(): number {
    return this.#tiles.reduce<number>((sum, _, index) => sum + this.#statisticsOf(index).painted, 0);
  }

  /** The smallest block that holds all coverage above 0. */
  get bounds(): Rect | undefined {
    return this.#tiles.reduce<Rect | undefined>(
      (all, _, index) => union(all, this.#statisticsOf(index).bounds),
      undefined,
    );
  }

  /** The pixels of tile `index`; tiles are counted row by row. */
  tileRect(index: number): Rect {
    const x = (index % this.columns) * TILE_SIDE;
    const y = Math.floor(index / this.columns) * TILE_SIDE;
    return { x, y, width: Math.min(TILE_SIDE, this.width - x), height: Math.min(TILE_SIDE, this.height - y) };
  }

  /** Indices of the tiles that share pixels with `rect`. */
  tilesIn(rect: Rect): number[] {
    const indices: number[] = [];
    const right = Math.min(this.width, rect.x + rect.width) - 1;
    const bottom = Math.min(this.height, rect.y + rect.height) - 1;
    for (let row = Math.max(0, rect.y) >> 8; row << 8 <= bottom; row++) {
      for (let column = Math.max(0, rect.x) >> 8; column << 8 <= right; column++) {
        indices.push(row * this.columns + column);
      }
    }
    return indices;
  }

  /** The one coverage of all of a tile's pixels, or undefined where they may differ. */
  uniformCoverage(index: number): number | undefined {
    const tile = this.#tiles[index];
    return typeof tile === 'number' ? tile : undefined;
  }

  /** Coverage of one pixel; 0 outside the picture. */
  coverageAt(x: number, y: number): number {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return 0;
    const index = (y >> 8) * this.columns + (x >> 8);
    const tile = this.#tiles[index];
    return typeof tile === 'number' ? tile : tile[(y & 255) * this.#stride(index) + (x & 255)];
  }

  /** Coverage of `rect`, which must lie in the picture, row by row into `out`. */
  read(rect: Rect, out = new Uint8Array(rect.width * rect.height)): Uint8Array {
    for (let y = rect.y, at = 0; y < rect.y + rect.height; y++) {
      for (let x = rect.x; x < rect.x + rect.width;) {
        const index = (y >> 8) * this.columns + (x >> 8);
        const end = Math.min(rect.x + rect.width, (x | 255) + 1);
        const tile = this.#tiles[index];
        if (typeof tile === 'number') out.fill(tile, at, at + end - x);
        else {
          const from = (y & 255) * this.#stride(index) + (x & 255);
          out.set(tile.subarray(from, from + end - x), at);
        }
        at += end - x;
        x = end;
      }
    }
    return out;
  }

  /** Coverage of the whole picture, row by row. */
  toCoverage(): Uint8Array {
    return this.read(wholeRect(this));
  }

  /** Joins `length` coverages, from `start` in `coverage`, with row `y` from column `x` on; the rest is cut off. */
  blendSpan(y: number, x: number, coverage: Uint8Array, start: number, length: number, how: Combination): void {
    if (y < 0 || y >= this.height) return;
    const end = Math.min(this.width, x + length);
    const offset = start - x;
    for (let from = Math.max(0, x); from < end;) {
      const index = (y >> 8) * this.columns + (from >> 8);
      const to = Math.min(end, (from | 255) + 1);
      if (!this.#unchangedBy(index, how) && (how === 'replace' || !isAllZero(coverage, from + offset, to + offset))) {
        const tile = this.#writable(index);
        const shift = (y & 255) * this.#stride(index) - (from & ~255);
        if (how === 'replace') {
          tile.set(coverage.subarray(from + offset, to + offset), from + shift);
        } else if (how === 'add') {
          for (let i = from; i < to; i++) {
            const c = coverage[i + offset];
            if (c > tile[i + shift]) tile[i + shift] = c;
          }
        } else {
          for (let i = from; i < to; i++) {
            const c = 255 - coverage[i + offset];
            if (c < tile[i + shift]) tile[i + shift] = c;
          }
        }
      }
      from = to;
    }
    this.#markDirty(x, y, end, y + 1);
  }

  /** Joins a block of coverages (the first at `start`, rows `stride` apart) with the pixels of `rect`. */
  blendRect(rect: Rect, coverage: Uint8Array, start: number, stride: number, how: Combination): void {
    for (let row = 0; row < rect.height; row++) {
      this.blendSpan(rect.y + row, rect.x, coverage, start + row * stride, rect.width, how);
    }
  }

  /** Full coverage joined with columns `x` … `end` − 1 of row `y`. */
  fillSpan(y: number, x: number, end: number, how: 'add' | 'subtract'): void {
    if (y < 0 || y >= this.height) return;
    const stop = Math.min(this.width, end);
    for (let from = Math.max(0, x); from < stop;) {
      const index = (y >> 8) * this.columns + (from >> 8);
      const to = Math.min(stop, (from | 255) + 1);
      if (!this.#unchangedBy(index, how)) {
        const shift = (y & 255) * this.#stride(index) - (from & ~255);
        this.#writable(index).fill(how === 'add' ? 255 : 0, from + shift, to + shift);
      }
      from = to;
    }
    this.#markDirty(x, y, stop, y + 1);
  }

  /** Full coverage joined with the pixels of `rect`; whole tiles take no time and no memory. */
  fillRect(rect: Rect, how: 'add' | 'subtract'): void {
    for (const index of this.tilesIn(rect)) {
      const tile = this.tileRect(index);
      const left = Math.max(tile.x, rect.x);
      const right = Math.min(tile.x + tile.width, rect.x + rect.width);
      const top = Math.max(tile.y, rect.y);
      const bottom = Math.min(tile.y + tile.height, rect.y + rect.height);
      if ((right - left) * (bottom - top) === tile.width * tile.height) {
        this.#replace(index, how === 'add' ? 255 : 0);
      } else {
        for (let y = top; y < bottom; y++) this.fillSpan(y, left, right, how);
      }
    }
  }

  /** Coverage c becomes 255 − c everywhere. */
  invert(): void {
    for (let index = 0; index < this.#tiles.length; index++) {
      const tile = this.#tiles[index];
      this.#replace(index, typeof tile === 'number' ? 255 - tile : tile.map((c) => 255 - c));
    }
  }

  /** Starts an edit: what follows can be taken back as a whole, or committed as a patch. */
  beginEdit(): void {
    if (this.#originals !== undefined) {
      throw new LangevinError('internal', 'A mask edit was begun inside another; commit or cancel the first one.');
    }
    this.#originals = new Map();
  }

  /** Ends the edit. The result undoes it; undefined when nothing changed. */
  commitEdit(): TilePatch | undefined {
    const originals = this.#endEdit();
    const tiles: { index: number; code: Uint8Array }[] = [];
    for (const [index, original] of originals) {
      this.#tiles[index] = simplifyTile(this.#tiles[index]);
      if (!sameTile(original, this.#tiles[index])) tiles.push({ index, code: this.#encode(index, original) });
    }
    return tiles.length === 0 ? undefined : patchOf(tiles);
  }

  /** Ends the edit and takes it back. */
  cancelEdit(): void {
    for (const [index, original] of this.#endEdit()) this.#replace(index, original);
  }

  /**
   * Puts the patch's tiles in place and returns the patch that takes that back.
   * @throws internal during an edit; picture-damaged when a code does not fit its tile.
   */
  apply(patch: TilePatch): TilePatch {
    if (this.#originals !== undefined) {
      throw new LangevinError('internal', 'Undo reached the mask during an edit; commit or cancel the edit first.');
    }
    const decoded = patch.tiles.map(({ index, code }) => {
      const { width, height } = this.tileRect(index);
      return { index, tile: decodeTile(code, width * height) };
    });
    const inverse = decoded.map(({ index }) => ({ index, code: this.#encode(index, this.#tiles[index]) }));
    for (const { index, tile } of decoded) this.#replace(index, tile);
    return patchOf(inverse);
  }

  /** All tiles that are not empty, as a patch for an empty layer of the same size. */
  snapshot(): TilePatch {
    const filled = this.#tiles.flatMap((tile, index) => (tile === 0 ? [] : { index, code: this.#encode(index, tile) }));
    return patchOf(filled);
  }

  /** The block that changed since the last call, for redrawing; undefined when nothing did. */
  takeDirty(): Rect | undefined {
    const { left, top, right, bottom } = this.#dirty;
    Object.assign(this.#dirty, { left: Infinity, top: Infinity, right: 0, bottom: 0 });
    return rectBetween(left, top, right, bottom);
  }

  #stride(index: number): number {
    return Math.min(TILE_SIDE, this.width - (index % this.columns) * TILE_SIDE);
  }

  #encode(index: number, tile: Tile): Uint8Array {
    const { width, height } = this.tileRect(index);
    return encodeTile(tile, width * height);
  }

  #unchangedBy(index: number, how: Combination): boolean {
    const tile = this.#tiles[index];
    return (how === 'add' && tile === 255) || (how === 'subtract' && tile === 0);
  }

  /** The tile's own bytes, allocated or, once per edit, copied: the original belongs to the edit. */
  #writable(index: number): Uint8Array {
    const tile = this.#tiles[index];
    this.#statistics[index] = undefined;
    const isOriginal = this.#originals !== undefined && !this.#originals.has(index);
    if (isOriginal) this.#originals?.set(index, tile);
    else if (typeof tile !== 'number') return tile;
    const { width, height } = this.tileRect(index);
    const copy = typeof tile === 'number' ? new Uint8Array(width * height).fill(tile) : tile.slice();
    this.#tiles[index] = copy;
    return copy;
  }

  #replace(index: number, tile: Tile): void {
    if (this.#originals !== undefined && !this.#originals.has(index)) this.#originals.set(index, this.#tiles[index]);
    this.#tiles[index] = tile;
    this.#statistics[index] = undefined;
    const { x, y, width, height } = this.tileRect(index);
    this.#markDirty(x, y, x + width, y + height);
  }

  #endEdit(): Map<number, Tile> {
    const originals = this.#originals;
    if (originals === undefined) {
      throw new LangevinError('internal', 'A mask edit was ended that had not begun; begin it first.');
    }
    this.#originals = undefined;
    return originals;
  }

  #markDirty(left: number, top: number, right: number, bottom: number): void {
    const from = Math.max(0, left);
    if (from >= right) return;
    const dirty = this.#dirty;
    if (from < dirty.left) dirty.left = from;
    if (top < dirty.top) dirty.top = top;
    if (right > dirty.right) dirty.right = right;
    if (bottom > dirty.bottom) dirty.bottom = bottom;
  }

  #statisticsOf(index: number): TileStatistics {
    return (this.#statistics[index] ??= measureTile(this.#tiles[index], this.tileRect(index)));
  }
}

/** Zeros change nothing: skipping them saves the tiles that only they would touch. */
function isAllZero(coverage: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (coverage[i] !== 0) return false;
  return true;
}

function patchOf(tiles: TilePatch['tiles']): TilePatch {
  // 64: the objects around each code.
  return { tiles, bytes: tiles.reduce((sum, { code }) => sum + code.length + 64, 0) };
}
