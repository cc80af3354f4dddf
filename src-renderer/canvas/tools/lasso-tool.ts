import type { Point } from '../geometry.ts';
import { fillPolygon } from '../raster/shapes.ts';
import {
  combination,
  editLabel,
  type PointerSample,
  type PreviewShape,
  type Tool,
  type ToolContext,
  type ToolKey,
} from './tool.ts';

/** Freehand outline; letting go closes and fills it. */
export class LassoTool implements Tool {
  readonly id = 'lasso';
  readonly holds = true;
  readonly #context: ToolContext;
  #points: Point[] = [];
  #how: 'add' | 'subtract' = 'add';

  constructor(context: ToolContext) {
    this.#context = context;
  }

  get isBusy(): boolean {
    return this.#points.length > 0;
  }

  onActivate(): void {
    this.#points = [];
  }

  onDeactivate(): void {
    this.pointerCancel();
  }

  pointerDown(sample: PointerSample): void {
    this.#points = [{ x: sample.x, y: sample.y }];
    this.#how = combination(true, sample);
  }

  pointerMove(sample: PointerSample): void {
    const last = this.#points.at(-1);
    if (last !== undefined && (last.x !== sample.x || last.y !== sample.y)) {
      this.#points.push({ x: sample.x, y: sample.y });
    }
  }

  pointerUp(sample: PointerSample): void {
    this.pointerMove(sample);
    const { document, settings } = this.#context;
    const outline = this.#points;
    this.#points = [];
    if (outline.length < 3) return;
    document.edit(editLabel(this.id), (layer) =>
      fillPolygon(layer, outline, { smooth: settings.smoothEdges, how: this.#how }),
    );
  }

  pointerCancel(): void {
    this.#points = [];
  }

  key(key: ToolKey): boolean {
    if (!this.isBusy || key !== 'cancel') return false;
    this.pointerCancel();
    return true;
  }

  preview(): PreviewShape | undefined {
    return this.isBusy ? { kind: 'path', points: this.#points, closed: false } : undefined;
  }
}
