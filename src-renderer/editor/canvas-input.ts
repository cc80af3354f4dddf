import type { Editor } from '../canvas/editor.ts';
import type { Point } from '../canvas/geometry.ts';
import { nextBrushSize } from '../canvas/settings.ts';
import type { PointerSample } from '../canvas/tools/tool.ts';
import { pan, reveal, toPicture, toScreen, viewportCentre, zoomByWheel } from '../canvas/view-transform.ts';
import { FingerPair } from './finger-pair.ts';

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

/** CSS pixels that a hand moves without meaning to. */
const STILL = 5;
/** How long fingers and pens rest before the menu opens, milliseconds: a pen rests before a careful stroke, too. */
const LONG_PRESS: Readonly<Record<string, number>> = { touch: 550, pen: 900 };

/** Pixels of a line and of a page, for wheels that count in those. */
const wheelUnits = [1, 33, 400];

/**
 * Leads mouse, pen, fingers, wheel and keyboard of an element to an editor: one pointer uses the tool, two fingers pinch,
 * the middle button or Space moves the picture. A click with the right button where it has nothing to remove, a finger or pen
 * that rests, and the menu key open the menu.
 */
export class CanvasInput {
  readonly #editor: Editor;
  readonly #element: HTMLElement;
  readonly #onCursor: (style: CursorStyle) => void;
  readonly #onMenu: ((at: Point) => void) | undefined;
  readonly #abort = new AbortController();
  readonly #fingers = new FingerPair();
  /** A press that becomes a stroke when it moves, and else opens the menu. */
  #held: { readonly id: number; readonly at: Point; readonly sample: PointerSample } | undefined;
  #rest: { readonly at: Point; readonly timer: ReturnType<typeof setTimeout> } | undefined;
  #painting: number | undefined;
  #panning: { readonly id: number; last: Point } | undefined;
  #isSpaceDown = false;

  /** @param onMenu  opens the menu of the canvas, at CSS pixels of the element; absent: there is none. */
  constructor(
    editor: Editor,
    element: HTMLElement,
    onCursor: (style: CursorStyle) => void,
    onMenu?: (at: Point) => void,
  ) {
    this.#editor = editor;
    this.#element = element;
    this.#onCursor = onCursor;
    this.#onMenu = onMenu;
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
    // The right button erases, and the menu is our own.
    on('contextmenu', (event) => event.preventDefault());
  }

