import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Editor } from '../../../../src-renderer/canvas/editor.ts';
import type { HealStroke } from '../../../../src-renderer/canvas/heal-strokes.ts';
import type { PointerSample } from '../../../../src-renderer/canvas/tools/tool.ts';

let editor: Editor;
const heal = vi.fn<(stroke: HealStroke) => void>();
const listener = { heal, prepare: vi.fn(), chooseSource: vi.fn(), select: vi.fn() };

beforeEach(() => {
  vi.clearAllMocks();
  editor = new Editor({ picture: { width: 100, height: 80 }, viewport: { width: 100, height: 80, pixelRatio: 1 } });
  editor.changeSettings({ brush: { size: 10, hardness: 0, pressure: true } });
  editor.heals.listener = listener;
  editor.tools.activate('heal');
});

const at = (x: number, y: number, more: Partial<PointerSample> = {}): PointerSample => ({
  ...{ x, y, pressure: 1, constrain: false, opposite: false },
  ...more,
});

describe('the healing brush', () => {
  test('hands over its stroke when it is lifted, and leaves the mask alone', () => {
    expect(listener.prepare).toHaveBeenCalledOnce();
    editor.tools.pointerDown(at(20, 20));
    editor.tools.pointerMove(at(40, 20));
    expect(editor.heals.current?.coverageAt(30, 20)).toBe(255);
    expect(heal).not.toHaveBeenCalled();
    editor.tools.pointerUp(at(40, 20));
    const [{ layer, start }] = heal.mock.calls[0];
    expect(layer.coverageAt(30, 20)).toBe(255);
    // The whole width of the brush, however soft the brush of the mask is.
    expect(layer.coverageAt(30, 23)).toBe(255);
    expect(layer.coverageAt(30, 30)).toBe(0);
    expect(start).toMatchObject({ x: 20, y: 20 });
    expect(editor.heals.current).toBeUndefined();
    expect(editor.document.layer.paintedCount).toBe(0);
    expect(editor.document.history.canUndo).toBe(false);
  });

  test('takes a half-done stroke back', () => {
    editor.tools.pointerDown(at(20, 20));
    expect(editor.undo()).toBe(true);
    editor.tools.pointerUp(at(40, 20));
    expect(heal).not.toHaveBeenCalled();
  });

  test('chooses a source with Alt and selects with the right button', () => {
    editor.tools.pointerDown(at(20.7, 21.2, { opposite: true, secondary: false }));
    editor.tools.pointerUp(at(20.7, 21.2));
    expect(listener.chooseSource).toHaveBeenCalledWith({ x: 20, y: 21 });
    editor.tools.pointerDown(at(50, 50, { opposite: true, secondary: true }));
    editor.tools.pointerUp(at(50, 50));
    expect(listener.select).toHaveBeenCalledOnce();
    expect(heal).not.toHaveBeenCalled();
  });

  test('works from the keyboard', () => {
    const start = { x: 50, y: 40 };
    for (const key of ['ArrowRight', ' ', 'ArrowRight', ' ']) {
      editor.tools.keyDown({ key, shiftKey: false, altKey: false }, start);
    }
    expect(heal).toHaveBeenCalledOnce();
  });
});
