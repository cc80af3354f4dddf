import type { Point } from '../geometry.ts';
import type { MaskLayer } from '../mask-layer.ts';
import { paintPixelLine } from '../raster/pixel-line.ts';
import { paintSegment, type BrushPoint } from '../raster/stroke-segment.ts';
import type { BrushSettings } from '../settings.ts';
import {
  combination,
  editLabel,
  type PointerSample,
  type PreviewShape,
  type Tool,
  type ToolContext,
  type ToolKey,
} from './tool.ts';

/** Brush and eraser: paint while the pointer is down; one stroke is one step of undo. */
export class StrokeTool implements Tool {
  readonly id: 'brush' | 'eraser';
  readonly holds = true;
  readonly #context: ToolContext;
  #how: 'add' | 'subtract' = 'add';
  #last: BrushPoint | undefined;
  /** Where the last stroke ended, for straight lines on from there. */
  #end: BrushPoint | undefined;

  constructor(id: 'brush' | 'eraser', context: ToolContext) {
    this.id = id;
    this.#context = context;
  }

  get isBusy(): boolean {
    return this.#last !== undefined;
  }

  onActivate(): void {
    this.#end = undefined;
  }

  onDeactivate(): void {
    this.pointerCancel();
  }

  pointerDown(sample: PointerSample): void {
    this.pointerCancel();
    this.#how = combination(this.id === 'brush', sample);
    this.#context.document.begin(editLabel(this.id));
    const point = this.#brushPoint(sample);
    this.#paint((sample.constrain ? this.#end : undefined) ?? point, point);
  }

  pointerMove(sample: PointerSample): void {
    if (this.#last !== undefined) this.#paint(this.#last, this.#brushPoint(sample));
  }

  pointerUp(sample: PointerSample): void {
    if (this.#last === undefined) return;
    // Pens report no pressure as they lift: the end keeps the width it had.
    this.#paint(this.#last, { ...this.#brushPoint(sample), radius: this.#last.radius });
    this.#end = this.#last;
    this.#last = undefined;
    this.#context.document.commit();
  }

  pointerCancel(): void {
    if (this.#last === undefined) return;
    this.#last = undefined;
    this.#context.document.cancel();
  }

  key(key: ToolKey): boolean {
    if (!this.isBusy || key !== 'cancel') return false;
    this.pointerCancel();
    return true;
  }

  preview(hover: Point | undefined): PreviewShape | undefined {
    return hover && { kind: 'brush', x: hover.x, y: hover.y, diameter: this.#context.settings.brush.size };
  }

  #paint(from: BrushPoint, to: BrushPoint): void {
    const { document, settings } = this.#context;
    paintBrush(document.layer, from, to, settings.brush, this.#how);
    this.#last = to;
  }

  #brushPoint(sample: PointerSample): BrushPoint {
    return brushPoint(sample, this.#context.settings.brush);
  }
}

/** Paints the way of a brush from one point to the next. */
export function paintBrush(
  layer: MaskLayer,
  from: BrushPoint,
  to: BrushPoint,
  { size, hardness }: BrushSettings,
  how: 'add' | 'subtract',
): void {
  if (size === 1) {
    const [x0, y0, x1, y1] = [from.x, from.y, to.x, to.y].map(Math.floor);
    paintPixelLine(layer, x0, y0, x1, y1, how);
  } else {
    paintSegment(layer, from, to, hardness, how);
  }
}

/** Where the brush is, and how wide: a pen draws a narrower line with less pressure, and up to twice as wide a one lying. */
export function brushPoint({ x, y, pressure, tilt = 0 }: PointerSample, brush: BrushSettings): BrushPoint {
  // Half a pixel is the least radius that still leaves a line without gaps.
  const radius = Math.max(0.5, (brush.size / 2) * (brush.pressure ? pressure * (1 + tilt) : 1));
  return { x, y, radius };
}
