import type { ColourHint } from '../../src-main/contract/app/runs.ts';
import { drawnRect, type View } from '../canvas/view-transform.ts';

/** Canvases of hints, made once for each. */
const drawn = new WeakMap<ColourHint, HTMLCanvasElement>();
/** So that the picture shows through. */
const OPACITY = 0.75;

/** Draws colour hints over the picture, the last on top. */
export function drawHints(context: CanvasRenderingContext2D, view: View, hints: readonly ColourHint[]): void {
  context.save();
  context.globalAlpha = OPACITY;
  for (const hint of hints) {
    const canvas = drawn.get(hint) ?? canvasOf(hint);
    if (canvas === undefined) continue;
    drawn.set(hint, canvas);
    const { x, y, width, height } = drawnRect(view, hint.mask);
    context.drawImage(canvas, x, y, width, height);
  }
  context.restore();
}

function canvasOf({ color, mask: { width, height, coverage } }: ColourHint): HTMLCanvasElement | undefined {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  const image = new ImageData(width, height);
  const rgb = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  for (let i = 0; i < coverage.length; i++) image.data.set([...rgb, coverage[i]], 4 * i);
  context.putImageData(image, 0, 0);
  return canvas;
}
