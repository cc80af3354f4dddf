import type { Point } from '../geometry.ts';
import type { BrushPoint } from '../raster/stroke-segment.ts';
import type { BrushSettings } from '../settings.ts';
import type { PointerSample, PreviewShape, Tool, ToolContext, ToolKey } from './tool.ts';

/** A tool that paints with the round brush while the pointer is down; one stroke is one step of undo. */
export abstract class BrushTool implements Tool {
  abstract readonly id: Tool['id'];
  readonly holds = true;
  protected readonly context: ToolContext;
  #last: BrushPoint | undefined;
  /** Where the last stroke ended, for straight lines on from there. */
  #end: BrushPoint | undefined;

  constructor(context: ToolContext) {
    this.context = context;
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
    if (!this.begin(sample)) return;
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
    this.commit();
  }

  pointerCancel(): void {
    if (this.#last === undefined) return;
    this.#last = undefined;
    this.cancel();
  }

  key(key: ToolKey): boolean {
    if (!this.isBusy || key !== 'cancel') return false;
    this.pointerCancel();
    return true;
  }

  preview(hover: Point | undefined): PreviewShape | undefined {
    return hover && { kind: 'brush', x: hover.x, y: hover.y, diameter: this.context.settings.brush.size };
  }

  /** A stroke begins. @returns false where a press means something else. */
  protected abstract begin(sample: PointerSample): boolean;
  protected abstract paint(from: BrushPoint, to: BrushPoint): void;
  protected abstract commit(): void;
  protected abstract cancel(): void;

  #paint(from: BrushPoint, to: BrushPoint): void {
    this.paint(from, to);
    this.#last = to;
  }

  #brushPoint(sample: PointerSample): BrushPoint {
    return brushPoint(sample, this.context.settings.brush);
  }
}

/** Where the brush is, and how wide: a pen draws a narrower line with less pressure, and up to twice as wide a one lying. */
export function brushPoint({ x, y, pressure, tilt = 0 }: PointerSample, brush: BrushSettings): BrushPoint {
  // Half a pixel is the least radius that still leaves a line without gaps.
  const radius = Math.max(0.5, (brush.size / 2) * (brush.pressure ? pressure * (1 + tilt) : 1));
  return { x, y, radius };
}
