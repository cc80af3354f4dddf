import type { Editor } from '../canvas/editor.ts';
import type { MaskLayer } from '../canvas/mask-layer.ts';
import { OverlayTiles } from '../canvas/overlay-tiles.ts';
import { drawnRect, isSmoothed, visibleRect } from '../canvas/view-transform.ts';
import { canvasSurfaces } from './canvas-surfaces.ts';
import { drawTurned } from './turned-canvas.ts';

/** Told from the mask's usual red, and seen on skin, sky and black-and-white alike. */
const COLOR = [41, 182, 246] as const;
const OPACITY = 0.55;

/** Draws strokes of the healing brush until their pixels are there. */
export class HealMarks {
  readonly #tiles = new WeakMap<MaskLayer, OverlayTiles<OffscreenCanvas>>();

  draw(context: CanvasRenderingContext2D, { heals, view }: Editor): void {
    const visible = visibleRect(view);
    const strokes = heals.current === undefined ? [...heals.pending] : [...heals.pending, heals.current];
    if (strokes.length === 0 || visible === undefined) return;
    context.save();
    // Tiles lie on device pixels.
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = OPACITY;
    context.imageSmoothingEnabled = isSmoothed(view);
    drawTurned(context, view, (below, flat) => {
      for (const layer of strokes) {
        for (const { surface, rect } of this.#tilesOf(layer).tilesIn(visible)) {
          const at = drawnRect(flat, rect);
          below.drawImage(surface, at.x, at.y, at.width, at.height);
        }
      }
    });
    context.restore();
  }

  #tilesOf(layer: MaskLayer): OverlayTiles<OffscreenCanvas> {
    let tiles = this.#tiles.get(layer);
    if (tiles === undefined) {
      tiles = new OverlayTiles(layer, { color: COLOR, opacity: 1 }, canvasSurfaces);
      this.#tiles.set(layer, tiles);
    }
    const dirty = layer.takeDirty();
    if (dirty !== undefined) tiles.refresh(dirty);
    return tiles;
  }
}
