import { beforeEach, expect, test, vi } from 'vitest';
import { Editor } from '../../src-renderer/canvas/editor.ts';
import { toPicture } from '../../src-renderer/canvas/view-transform.ts';
import { CanvasInput, type CursorStyle } from '../../src-renderer/editor/canvas-input.ts';

let editor: Editor;
let element: HTMLElement;
let cursor: CursorStyle;
let menu: { readonly x: number; readonly y: number } | undefined;

/** A canvas of 200 × 100 CSS pixels that shows a picture of the same size one to one. */
beforeEach(() => {
  editor = new Editor({
    picture: { width: 200, height: 100 },
    viewport: { width: 200, height: 100, pixelRatio: 1 },
  });
  editor.changeSettings({ brush: { size: 1, hardness: 1, pressure: true } });
  element = document.createElement('div');
  element.tabIndex = 0;
  element.setPointerCapture = vi.fn();
  document.body.append(element);
  cursor = 'tool';
  menu = undefined;
  const input = new CanvasInput(
    editor,
    element,
    (style) => (cursor = style),
    (at) => (menu = at),
  );
  return () => {
    input.dispose();
    element.remove();
  };
});

interface Pointer {
  readonly x: number;
  readonly y: number;
  readonly id?: number;
  readonly type?: string;
  readonly buttons?: number;
  readonly pressure?: number;
  readonly tiltX?: number;
  readonly altKey?: boolean;
  readonly between?: readonly (readonly [x: number, y: number])[];
}

function pointer(name: string, { x, y, id = 1, type = 'mouse', buttons = 1, ...rest }: Pointer): void {
  const make = (cx: number, cy: number): PointerEvent =>
    new PointerEvent(name, {
      clientX: cx,
      clientY: cy,
      pointerId: id,
      pointerType: type,
      buttons,
      pressure: rest.pressure ?? 0.5,
      tiltX: rest.tiltX ?? 0,
      altKey: rest.altKey ?? false,
      bubbles: true,
      cancelable: true,
    });
  const event = make(x, y);
  const coalesced = [...(rest.between ?? []).map(([cx, cy]) => make(cx, cy)), event];
  event.getCoalescedEvents = () => coalesced;
  element.dispatchEvent(event);
}

function key(name: string, init: KeyboardEventInit = {}, type = 'keydown'): KeyboardEvent {
  const event = new KeyboardEvent(type, { key: name, bubbles: true, cancelable: true, ...init });
  element.dispatchEvent(event);
  return event;
}

function wheel(deltaY: number, init: WheelEventInit = {}): void {
  const event = new WheelEvent('wheel', { deltaY, cancelable: true, ...init });
  // The test page's wheel events have neither a position nor modifiers of their own.
  const { altKey = false, shiftKey = false } = init;
  for (const [name, value] of Object.entries({ clientX: 50, clientY: 50, altKey, shiftKey })) {
    Object.defineProperty(event, name, { value });
  }
  element.dispatchEvent(event);
}

const painted = (): number => editor.document.layer.paintedCount;

test('the left button paints, along every position since the last frame', () => {
  pointer('pointerdown', { x: 10.5, y: 10.5 });
  pointer('pointermove', { x: 10.5, y: 20.5, between: [[30.5, 10.5]] });
  pointer('pointerup', { x: 10.5, y: 20.5, buttons: 0 });
  expect(editor.document.layer.coverageAt(30, 10)).toBe(255);
  expect(editor.document.history.undoLabel).toBe('history.brush');
  expect(element.setPointerCapture).toHaveBeenCalledWith(1);
});

test.each([
  ['the right button', { buttons: 2 }],
  ['Alt', { altKey: true }],
  ["a pen's eraser", { buttons: 32, type: 'pen', pressure: 1 }],
])('%s removes', (_, how) => {
  editor.document.edit('history.mask-all', (layer) => layer.invert());
  pointer('pointerdown', { x: 10.5, y: 10.5, ...how });
  pointer('pointerup', { x: 10.5, y: 10.5, ...how, buttons: 0 });
  expect(editor.document.layer.coverageAt(10, 10)).toBe(0);
});

