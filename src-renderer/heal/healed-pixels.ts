import { intersection, type PixelSource, type Rect, type Size } from '../canvas/geometry.ts';

/** Side of the tiles whose originals are kept, pixels. */
const SIDE = 256;

/** A block of new pixels, RGBA. */
export interface PixelBlock extends Rect {
  readonly data: Uint8Array;
}

/**
 * The pixels of a picture as healed, for the screen. The originals of the tiles that were touched are kept, so that the
 * picture as it was can be shown at any time without a second copy of it.
 */
export class HealedPixels implements PixelSource {
  readonly width: number;
  readonly height: number;
  /** Changed in place. */
  readonly data: Uint8Array | Uint8ClampedArray;
  /** By index of the tile, in reading order. */
  readonly #originals = new Map<number, Uint8ClampedArray<ArrayBuffer>>();
  /** Whether the picture is to be drawn as it was opened. */
  showsOriginal = false;
  #dirty: Rect[] = [];

  constructor({ width, height, data }: PixelSource) {
    this.width = width;
    this.height = height;
    this.data = data;
  }

  /** Whether some pixels have ever been healed. */
  get isTouched(): boolean {
    return this.#originals.size > 0;
  }

  /** Memory of the originals kept, bytes. */
  get bytes(): number {
    return [...this.#originals.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** Replaces the pixels of a block, as far as it lies in the picture. */
  put(block: PixelBlock): void {
    const inside = intersection(block, { x: 0, y: 0, width: this.width, height: this.height });
    if (inside === undefined) return;
    for (const index of this.#tilesIn(inside)) this.#keepOriginal(index);
    for (let row = 0; row < inside.height; row++) {
      const from = ((inside.y + row - block.y) * block.width + inside.x - block.x) * 4;
      const to = ((inside.y + row) * this.width + inside.x) * 4;
      this.data.set(block.data.subarray(from, from + inside.width * 4), to);
    }
    this.#dirty.push(inside);
  }

  /** Blocks that have changed since the last call. */
  takeDirty(): readonly Rect[] {
    const dirty = this.#dirty;
    this.#dirty = [];
    return dirty;
  }

  /** The whole picture as it was opened; a copy where something was healed. */
  original(): Size & { readonly data: Uint8Array } {
    const { width, height } = this;
    const data = this.isTouched ? new Uint8Array(this.data) : (this.data as Uint8Array);
    for (const [index, pixels] of this.#originals) {
      const rect = this.#rectOf(index);
      for (let row = 0; row < rect.height; row++) {
        const from = row * rect.width * 4;
        data.set(pixels.subarray(from, from + rect.width * 4), ((rect.y + row) * width + rect.x) * 4);
      }
    }
    return { width, height, data };
  }

  /** The touched tiles in a part of the picture, as they were. */
  originalsIn(
    part: Rect,
  ): { readonly index: number; readonly rect: Rect; readonly pixels: Uint8ClampedArray<ArrayBuffer> }[] {
    return this.#tilesIn(part).flatMap((index) => {
      const pixels = this.#originals.get(index);
      return pixels === undefined ? [] : { index, rect: this.#rectOf(index), pixels };
    });
  }

  get #columns(): number {
    return Math.ceil(this.width / SIDE);
  }

  #tilesIn({ x, y, width, height }: Rect): number[] {
    const indices: number[] = [];
    for (let row = Math.floor(y / SIDE); row * SIDE < y + height; row++) {
      for (let column = Math.floor(x / SIDE); column * SIDE < x + width; column++) {
        indices.push(row * this.#columns + column);
      }
    }
    return indices;
  }

  #rectOf(index: number): Rect {
    const x = (index % this.#columns) * SIDE;
    const y = Math.floor(index / this.#columns) * SIDE;
    return { x, y, width: Math.min(SIDE, this.width - x), height: Math.min(SIDE, this.height - y) };
  }

  #keepOriginal(index: number): void {
    if (this.#originals.has(index)) return;
    const rect = this.#rectOf(index);
    const pixels = new Uint8ClampedArray(rect.width * rect.height * 4);
    for (let row = 0; row < rect.height; row++) {
      const from = ((rect.y + row) * this.width + rect.x) * 4;
      pixels.set(this.data.subarray(from, from + rect.width * 4), row * rect.width * 4);
    }
    this.#originals.set(index, pixels);
  }
}
