import type { Point } from '../geometry.ts';
import { BoxTool } from './box-tool.ts';
import { ColorTool } from './color-tool.ts';
import { EyedropperTool } from './eyedropper-tool.ts';
import { HealTool } from './heal-tool.ts';
import { LassoTool } from './lasso-tool.ts';
import { PickTool } from './pick-tool.ts';
import { PolygonTool } from './polygon-tool.ts';
import { SnapTool } from './snap-tool.ts';
import { StrokeTool } from './stroke-tool.ts';
import type { PointerSample, PreviewShape, Tool, ToolContext, ToolId } from './tool.ts';
import { WandTool } from './wand-tool.ts';

/** A key pressed on the canvas, with the names of `KeyboardEvent`. */
export interface CanvasKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** The pixel that the keyboard points at. */
export interface KeyboardCursor extends Point {
  /** Whether Space has put the tool down on the picture. */
  readonly isDown: boolean;
}

const arrows: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Keys that `keyDown` may take; no shortcut uses them without Control or Command. */
export const canvasKeys: readonly string[] = [...Object.keys(arrows), 'Space', 'Enter', 'Escape', 'Backspace'];

/**
 * Holds the active tool and leads pointer and keyboard to it. Every tool works from the keyboard: arrow keys move a
 * cursor (Shift: eight times as far, Alt: exactly one pixel), Space puts the tool down and lifts it, Enter finishes,
 * Escape takes back, Backspace removes the last corner. Before the first arrow key there is no cursor and Space is free
 * for panning; using the pointer hides the cursor.
 */
export class ToolController {
  readonly #context: ToolContext;
  readonly #tools: Readonly<Record<ToolId, Tool>>;
  #active: Tool;
  #hover: Point | undefined;
  #cursor: KeyboardCursor | undefined;
  /** Whether the tool was put down with Alt. */
  #opposite = false;

