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

/**
 * Corner by corner: each press sets one where it is let go; a press on the first corner, a second press on the last, or
 * Enter fills the polygon; Backspace takes the last corner back.
 */
export class PolygonTool implements Tool {
  readonly id = 'polygon';
  readonly holds = false;
  readonly #context: ToolContext;
  #corners: Point[] = [];
  /** The corner being set. */
  #pressed: Point | undefined;
  #how: 'add' | 'subtract' = 'add';

  constructor(context: ToolContext) {
    this.#context = context;
  }

  get isBusy(): boolean {
    return this.#corners.length > 0 || this.#pressed !== undefined;
  }

  onActivate(): void {
    this.#clear();
  }

  onDeactivate(): void {
    this.#clear();
  }

  pointerDown(sample: PointerSample): void {
    if (!this.isBusy) this.#how = combination(true, sample);
    this.#pressed = { x: sample.x, y: sample.y };
  }

  pointerMove(sample: PointerSample): void {
    if (this.#pressed !== undefined) this.#pressed = { x: sample.x, y: sample.y };
  }

  pointerUp(sample: PointerSample): void {
    if (this.#pressed === undefined) return;
    this.#pressed = undefined;
    const corners = this.#corners;
    if (corners.length >= 3 && (this.#isNear(corners[0], sample) || this.#isNear(corners.at(-1), sample))) {
      this.#fill();
    } else if (corners.at(-1)?.x !== sample.x || corners.at(-1)?.y !== sample.y) {
      corners.push({ x: sample.x, y: sample.y });
    }
  }

  pointerCancel(): void {
    this.#pressed = undefined;
  }

  key(key: ToolKey): boolean {
    if (!this.isBusy) return false;
    if (key === 'finish') this.#fill();
    else if (key === 'remove-last') this.#corners.pop();
    else this.#clear();
    return true;
  }

  preview(hover: Point | undefined): PreviewShape | undefined {
    if (!this.isBusy) return undefined;
    const next = this.#pressed ?? hover;
    const points = next === undefined ? this.#corners : [...this.#corners, next];
    return { kind: 'path', points, closed: points.length > 2 };
  }

  #fill(): void {
    const { document, settings } = this.#context;
    const corners = this.#corners;
    this.#clear();
    if (corners.length < 3) return;
    document.edit(editLabel(this.id), (layer) =>
      fillPolygon(layer, corners, { smooth: settings.smoothEdges, how: this.#how }),
    );
  }

  #clear(): void {
    this.#corners = [];
    this.#pressed = undefined;
  }

  #isNear(corner: Point | undefined, sample: Point): boolean {
    return corner !== undefined && Math.hypot(corner.x - sample.x, corner.y - sample.y) <= this.#context.reach;
  }
}
