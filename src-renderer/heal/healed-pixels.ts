import { intersection, type PixelSource, type Rect, type Size } from '../canvas/geometry.ts';

/** Side of the tiles whose originals are kept, pixels. */
const SIDE = 256;

const NOTHING = new Uint8Array();

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
  /** The pixels belong to the picture's content, too: both see them changed, and gone. */
  readonly #source: { data: Uint8Array | Uint8ClampedArray };
  /** What holds the pixels while they are not here. */
  #parked: Blob | undefined;
  /** Healed meanwhile. */
  #waiting: PixelBlock[] = [];
  /** By index of the tile, in reading order. */
  readonly #originals = new Map<number, Uint8ClampedArray<ArrayBuffer>>();
  /** The picture as it was opened, where what is healed was made from it; of the same size. */
  opened: (Size & { readonly data: Uint8Array | Uint8ClampedArray }) | undefined;
  /** Whether the picture is to be drawn as it was opened. */
  showsOriginal = false;
  #dirty: Rect[] = [];
  /** The whole as it was, while somebody holds it. */
  #whole: WeakRef<Uint8Array> | undefined;

  constructor(source: PixelSource) {
    this.width = source.width;
    this.height = source.height;
    this.#source = source as { data: Uint8Array | Uint8ClampedArray };
  }

  /** Changed in place; empty while parked. */
  get data(): Uint8Array | Uint8ClampedArray {
    return this.#source.data;
  }

  get isParked(): boolean {
    return this.#parked !== undefined;
  }

  /** Gives the pixels to the browser to keep, outside of the page's memory; nobody may need them meanwhile. */
  park(): void {
    if (this.isParked) return;
    this.#parked = new Blob([this.data as Uint8Array<ArrayBuffer>]);
    this.#source.data = NOTHING;
    this.#whole = undefined;
  }

  /** Takes them back. */
  async unpark(): Promise<void> {
    const parked = this.#parked;
    if (parked === undefined) return;
    const data = new Uint8Array(await parked.arrayBuffer());
    // Somebody else may have been faster.
    if (this.#parked !== parked) return;
    this.#source.data = data;
    this.#parked = undefined;
    for (const block of this.#waiting.splice(0)) this.put(block);
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
    if (this.isParked) {
      this.#waiting.push(block);
      return;
    }
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
    const { width, height, opened } = this;
    if (opened !== undefined) return { width, height, data: opened.data as Uint8Array };
    if (!this.isTouched) return { width, height, data: this.data as Uint8Array };
    const known = this.#whole?.deref();
    if (known !== undefined) return { width, height, data: known };
    const data = new Uint8Array(this.data);
    for (const [index, pixels] of this.#originals) {
      const rect = this.#rectOf(index);
      for (let row = 0; row < rect.height; row++) {
        const from = row * rect.width * 4;
        data.set(pixels.subarray(from, from + rect.width * 4), ((rect.y + row) * width + rect.x) * 4);
      }
    }
    this.#whole = new WeakRef(data);
    return { width, height, data };
  }

  /** The tiles in a part of the picture that are not as they were, as they were. */
  originalsIn(
    part: Rect,
  ): { readonly index: number; readonly rect: Rect; readonly pixels: Uint8ClampedArray<ArrayBuffer> }[] {
    const { opened } = this;
    return this.#tilesIn(part).flatMap((index) => {
      const pixels = opened === undefined ? this.#originals.get(index) : tileOf(opened, this.#rectOf(index));
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
    this.#originals.set(index, tileOf(this, this.#rectOf(index)));
  }
}

/** A copy of a part of a picture. */
function tileOf(
  { width, data }: Size & { readonly data: Uint8Array | Uint8ClampedArray },
  rect: Rect,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(rect.width * rect.height * 4);
  for (let row = 0; row < rect.height; row++) {
    const from = ((rect.y + row) * width + rect.x) * 4;
    pixels.set(data.subarray(from, from + rect.width * 4), row * rect.width * 4);
  }
  return pixels;
}
