import type { Editor } from '../canvas/editor.ts';
import type { Point } from '../canvas/geometry.ts';
import { nextBrushSize } from '../canvas/settings.ts';
import type { PointerSample } from '../canvas/tools/tool.ts';
import { pan, pinch, reveal, toPicture, zoomByWheel } from '../canvas/view-transform.ts';

/** Degrees from upright that are how a hand holds a pen, and count as nothing. */
const HELD_TILT = 40;
const FLAT = 80;

/** How far a pen lies, 0 as it is held for writing … 1 flat. */
function tiltOf({ tiltX, tiltY }: PointerEvent): number {
  const tangent = (degrees: number): number => Math.tan(((degrees || 0) * Math.PI) / 180);
  const leaning = (Math.atan(Math.hypot(tangent(tiltX), tangent(tiltY))) * 180) / Math.PI;
  return Math.min(1, Math.max(0, (leaning - HELD_TILT) / (FLAT - HELD_TILT)));
}

/** How the pointer looks over the canvas. */
export type CursorStyle = 'tool' | 'grab' | 'grabbing';

/** Pens tell an eraser and their barrel button by these bits of `buttons`. */
const RIGHT = 2;
const MIDDLE = 4;
const ERASER = 32;

/** Pixels of a line and of a page, for wheels that count in those. */
const wheelUnits = [1, 33, 400];

/**
 * Leads mouse, pen, fingers, wheel and keyboard of an element to an editor: one pointer uses the tool, two fingers pinch,
 * the middle button or Space moves the picture.
 */
export class CanvasInput {
  readonly #editor: Editor;
  readonly #element: HTMLElement;
  readonly #onCursor: (style: CursorStyle) => void;
  readonly #abort = new AbortController();
  /** Fingers on the canvas, and where. */
  readonly #fingers = new Map<number, Point>();
  #painting: number | undefined;
  #panning: { readonly id: number; last: Point } | undefined;
  #isSpaceDown = false;