  dispose(): void {
    if (this.#painting !== undefined) this.#editor.tools.pointerCancel();
    this.#endRest();
    this.#abort.abort();
  }

  #down(event: PointerEvent): void {
    this.#element.focus({ preventScroll: true });
    const at = this.#screen(event);
    this.#element.setPointerCapture(event.pointerId);
    if (event.pointerType === 'touch') {
      this.#fingers.down(event.pointerId, at);
      if (this.#fingers.count === 2) this.#stopPainting();
      if (this.#fingers.count > 1) return;
    }
    const sample = this.#sample(event);
    if ((event.buttons & MIDDLE) !== 0 || this.#isSpaceDown) {
      this.#panning = { id: event.pointerId, last: at };
      this.#onCursor('grabbing');
    } else if (this.#painting === undefined && this.#opensMenu(event, sample)) {
      this.#held = { id: event.pointerId, at, sample };
    } else if (this.#painting === undefined) {
      this.#painting = event.pointerId;
      this.#editor.tools.pointerDown(sample);
      this.#awaitRest(event, at, sample);
    }
    event.preventDefault();
  }

  #move(event: PointerEvent): void {
    const at = this.#screen(event);
    if (this.#rest !== undefined && distance(this.#rest.at, at) > STILL) this.#endRest();
    if (this.#held?.id === event.pointerId && distance(this.#held.at, at) > STILL) {
      this.#painting = event.pointerId;
      this.#editor.tools.pointerDown(this.#held.sample);
      this.#held = undefined;
    }
    if (this.#held !== undefined) return;
    if (this.#panning?.id === event.pointerId) {
      const { last } = this.#panning;
      this.#panning.last = at;
      this.#editor.view = pan(this.#editor.view, at.x - last.x, at.y - last.y);
    } else if (this.#fingers.count === 2 && this.#fingers.has(event.pointerId)) {
      this.#editor.view = this.#fingers.move(event.pointerId, at, this.#editor.view);
    } else if (this.#painting === event.pointerId) {
      // Where a pinch would begin.
      this.#fingers.move(event.pointerId, at, this.#editor.view);
      // All positions since the last frame, or fast strokes would have corners.
      const events = event.getCoalescedEvents?.() ?? [];
      for (const one of events.length > 0 ? events : [event]) this.#editor.tools.pointerMove(this.#sample(one));
    } else if (this.#painting === undefined && event.pointerType !== 'touch') {
      this.#editor.tools.pointerMove(this.#sample(event));
    }
  }

  #up(event: PointerEvent): void {
    this.#lift(event);
    if (this.#held?.id === event.pointerId) {
      const { at, sample } = this.#held;
      this.#held = undefined;
      this.#openMenu(at, sample);
    } else if (this.#panning?.id === event.pointerId) this.#endPanning();
    else if (this.#painting === event.pointerId) {
      this.#painting = undefined;
      this.#editor.tools.pointerUp(this.#sample(event));
      if (event.pointerType === 'touch') this.#editor.tools.pointerLeave();
    }
  }

  #cancel(event: PointerEvent): void {
    this.#lift(event);
    if (this.#held?.id === event.pointerId) this.#held = undefined;
    if (this.#panning?.id === event.pointerId) this.#endPanning();
    else if (this.#painting === event.pointerId) this.#stopPainting();
  }

  #lift(event: PointerEvent): void {
    this.#endRest();
    const { view } = this.#editor;
    const stays = this.#fingers.up(event.pointerId, view);
    if (stays !== view) this.#editor.view = stays;
  }

  /** Whether a press of the right button has nothing to do at its place but to open the menu, unless it becomes a stroke. */
  #opensMenu({ buttons }: PointerEvent, sample: PointerSample): boolean {
    const { tools, document } = this.#editor;
    if (this.#onMenu === undefined || (buttons & RIGHT) === 0 || tools.isBusy) return false;
    if (tools.active === 'heal' || tools.active === 'eraser') return true;
    // Their marks are no part of the mask.
    if (tools.active === 'color' || tools.active === 'eyedropper') return false;
    const [x, y] = [Math.floor(sample.x), Math.floor(sample.y)];
    const { width, height } = document.layer;
    return x < 0 || y < 0 || x >= width || y >= height || document.layer.coverageAt(x, y) === 0;
  }

  #awaitRest({ pointerType }: PointerEvent, at: Point, sample: PointerSample): void {
    const patience = LONG_PRESS[pointerType];
    if (patience === undefined || this.#onMenu === undefined) return;
    const timer = setTimeout(() => {
      this.#rest = undefined;
      this.#stopPainting();
      this.#openMenu(at, sample);
    }, patience);
    this.#rest = { at, timer };
  }

  #endRest(): void {
    clearTimeout(this.#rest?.timer);
    this.#rest = undefined;
  }

  /** A stroke that was healed comes before the menu. */
  #openMenu(at: Point, sample: PointerSample): void {
    const { tools, heals } = this.#editor;
    if (tools.active === 'heal' && heals.select(sample)) return;
    this.#onMenu?.(at);
  }

  #stopPainting(): void {
    this.#endRest();
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
    const { tools, view } = this.#editor;
    if (this.#onMenu !== undefined && (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey))) {
      event.preventDefault();
      event.stopPropagation();
      this.#onMenu(tools.cursor === undefined ? viewportCentre(view) : toScreen(view, tools.cursor));
      return;
    }
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
    const { shiftKey, altKey } = event;
    const key = { key: turnedArrow(event.key, view.angle), shiftKey, altKey };
    if (isRepeatedPress || tools.keyDown(key, this.#editor.cursorStart())) {
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

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

const ARROWS = ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp'];

/** The arrow key whose direction in the picture is nearest to the one pressed, on a picture that is turned. */
function turnedArrow(key: string, angle: number): string {
  const index = ARROWS.indexOf(key);
  return index < 0 ? key : ARROWS[(((index - Math.round(angle / 90)) % 4) + 4) % 4];
}
