import { bufferSize, flatTransform, flatView, type View } from '../canvas/view-transform.ts';

/** Where to draw, and by which view: that of the picture as it is, not turned. */
export interface FlatCanvas {
  readonly context: CanvasRenderingContext2D;
  readonly view: View;
}

/**
 * A canvas that shows a turned view: what is drawn by tiles is drawn as if the picture were not turned, and then turned as
 * one, so that tiles have no seams. Where the view is not turned, both are the same canvas.
 */
export class TurnedCanvas {
  readonly #context: CanvasRenderingContext2D;
  #flat: CanvasRenderingContext2D | undefined;

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  /** What was drawn before by the same view is still there. */
  flat(view: View): FlatCanvas {
    if (view.angle === 0) {
      this.#flat = undefined;
      return { context: this.#context, view };
    }
    const flat = flatView(view);
    const { width, height } = bufferSize(flat.viewport);
    this.#flat ??= contextOf(document.createElement('canvas'));
    const { canvas } = this.#flat;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    return { context: this.#flat, view: flat };
  }

  /** Puts what was drawn in place of what the canvas shows. */
  present(view: View): void {
    if (this.#flat === undefined) return;
    const context = this.#context;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    putTurned(context, view, this.#flat.canvas);
    context.restore();
  }
}

/** Canvases that were drawn on for one purpose and are drawn on again. */
const spare = new WeakMap<CanvasRenderingContext2D, CanvasRenderingContext2D>();

/** Draws on a canvas what lies on the picture, over what is there. */
export function drawTurned(
  context: CanvasRenderingContext2D,
  view: View,
  draw: (context: CanvasRenderingContext2D, view: View) => void,
): void {
  if (view.angle === 0) return draw(context, view);
  const flat = flatView(view);
  const below = spare.get(context) ?? contextOf(document.createElement('canvas'));
  spare.set(context, below);
  // Clears it, too.
  Object.assign(below.canvas, bufferSize(flat.viewport));
  below.imageSmoothingEnabled = context.imageSmoothingEnabled;
  below.imageSmoothingQuality = context.imageSmoothingQuality;
  draw(below, flat);
  context.save();
  putTurned(context, view, below.canvas);
  context.restore();
}

function putTurned(context: CanvasRenderingContext2D, view: View, image: HTMLCanvasElement): void {
  context.setTransform(...flatTransform(view));
  // At right angles every pixel falls on one.
  context.imageSmoothingEnabled = view.angle % 90 !== 0;
  context.drawImage(image, 0, 0);
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser has no two-dimensional canvas.');
  return context;
}
