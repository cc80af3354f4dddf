import { intersection, type Rect, type Size } from './geometry.ts';
import type { MaskLayer } from './mask-layer.ts';
import { paintOverlay, type OverlayStyle } from './overlay.ts';

/** How to make and fill the surfaces that tiles are kept on, for instance canvas elements. */
export interface SurfaceAdapter<Surface> {
  create(size: Size): Surface;
  /** Puts RGBA pixels of the given size at (x, y) of the surface, replacing what is there. */
  put(surface: Surface, pixels: Uint8ClampedArray<ArrayBuffer>, size: Size, x: number, y: number): void;
}

/** A tile to be drawn: its surface and the block of the picture that it shows. */
export interface OverlayTile<Surface> {
  readonly surface: Surface;
  readonly rect: Rect;
}

/**
 * The overlay as one surface per tile that has coverage. After a stroke only the touched part of the touched tiles is
 * painted anew, and a picture with a few scratches takes memory for a few tiles.
 */
export class OverlayTiles<Surface> {
  readonly #layer: MaskLayer;
  readonly #adapter: SurfaceAdapter<Surface>;
  readonly #surfaces = new Map<number, Surface>();
  /** Shared by tiles whose pixels are all alike; by coverage and size. */
  readonly #uniform = new Map<string, Surface>();
  #style: OverlayStyle;

  constructor(layer: MaskLayer, style: OverlayStyle, adapter: SurfaceAdapter<Surface>) {
    this.#layer = layer;
    this.#style = style;
    this.#adapter = adapter;
  }

  /** Shows the mask in another colour or opacity from the next `tilesIn` on. */
  restyle(style: OverlayStyle): void {
    this.#style = style;
    this.#surfaces.clear();
    this.#uniform.clear();
  }

  /** Paints what changed in `dirty` (from `MaskLayer.takeDirty`) on the tiles that are kept. */
  refresh(dirty: Rect): void {
    for (const index of this.#layer.tilesIn(dirty)) {
      const surface = this.#surfaces.get(index);
      const tile = this.#layer.tileRect(index);
      const changed = intersection(tile, dirty);
      if (surface === undefined || changed === undefined) continue;
      if (this.#layer.uniformCoverage(index) !== undefined) this.#surfaces.delete(index);
      else this.#put(surface, changed, tile);
    }
  }

  /** The tiles with coverage in `visible`, painted where they were not yet. */
  tilesIn(visible: Rect): OverlayTile<Surface>[] {
    return this.#layer.tilesIn(visible).flatMap((index) => {
      const coverage = this.#layer.uniformCoverage(index);
      if (coverage === 0) return [];
      const rect = this.#layer.tileRect(index);
      if (coverage !== undefined) return { surface: this.#uniformSurface(coverage, rect), rect };
      let surface = this.#surfaces.get(index);
      if (surface === undefined) {
        surface = this.#adapter.create(rect);
        this.#put(surface, rect, rect);
        this.#surfaces.set(index, surface);
      }
      return { surface, rect };
    });
  }

  /** All tiles of one coverage and size show the same, so a wholly marked picture takes a handful of surfaces. */
  #uniformSurface(coverage: number, rect: Rect): Surface {
    const key = `${coverage} ${rect.width} ${rect.height}`;
    let surface = this.#uniform.get(key);
    if (surface === undefined) {
      surface = this.#adapter.create(rect);
      this.#put(surface, rect, rect);
      this.#uniform.set(key, surface);
    }
    return surface;
  }

  #put(surface: Surface, changed: Rect, tile: Rect): void {
    const pixels = new Uint8ClampedArray(changed.width * changed.height * 4);
    paintOverlay(this.#layer, changed, this.#style, pixels);
    this.#adapter.put(surface, pixels, changed, changed.x - tile.x, changed.y - tile.y);
  }
}
