import { describe, expect, it } from 'vitest';
import { at, drag, editorWith } from './sample.ts';

/** Two dark bars on white, 300 × 20. */
function bars(): { width: number; height: number; data: Uint8ClampedArray } {
  const data = new Uint8ClampedArray(300 * 20 * 4).fill(255);
  for (let i = 0; i < 6000; i++) {
    const x = i % 300;
    if ((x >= 10 && x < 20) || (x >= 250 && x < 270)) data.set([20, 20, 20, 255], i * 4);
  }
  return { width: 300, height: 20, data };
}

describe('magic wand', () => {
  it('adds the pixels like the one pressed, joined or all, across tiles', () => {
    const editor = editorWith('wand', 300, 20);
    editor.pixels = bars();
    drag(editor, at(255.2, 3.9));
    expect(editor.document.layer.bounds).toEqual({ x: 250, y: 0, width: 20, height: 20 });
    editor.undo();
    editor.changeSettings({ wand: { tolerance: 10, contiguous: false } });
    drag(editor, at(255.2, 3.9));
    expect(editor.document.layer.paintedCount).toBe(30 * 20);
    drag(editor, at(12, 3, { opposite: true }));
    expect(editor.document.layer.paintedCount).toBe(0);
  });

  it('does nothing before the pixels are there, beside the picture, and when a pinch takes over', () => {
    const editor = editorWith('wand', 300, 20);
    drag(editor, at(255, 3));
    editor.pixels = bars();
    drag(editor, at(300, 3));
    drag(editor, at(3, -0.5));
    editor.tools.pointerDown(at(255, 3));
    editor.tools.pointerCancel();
    editor.tools.pointerUp(at(255, 3));
    expect(editor.document.history.canUndo).toBe(false);
  });

  it('refuses pixels of another size', () => {
    const editor = editorWith('wand', 300, 21);
    expect(() => (editor.pixels = bars())).toThrow(expect.objectContaining({ code: 'mask-size' }));
  });
});