test('a mouse paints with the whole brush, a pen with its pressure', () => {
  editor.changeSettings({ brush: { size: 40, hardness: 1, pressure: true } });
  const dab = (type: string, pressure: number, tiltX = 0): number => {
    pointer('pointerdown', { x: 100, y: 50, type, pressure, tiltX });
    pointer('pointerup', { x: 100, y: 50, type, pressure: 0, buttons: 0 });
    const count = painted();
    editor.undo();
    return count;
  };
  const whole = dab('mouse', 0.5);
  expect(dab('pen', 0.5)).toBeLessThan(whole / 3);
  expect(dab('pen', 1)).toBe(whole);
  // As it is held for writing, and lying.
  expect(dab('pen', 1, 35)).toBe(whole);
  expect(dab('pen', 1, 80)).toBeGreaterThan(3 * whole);
});

test('the middle button moves the picture and paints nothing', () => {
  const { x } = editor.view;
  pointer('pointerdown', { x: 50, y: 50, buttons: 4 });
  expect(cursor).toBe('grabbing');
  pointer('pointermove', { x: 80, y: 50, buttons: 4 });
  pointer('pointerup', { x: 80, y: 50, buttons: 0 });
  expect(editor.view.x - x).toBe(30);
  expect(painted()).toBe(0);
  expect(cursor).toBe('tool');
});

test('Space moves the picture unless the keyboard cursor is shown; then it uses the tool', () => {
  key(' ');
  expect(cursor).toBe('grab');
  pointer('pointerdown', { x: 50, y: 50 });
  pointer('pointermove', { x: 60, y: 50 });
  pointer('pointerup', { x: 60, y: 50, buttons: 0 });
  key(' ', {}, 'keyup');
  expect([painted(), cursor]).toEqual([0, 'tool']);
  key('ArrowRight');
  key(' ');
  key(' ');
  expect(painted()).toBe(1);
});

test('Space held down puts the tool down once', () => {
  key('ArrowRight');
  key(' ');
  key(' ', { repeat: true });
  expect(editor.tools.cursor?.isDown).toBe(true);
});

test('a second finger takes the stroke back and pinches', () => {
  const touch = (name: string, id: number, x: number, y: number): void =>
    pointer(name, { x, y, id, type: 'touch', buttons: name === 'pointerup' ? 0 : 1 });
  touch('pointerdown', 1, 90, 50);
  touch('pointermove', 1, 80, 50);
  touch('pointerdown', 2, 120, 50);
  expect(painted()).toBe(0);
  const fixed = toPicture(editor.view, { x: 100, y: 50 });
  touch('pointermove', 1, 60, 50);
  touch('pointermove', 2, 140, 50);
  expect(editor.view.zoom).toBeCloseTo(2);
  expect(toPicture(editor.view, { x: 100, y: 50 }).x).toBeCloseTo(fixed.x, 0);
  touch('pointerup', 1, 60, 50);
  touch('pointermove', 2, 150, 60);
  touch('pointerup', 2, 150, 60);
  expect(painted()).toBe(0);
  expect(editor.document.history.canUndo).toBe(false);
});

test('the wheel zooms to the pointer, with Alt it changes the brush, with Shift it moves', () => {
  const under = toPicture(editor.view, { x: 50, y: 50 });
  wheel(-200);
  expect(editor.view.zoom).toBeGreaterThan(1.5);
  expect(toPicture(editor.view, { x: 50, y: 50 }).x).toBeCloseTo(under.x, 0);
  const { view } = editor;
  wheel(-100, { altKey: true });
  expect(editor.settings.brush.size).toBe(2);
  expect(editor.view).toBe(view);
  wheel(20, { shiftKey: true });
  expect(editor.view.x).toBe(view.x - 20);
});

