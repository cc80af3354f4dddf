import type { Point } from '../geometry.ts';
import { fillEllipse } from '../raster/shapes.ts';
import {
  combination,
  editLabel,
  type PointerSample,
  type PreviewShape,
  type Tool,
  type ToolContext,
  type ToolKey,
} from './tool.ts';

/**
 * Rectangle and ellipse, dragged from corner to corner. Both corners' pixels are inside, so boxes are whole pixels.
 * A click without a drag does nothing: a stray pixel in the mask would be restored unnoticed.
 */
export class BoxTool implements Tool {
  readonly id: 'rectangle' | 'ellipse';
  readonly holds = true;
  readonly #context: ToolContext;
  #from: Point | undefined;
  #to: Point | undefined;
  #how: 'add' | 'subtract' = 'add';

  constructor(id: 'rectangle' | 'ellipse', context: ToolContext) {
    this.id = id;
    this.#context = context;
  }

  get isBusy(): boolean {
    return this.#from !== undefined;
  }

  onActivate(): void {
    this.pointerCancel();
  }

  onDeactivate(): void {
    this.pointerCancel();
  }

  pointerDown(sample: PointerSample): void {
    this.#from = { x: sample.x, y: sample.y };
    this.#to = undefined;
    this.#how = combination(true, sample);
  }

  pointerMove(sample: PointerSample): void {
    const from = this.#from;
    if (from === undefined || (this.#to === undefined && sample.x === from.x && sample.y === from.y)) return;
    this.#to = sample.constrain ? squareCorner(from, sample) : { x: sample.x, y: sample.y };
  }

  pointerUp(sample: PointerSample): void {
    this.pointerMove(sample);
    const box = this.#box();
    this.pointerCancel();
    if (box === undefined) return;
    const { document, settings } = this.#context;
    const { from, to } = box;
    document.edit(editLabel(this.id), (layer) => {
      if (this.id === 'rectangle') {
        layer.fillRect({ x: from.x, y: from.y, width: to.x - from.x, height: to.y - from.y }, this.#how);
      } else {
        fillEllipse(layer, from, to, { smooth: settings.smoothEdges, how: this.#how });
      }
    });
  }

  pointerCancel(): void {
    this.#from = undefined;
    this.#to = undefined;
  }

  key(key: ToolKey): boolean {
    if (!this.isBusy || key !== 'cancel') return false;
    this.pointerCancel();
    return true;
  }

  preview(): PreviewShape | undefined {
    const box = this.#box();
    return box && { kind: this.id, ...box };
  }

  /** Top left corner of the first pixel and bottom right corner of the last. */
  #box(): { from: Point; to: Point } | undefined {
    const [a, b] = [this.#from, this.#to];
    if (a === undefined || b === undefined) return undefined;
    return {
      from: { x: Math.floor(Math.min(a.x, b.x)), y: Math.floor(Math.min(a.y, b.y)) },
      to: { x: Math.floor(Math.max(a.x, b.x)) + 1, y: Math.floor(Math.max(a.y, b.y)) + 1 },
    };
  }
}

/** The corner in the pointer's direction that makes the box as many pixels high as wide. */
function squareCorner(from: Point, to: Point): Point {
  const pixel = { x: Math.floor(from.x), y: Math.floor(from.y) };
  const [dx, dy] = [Math.floor(to.x) - pixel.x, Math.floor(to.y) - pixel.y];
  const side = Math.max(Math.abs(dx), Math.abs(dy));
  return { x: pixel.x + (dx < 0 ? -side : side), y: pixel.y + (dy < 0 ? -side : side) };
}
