import type { Point } from '../geometry.ts';
import { MaskLayer } from '../mask-layer.ts';
import { paintSegment, type BrushPoint } from '../raster/stroke-segment.ts';
import {
  combination,
  type PointerSample,
  type PreviewShape,
  type Tool,
  type ToolContext,
  type ToolKey,
} from './tool.ts';

/** A brush for rough strokes: when the pointer is lifted, not the stroke is marked but the damage beneath it. */
export class SnapTool implements Tool {
  readonly id = 'snap';
  readonly holds = true;
  readonly #context: ToolContext;
  #how: 'add' | 'subtract' = 'add';
  /** What the stroke has covered so far; never part of the mask. */
  #stroke: MaskLayer | undefined;
  #trail: Point[] = [];
  #last: BrushPoint | undefined;

  constructor(context: ToolContext) {
    this.#context = context;
  }

  get isBusy(): boolean {
    return this.#stroke !== undefined;
  }

  onActivate(): void {
    this.pointerCancel();
  }

  onDeactivate(): void {
    this.pointerCancel();
  }

  pointerDown(sample: PointerSample): void {
    const { width, height } = this.#context.document.layer;
    this.#how = combination(true, sample);
    this.#stroke = new MaskLayer(width, height);
    this.#trail = [];
    this.#last = undefined;
    this.#paint(sample);
  }

  pointerMove(sample: PointerSample): void {
    if (this.#stroke !== undefined) this.#paint(sample);
  }

  pointerUp(sample: PointerSample): void {
    const stroke = this.#stroke;
    if (stroke === undefined) return;
    this.#paint(sample);
    this.pointerCancel();
    const { bounds } = stroke;
    if (bounds !== undefined) this.#context.damage?.snap({ bounds, data: stroke.read(bounds) }, this.#how);
  }

  pointerCancel(): void {
    this.#stroke = undefined;
    this.#trail = [];
  }

  key(key: ToolKey): boolean {
    if (!this.isBusy || key !== 'cancel') return false;
    this.pointerCancel();
    return true;
  }

  preview(hover: Point | undefined): PreviewShape | undefined {
    const diameter = this.#context.settings.brush.size;
    if (this.isBusy) return { kind: 'trail', points: this.#trail, diameter };
    return hover && { kind: 'brush', x: hover.x, y: hover.y, diameter };
  }

  #paint({ x, y }: PointerSample): void {
    if (this.#stroke === undefined) return;
    const point = { x, y, radius: Math.max(1, this.#context.settings.brush.size / 2) };
    paintSegment(this.#stroke, this.#last ?? point, point, 1, 'add');
    this.#last = point;
    this.#trail.push({ x, y });
  }
}