  constructor(context: ToolContext, first: ToolId = 'brush') {
    this.#context = context;
    this.#tools = {
      heal: new HealTool(context),
      brush: new StrokeTool('brush', context),
      eraser: new StrokeTool('eraser', context),
      lasso: new LassoTool(context),
      polygon: new PolygonTool(context),
      rectangle: new BoxTool('rectangle', context),
      ellipse: new BoxTool('ellipse', context),
      wand: new WandTool(context),
      snap: new SnapTool(context),
      pick: new PickTool(context),
      color: new ColorTool(context),
      eyedropper: new EyedropperTool(context),
    };
    this.#active = this.#tools[first];
    this.#active.onActivate();
  }

  get active(): ToolId {
    return this.#active.id;
  }

  /** Whether a stroke, outline or box is half done. */
  get isBusy(): boolean {
    return this.#active.isBusy;
  }

  /** The keyboard's pixel; undefined while the pointer is used. */
  get cursor(): KeyboardCursor | undefined {
    return this.#cursor;
  }

  /** Takes back what is half done and makes another tool active. */
  activate(id: ToolId): void {
    if (id === this.#active.id) return;
    this.#active.onDeactivate();
    this.#lift();
    this.#active = this.#tools[id];
    this.#active.onActivate();
    this.#context.toolsChanged();
  }

  pointerDown(sample: PointerSample): void {
    this.#usePointer(sample);
    this.#active.pointerDown(sample);
    this.#context.toolsChanged();
  }

  pointerMove(sample: PointerSample): void {
    this.#usePointer(sample);
    this.#active.pointerMove(sample);
    this.#context.toolsChanged();
  }

  pointerUp(sample: PointerSample): void {
    this.#active.pointerUp(sample);
    this.#context.toolsChanged();
  }

  /** The system took the pointer away, or a second finger makes it a pinch. */
  pointerCancel(): void {
    this.#active.pointerCancel();
    this.#context.toolsChanged();
  }

  /** The pointer left the canvas. */
  pointerLeave(): void {
    this.#hover = undefined;
    this.#context.toolsChanged();
  }

  /** What to draw over the picture. */
  preview(): PreviewShape | undefined {
    return this.#active.preview(this.#cursor ? pixelCentre(this.#cursor) : this.#hover);
  }

  /** Takes the last step of what is half done back: a corner, or the whole of it. False when nothing is. */
  stepBack(): boolean {
    const wasRemoved = this.#active.key('remove-last');
    if (wasRemoved) this.#context.toolsChanged();
    return wasRemoved || this.cancel();
  }

  /** Takes back what is half done. False when nothing is. */
  cancel(): boolean {
    this.#lift();
    const wasBusy = this.#active.key('cancel');
    this.#context.toolsChanged();
    return wasBusy;
  }

  /**
   * A key pressed on the canvas.
   * @param start  where the cursor appears at the first arrow key, for instance the middle of what is visible.
   * @returns whether the key was used; otherwise it is free for shortcuts.
   */
  keyDown(key: CanvasKey, start: Point): boolean {
    const wasUsed = this.#use(key, start);
    if (wasUsed) this.#context.toolsChanged();
    return wasUsed;
  }

  #use(key: CanvasKey, start: Point): boolean {
    const direction = arrows[key.key];
    if (direction !== undefined) {
      this.#moveCursor(direction, key, start);
      return true;
    }
    switch (key.key) {
      case ' ':
        return this.#press(key);
      case 'Enter':
        return this.#active.key('finish') || (this.#cursor?.isDown === true && this.#press(key));
      case 'Escape':
        return this.cancel() || this.#hideCursor();
      case 'Backspace':
        return this.#active.key('remove-last');
      default:
        return false;
    }
  }

  #moveCursor([dx, dy]: readonly [number, number], key: CanvasKey, start: Point): void {
    const { width, height } = this.#context.document.layer;
    const from = this.#cursor ?? { x: Math.floor(start.x), y: Math.floor(start.y), isDown: false };
    const pace = Math.max(1, Math.round(this.#context.reach / 2));
    const step = key.altKey ? 1 : key.shiftKey ? pace * 8 : pace;
    // The first arrow key only shows where the cursor is.
    const distance = this.#cursor === undefined ? 0 : step;
    this.#cursor = {
      x: Math.min(width - 1, Math.max(0, from.x + dx * distance)),
      y: Math.min(height - 1, Math.max(0, from.y + dy * distance)),
      isDown: from.isDown,
    };
    // Shift and Alt set the pace here; as modifiers of the tool they count when it is put down.
    if (from.isDown) this.#active.pointerMove(this.#sample(this.#cursor, false));
  }

  #press(key: CanvasKey): boolean {
    const cursor = this.#cursor;
    if (cursor === undefined) return false;
    if (cursor.isDown) {
      this.#active.pointerUp(this.#sample(cursor, false));
      this.#lift();
      return true;
    }
    this.#opposite = key.altKey;
    this.#active.pointerDown(this.#sample(cursor, key.shiftKey));
    if (this.#active.holds) this.#cursor = { ...cursor, isDown: true };
    else this.#active.pointerUp(this.#sample(cursor, false));
    return true;
  }

  #lift(): void {
    if (this.#cursor !== undefined) this.#cursor = { ...this.#cursor, isDown: false };
  }

  #hideCursor(): boolean {
    const wasShown = this.#cursor !== undefined;
    this.#cursor = undefined;
    return wasShown;
  }

  #usePointer({ x, y }: Point): void {
    if (this.#cursor?.isDown === true) this.#active.pointerCancel();
    this.#cursor = undefined;
    this.#hover = { x, y };
  }

  #sample(cursor: Point, constrain: boolean): PointerSample {
    return { ...pixelCentre(cursor), pressure: 1, constrain, opposite: this.#opposite };
  }
}

function pixelCentre({ x, y }: Point): Point {
  return { x: x + 0.5, y: y + 0.5 };
}
