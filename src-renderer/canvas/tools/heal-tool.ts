import type { Point } from '../geometry.ts';
import { MaskLayer } from '../mask-layer.ts';
import { paintBrush } from '../raster/paint-brush.ts';
import type { BrushPoint } from '../raster/stroke-segment.ts';
import { brushPoint } from './brush-tool.ts';
import type { PointerSample, PreviewShape, Tool, ToolContext, ToolKey } from './tool.ts';

/**
 * The healing brush: what is painted is not added to the mask but healed when the pointer is lifted. Alt-click chooses
 * where to copy from, the right button selects a stroke that was healed before.
 */
export class HealTool implements Tool {
  readonly id = 'heal';
  readonly holds = true;
  readonly #context: ToolContext;
  #stroke: { readonly layer: MaskLayer; readonly start: Point; last: BrushPoint } | undefined;
  #end: BrushPoint | undefined;

  constructor(context: ToolContext) {
    this.#context = context;
  }

  get isBusy(): boolean {
    return this.#stroke !== undefined;
  }

  onActivate(): void {
    this.#end = undefined;
    this.#context.heals.prepare();
  }

  onDeactivate(): void {
    this.pointerCancel();
  }

  pointerDown(sample: PointerSample): void {
    this.pointerCancel();
    const { heals, document, settings } = this.#context;
    if (sample.secondary === true) return void heals.select(sample);
    if (sample.opposite) return heals.chooseSource(sample);
    const { width, height } = document.layer;
    const point = brushPoint(sample, settings.brush);
    const layer = new MaskLayer(width, height);
    this.#stroke = { layer, start: sample, last: (sample.constrain ? this.#end : undefined) ?? point };
    heals.current = layer;
    this.#paint(point);
  }

  pointerMove(sample: PointerSample): void {
    if (this.#stroke !== undefined) this.#paint(brushPoint(sample, this.#context.settings.brush));
  }

  pointerUp(sample: PointerSample): void {
    const stroke = this.#stroke;
    if (stroke === undefined) return;
    // Pens report no pressure as they lift: the end keeps the width it had.
    this.#paint({ ...brushPoint(sample, this.#context.settings.brush), radius: stroke.last.radius });
    this.#end = stroke.last;
    this.#stroke = undefined;
    const { heals } = this.#context;
    heals.current = undefined;
    heals.finish({ layer: stroke.layer, start: stroke.start });
  }

  pointerCancel(): void {
    this.#stroke = undefined;
    this.#context.heals.current = undefined;
  }

  key(key: ToolKey): boolean {
    if (!this.isBusy || key !== 'cancel') return false;
    this.pointerCancel();
    return true;
  }

  preview(hover: Point | undefined): PreviewShape | undefined {
    return hover && { kind: 'brush', x: hover.x, y: hover.y, diameter: this.#context.settings.brush.size };
  }

  #paint(to: BrushPoint): void {
    const stroke = this.#stroke;
    if (stroke === undefined) return;
    // Soft rims would be healed from the half of their coverage on: the same as a hard, smaller brush.
    paintBrush(stroke.layer, stroke.last, to, { ...this.#context.settings.brush, hardness: 1 }, 'add');
    stroke.last = to;
  }
}