test('a system that takes the pointer away takes the stroke back', () => {
  pointer('pointerdown', { x: 10, y: 10 });
  pointer('pointercancel', { x: 10, y: 10 });
  expect(painted()).toBe(0);
  expect(editor.tools.isBusy).toBe(false);
});

test('keys with Control stay free for shortcuts', () => {
  expect(key('ArrowRight', { ctrlKey: true }).defaultPrevented).toBe(false);
  expect(key('ArrowRight').defaultPrevented).toBe(true);
});

test('a right click where nothing is marked opens the menu; moved, it removes', () => {
  editor.document.edit('history.rectangle', (layer) => layer.fillRect({ x: 50, y: 0, width: 150, height: 100 }, 'add'));
  const before = painted();
  pointer('pointerdown', { x: 20, y: 30, buttons: 2 });
  pointer('pointermove', { x: 22, y: 30, buttons: 2 });
  pointer('pointerup', { x: 22, y: 30, buttons: 0 });
  expect([menu, painted()]).toEqual([{ x: 20, y: 30 }, before]);
  menu = undefined;
  pointer('pointerdown', { x: 40.5, y: 30.5, buttons: 2 });
  pointer('pointermove', { x: 60.5, y: 30.5, buttons: 2 });
  pointer('pointerup', { x: 60.5, y: 30.5, buttons: 0 });
  expect([menu, editor.document.layer.coverageAt(55, 30)]).toEqual([undefined, 0]);
});

test.each([
  ['ContextMenu', {}],
  ['F10', { shiftKey: true }],
])('the key %s opens the menu where the keyboard points', (name, how) => {
  expect(key(name, how).defaultPrevented).toBe(true);
  expect(menu).toEqual({ x: 100, y: 50 });
  key('ArrowRight');
  key('ArrowRight', { altKey: true });
  key(name, how);
  expect(menu).toEqual({ x: 101, y: 50 });
});

test('a finger that rests opens the menu and leaves no mark; one that moves paints', () => {
  vi.useFakeTimers();
  const touch = (name: string, x: number): void => pointer(name, { x, y: 50, type: 'touch', buttons: 1 });
  touch('pointerdown', 90);
  vi.advanceTimersByTime(2000);
  expect([menu, painted()]).toEqual([{ x: 90, y: 50 }, 0]);
  touch('pointerup', 90);
  menu = undefined;
  touch('pointerdown', 90);
  touch('pointermove', 110);
  vi.advanceTimersByTime(2000);
  touch('pointerup', 110);
  expect(menu).toBeUndefined();
  expect(painted()).toBeGreaterThan(15);
  vi.useRealTimers();
});

test('two fingers that twist turn the view, and nearly upright is upright', () => {
  const touch = (name: string, id: number, x: number, y: number): void =>
    pointer(name, { x, y, id, type: 'touch', buttons: name === 'pointerup' ? 0 : 1 });
  touch('pointerdown', 1, 60, 50);
  touch('pointerdown', 2, 140, 50);
  // A little is no twist.
  touch('pointermove', 2, 140, 58);
  expect(editor.view.angle).toBe(0);
  touch('pointermove', 2, 100, 90);
  touch('pointermove', 2, 60, 130);
  expect(editor.view.angle).toBeGreaterThan(70);
  touch('pointermove', 2, 58, 130);
  touch('pointermove', 2, 50, 130);
  touch('pointerup', 2, 50, 130);
  expect(editor.view.angle).toBe(90);
  touch('pointerup', 1, 60, 50);
  expect(painted()).toBe(0);
  // Arrow keys go where they point, whichever way the picture lies.
  key('ArrowRight');
  const { x, y } = editor.tools.cursor!;
  key('ArrowDown', { altKey: true });
  expect(editor.tools.cursor).toMatchObject({ x: x + 1, y });
});
