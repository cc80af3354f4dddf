import type { MaskLayer } from '../canvas/mask-layer.ts';
import { OverlayTiles } from '../canvas/overlay-tiles.ts';
import { drawnRect, isSmoothed, visibleRect, type View } from '../canvas/view-transform.ts';
import { canvasSurfaces } from '../editor/canvas-surfaces.ts';
import type { KnownColour } from './colour-hints.svelte.ts';

/** So that the picture shows through. */
const OPACITY = 0.75;

/** Draws painted colours over the picture; after a stroke only what it touched is made anew. */
export class HintTiles {
  readonly #drawn = new WeakMap<MaskLayer, { color: string; readonly tiles: OverlayTiles<OffscreenCanvas> }>();

  draw(context: CanvasRenderingContext2D, view: View, colours: readonly KnownColour[]): void {
    const visible = visibleRect(view);
    if (colours.length === 0 || visible === undefined) return;
    context.save();
    context.globalAlpha = OPACITY;
    context.imageSmoothingEnabled = isSmoothed(view);
    // Below half size plain smoothing would skip pixels, and with them thin strokes.
    context.imageSmoothingQuality = view.zoom < 0.5 ? 'medium' : 'low';
    for (const known of colours) {
      for (const { surface, rect } of this.#tilesOf(known).tilesIn(visible)) {
        const { x, y, width, height } = drawnRect(view, rect);
        context.drawImage(surface, x, y, width, height);
      }
    }
    context.restore();
  }

  #tilesOf({ color, layer }: KnownColour): OverlayTiles<OffscreenCanvas> {
    const style = { color: rgbOf(color), opacity: 1 };
    const drawn = this.#drawn.get(layer) ?? { color, tiles: new OverlayTiles(layer, style, canvasSurfaces) };
    this.#drawn.set(layer, drawn);
    if (drawn.color !== color) {
      drawn.color = color;
      drawn.tiles.restyle(style);
    }
    const dirty = layer.takeDirty();
    if (dirty !== undefined) drawn.tiles.refresh(dirty);
    return drawn.tiles;
  }
}

function rgbOf(color: string): [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