  constructor(editor: Editor, element: HTMLElement, onCursor: (style: CursorStyle) => void) {
    this.#editor = editor;
    this.#element = element;
    this.#onCursor = onCursor;
    const on = <Name extends keyof HTMLElementEventMap>(
      name: Name,
      listener: (event: HTMLElementEventMap[Name]) => void,
    ): void => element.addEventListener(name, listener, { signal: this.#abort.signal, passive: false });
    on('pointerdown', (event) => this.#down(event));
    on('pointermove', (event) => this.#move(event));
    on('pointerup', (event) => this.#up(event));
    on('pointercancel', (event) => this.#cancel(event));
    on('pointerleave', () => this.#painting === undefined && editor.tools.pointerLeave());
    on('wheel', (event) => this.#wheel(event));
    on('keydown', (event) => this.#keyDown(event));
    on('keyup', (event) => event.key === ' ' && this.#releaseSpace());
    on('blur', () => this.#releaseSpace());
    // The right button erases.
    on('contextmenu', (event) => event.preventDefault());
  }

  dispose(): void {
    if (this.#painting !== undefined) this.#editor.tools.pointerCancel();
    this.#abort.abort();
  }

  #down(event: PointerEvent): void {
    this.#element.focus({ preventScroll: true });
    const at = this.#screen(event);
    this.#element.setPointerCapture(event.pointerId);
    if (event.pointerType === 'touch') {
      this.#fingers.set(event.pointerId, at);
      if (this.#fingers.size === 2) this.#stopPainting();
      if (this.#fingers.size > 1) return;
    }
    if ((event.buttons & MIDDLE) !== 0 || this.#isSpaceDown) {
      this.#panning = { id: event.pointerId, last: at };
      this.#onCursor('grabbing');
    } else if (this.#painting === undefined) {
      this.#painting = event.pointerId;
      this.#editor.tools.pointerDown(this.#sample(event));
    }
    event.preventDefault();
  }

  #move(event: PointerEvent): void {
    const at = this.#screen(event);
    if (this.#panning?.id === event.pointerId) {
      const { last } = this.#panning;
      this.#panning.last = at;
      this.#editor.view = pan(this.#editor.view, at.x - last.x, at.y - last.y);
    } else if (this.#fingers.size === 2 && this.#fingers.has(event.pointerId)) {
      const before = [...this.#fingers.values()] as [Point, Point];
      this.#fingers.set(event.pointerId, at);
      this.#editor.view = pinch(this.#editor.view, before, [...this.#fingers.values()] as [Point, Point]);
    } else if (this.#painting === event.pointerId) {
      // Where a pinch would begin.
      if (this.#fingers.has(event.pointerId)) this.#fingers.set(event.pointerId, at);
      // All positions since the last frame, or fast strokes would have corners.
      const events = event.getCoalescedEvents?.() ?? [];
      for (const one of events.length > 0 ? events : [event]) this.#editor.tools.pointerMove(this.#sample(one));
    } else if (this.#painting === undefined && event.pointerType !== 'touch') {
      this.#editor.tools.pointerMove(this.#sample(event));
    }
  }

  #up(event: PointerEvent): void {
    this.#fingers.delete(event.pointerId);
    if (this.#panning?.id === event.pointerId) this.#endPanning();
    else if (this.#painting === event.pointerId) {
      this.#painting = undefined;
      this.#editor.tools.pointerUp(this.#sample(event));
      if (event.pointerType === 'touch') this.#editor.tools.pointerLeave();
    }
  }

  #cancel(event: PointerEvent): void {
    this.#fingers.delete(event.pointerId);
    if (this.#panning?.id === event.pointerId) this.#endPanning();
    else if (this.#painting === event.pointerId) this.#stopPainting();
  }

  #stopPainting(): void {
    if (this.#painting === undefined) return;
    this.#painting = undefined;
    this.#editor.tools.pointerCancel();
  }

  #endPanning(): void {
    this.#panning = undefined;
    this.#onCursor(this.#isSpaceDown ? 'grab' : 'tool');
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const { editor, at } = { editor: this.#editor, at: this.#screen(event) };
    const unit = wheelUnits[event.deltaMode] ?? 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    if (event.altKey) {
      const { brush } = editor.settings;
      // Some systems turn Alt and the wheel into a horizontal scroll.
      editor.changeSettings({ brush: { ...brush, size: nextBrushSize(brush.size, dy + dx > 0 ? -1 : 1) } });
    } else if (event.shiftKey) {
      editor.view = pan(editor.view, -(dx === 0 ? dy : dx), dx === 0 ? 0 : -dy);
    } else {
      // A pinch on a track-pad comes as a wheel with Control, in small steps.
      const delta = event.ctrlKey ? Math.max(-30, Math.min(30, dy)) * 4 : dy;
      editor.view = zoomByWheel(editor.view, delta, at);
    }
  }

  #keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey) return;
    const { tools } = this.#editor;
    if (event.key === ' ' && tools.cursor === undefined) {
      event.preventDefault();
      if (!this.#isSpaceDown) {
        this.#isSpaceDown = true;
        this.#onCursor('grab');
      }
      return;
    }
    // Held down, Space would put the tool down and lift it in turn.
    const isRepeatedPress = event.repeat && event.key === ' ';
    if (isRepeatedPress || tools.keyDown(event, this.#editor.cursorStart())) {
      event.preventDefault();
      event.stopPropagation();
      if (tools.cursor !== undefined) this.#editor.view = reveal(this.#editor.view, tools.cursor);
    }
  }

  #releaseSpace(): void {
    if (!this.#isSpaceDown) return;
    this.#isSpaceDown = false;
    if (this.#panning === undefined) this.#onCursor('tool');
  }

  #screen(event: MouseEvent): Point {
    const { left, top } = this.#element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  #sample(event: PointerEvent): PointerSample {
    return {
      ...toPicture(this.#editor.view, this.#screen(event)),
      // Only pens measure it; others report one half.
      pressure: event.pointerType === 'pen' ? event.pressure : 1,
      ...(event.pointerType === 'pen' && { tilt: tiltOf(event) }),
      constrain: event.shiftKey,
      opposite: event.altKey || (event.buttons & (RIGHT | ERASER)) !== 0,
      secondary: (event.buttons & (RIGHT | ERASER)) !== 0,
    };
  }
}
