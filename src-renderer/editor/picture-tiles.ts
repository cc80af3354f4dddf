import { intersection, type PixelSource, type Rect, type Size } from '../canvas/geometry.ts';
import type { SurfaceAdapter } from '../canvas/overlay-tiles.ts';
import { MOST_HALVINGS, reduceOpaque } from './reduce-opaque.ts';

/** Side of a surface in pixels of its level; large enough that few draws cover a window. */
const SIDE = 512;

/** Surfaces that are kept; 96 of 512 × 512 RGBA are 96 MiB, more than a 4K screen shows at any zoom. */
const MOST_SURFACES = 96;

/** A surface adapter that can also reduce one surface into a part of another, smoothly. */
export interface PictureSurfaceAdapter<Surface> extends SurfaceAdapter<Surface> {
  drawReduced(target: Surface, source: Surface, at: Rect): void;
}

/** A block of the picture and the surface that shows it, perhaps reduced. */
export interface PictureTile<Surface> {
  readonly surface: Surface;
  /** In picture pixels. */
  readonly rect: Rect;
  /** Size of the surface. */
  readonly size: Size;
}

/**
 * A picture cut into surfaces that a canvas draws quickly, at half, quarter … size as well: a reduced view reads as many
 * pixels as it shows, whatever the size of the picture. Surfaces are made when they are first seen and the ones unseen
 * for longest are dropped.
 */
export class PictureTiles<Surface> {
  readonly #picture: PixelSource;
  readonly #adapter: PictureSurfaceAdapter<Surface>;
  /** In order of use. */
  readonly #surfaces = new Map<string, PictureTile<Surface>>();

  constructor(picture: PixelSource, adapter: PictureSurfaceAdapter<Surface>) {
    this.#picture = picture;
    this.#adapter = adapter;
  }

  /** The level to draw from: halvings that still leave at least a pixel for each pixel of the screen. */
  static levelFor(zoom: number): number {
    return Math.max(0, Math.floor(Math.log2(1 / zoom)));
  }

  /** Surfaces that cover `visible`, reduced by 2 to the power of `level`. */
  tilesIn(visible: Rect, level: number): PictureTile<Surface>[] {
    const span = SIDE * 2 ** level;
    const tiles: PictureTile<Surface>[] = [];
    for (let row = Math.floor(visible.y / span); row * span < visible.y + visible.height; row++) {
      for (let column = Math.floor(visible.x / span); column * span < visible.x + visible.width; column++) {
        const tile = this.#tile(level, column, row);
        if (tile !== undefined) tiles.push(tile);
      }
    }
    this.#trim();
    return tiles;
  }

  /** Pixels of the picture have changed: what shows them is made anew when it is next seen. */
  refresh(rect: Rect): void {
    for (const [key, tile] of [...this.#surfaces]) {
      const changed = intersection(tile.rect, rect);
      if (changed === undefined) continue;
      if (!key.startsWith('0/')) this.#surfaces.delete(key);
      else {
        const { x, y } = tile.rect;
        this.#adapter.put(tile.surface, copyBlock(this.#picture, changed), changed, changed.x - x, changed.y - y);
      }
    }
  }

  #tile(level: number, column: number, row: number): PictureTile<Surface> | undefined {
    const key = `${level}/${column}/${row}`;
    const kept = this.#surfaces.get(key);
    if (kept !== undefined) {
      this.#surfaces.delete(key);
      this.#surfaces.set(key, kept);
      return kept;
    }
    const span = SIDE * 2 ** level;
    const { width, height } = this.#picture;
    const rect = intersection(
      { x: column * span, y: row * span, width: span, height: span },
      { x: 0, y: 0, width, height },
    );
    if (rect === undefined) return undefined;
    const size = { width: Math.ceil(rect.width / 2 ** level), height: Math.ceil(rect.height / 2 ** level) };
    const surface = this.#adapter.create(size);
    const pixels = this.#pixelsOf(rect, level);
    if (pixels === undefined) this.#reduceInto(surface, level, column, row);
    else this.#adapter.put(surface, pixels, size, 0, 0);
    const tile = { surface, rect, size };
    this.#surfaces.set(key, tile);
    return tile;
  }

  /** Undefined where they are to be made of surfaces of the level below. */
  #pixelsOf(rect: Rect, level: number): Uint8ClampedArray<ArrayBuffer> | undefined {
    if (level === 0) return copyBlock(this.#picture, rect);
    return level <= MOST_HALVINGS ? reduceOpaque(this.#picture, rect, level) : undefined;
  }

  #reduceInto(surface: Surface, level: number, column: number, row: number): void {
    for (let part = 0; part < 4; part++) {
      const [right, down] = [part & 1, part >> 1];
      const key = `${level - 1}/${column * 2 + right}/${row * 2 + down}`;
      const wasKept = this.#surfaces.has(key);
      const source = this.#tile(level - 1, column * 2 + right, row * 2 + down);
      if (source === undefined) continue;
      const { width, height } = source.size;
      // An odd last column is stretched by half a pixel rather than left half transparent.
      const at = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
      this.#adapter.drawReduced(surface, source.surface, { x: (right * SIDE) / 2, y: (down * SIDE) / 2, ...at });
      // Nobody looks at it at this level.
      if (!wasKept) this.#surfaces.delete(key);
    }
  }

  #trim(): void {
    for (const key of this.#surfaces.keys()) {
      if (this.#surfaces.size <= MOST_SURFACES) return;
      this.#surfaces.delete(key);
    }
  }
}

function copyBlock({ width, data }: PixelSource, rect: Rect): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(rect.width * rect.height * 4);
  for (let row = 0; row < rect.height; row++) {
    const from = ((rect.y + row) * width + rect.x) * 4;
    out.set(data.subarray(from, from + rect.width * 4), row * rect.width * 4);
  }
  return out;
}
