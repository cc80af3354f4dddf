import { describe, expect, it } from 'vitest';
import { at, drag, drawn, editorWith } from './sample.ts';

describe('lasso', () => {
  it('fills what is drawn around when let go', () => {
    const editor = editorWith('lasso', 10, 6);
    drag(editor, at(1, 1), at(7, 1), at(7, 5), at(1, 5));
    expect(drawn(editor)).toEqual(['..........', '.######...', '.######...', '.######...', '.######...', '..........']);
    expect(editor.document.history.undoLabel).toBe('history.lasso');
  });

  it('shows its path while it is drawn and ends without a trace when cancelled', () => {
    const editor = editorWith('lasso');
    editor.tools.pointerDown(at(1, 1));
    editor.tools.pointerMove(at(5, 1));
    editor.tools.pointerMove(at(5, 9));
    expect(editor.tools.preview()).toEqual({
      kind: 'path',
      points: [
        { x: 1, y: 1 },
        { x: 5, y: 1 },
        { x: 5, y: 9 },
      ],
      closed: false,
    });
    expect(editor.tools.keyDown({ key: 'Escape', shiftKey: false, altKey: false }, { x: 0, y: 0 })).toBe(true);
    editor.tools.pointerUp(at(1, 9));
    expect([editor.tools.preview(), editor.document.layer.bounds]).toEqual([undefined, undefined]);
  });

  it('follows the setting of the edges', () => {
    const editor = editorWith('lasso', 12, 12);
    const triangle = [at(1, 1), at(10, 4), at(3, 10)];
    editor.changeSettings({ smoothEdges: false });
    drag(editor, ...triangle);
    expect(drawn(editor).join('')).not.toContain('+');
    editor.undo();
    editor.changeSettings({ smoothEdges: true });
    drag(editor, ...triangle);
    expect(drawn(editor).join('')).toContain('+');
  });
});

describe('rectangle and ellipse', () => {
  it('hold the pixels of both corners, whichever way they are dragged', () => {
    for (const corners of [
      [at(2.7, 1.2), at(5.1, 3.9)],
      [at(5.1, 3.9), at(2.7, 1.2)],
      [at(2.7, 3.9), at(5.1, 1.2)],
    ]) {
      const editor = editorWith('rectangle', 8, 6);
      drag(editor, ...corners);
      expect(drawn(editor)).toEqual(['........', '..####..', '..####..', '..####..', '........', '........']);
    }
  });

  it('do nothing on a click without a drag', () => {
    const editor = editorWith('rectangle');
    drag(editor, at(20, 20));
    drag(editor, at(20, 20), at(20, 20));
    expect(editor.document.history.canUndo).toBe(false);
  });

  it('are square with Shift, in every direction', () => {
    for (const [dx, dy] of [
      [9, 3],
      [-9, 3],
      [3, -9],
      [-4, -9],
    ]) {
      const editor = editorWith('rectangle');
      drag(editor, at(40.5, 40.5), at(40.5 + dx, 40.5 + dy, { constrain: true }));
      const bounds = editor.document.layer.bounds;
      expect([bounds?.width, bounds?.height]).toEqual([10, 10]);
      expect(editor.document.layer.coverageAt(40, 40)).toBe(255);
    }
  });

  it('show what they will hold', () => {
    const editor = editorWith('ellipse');
    editor.tools.pointerDown(at(2.7, 1.2));
    editor.tools.pointerMove(at(5.1, 3.9));
    expect(editor.tools.preview()).toEqual({ kind: 'ellipse', from: { x: 2, y: 1 }, to: { x: 6, y: 4 } });
    editor.tools.pointerUp(at(5.1, 3.9));
    expect(editor.document.layer.bounds).toEqual({ x: 2, y: 1, width: 4, height: 3 });
    expect(editor.document.layer.coverageAt(2, 1)).toBeLessThan(255);
  });
});

describe('polygon', () => {
  const box = [at(10, 10), at(60, 10), at(60, 60), at(10, 60)];

  it('closes on its first corner, near enough for a hand', () => {
    const editor = editorWith('polygon');
    for (const corner of box) drag(editor, corner);
    expect(editor.document.layer.bounds).toBeUndefined();
    drag(editor, at(13, 12));
    expect(editor.document.layer.paintedCount).toBe(2500);
    expect(editor.tools.isBusy).toBe(false);
  });

  it('closes on a second press at the last corner and on Enter', () => {
    for (const close of ['press', 'Enter']) {
      const editor = editorWith('polygon');
      for (const corner of box) drag(editor, corner);
      if (close === 'press') drag(editor, box[3]);
      else editor.tools.keyDown({ key: 'Enter', shiftKey: false, altKey: false }, { x: 0, y: 0 });
      expect(editor.document.layer.paintedCount).toBe(2500);
    }
  });

  it('takes single corners back, by Backspace or undo, and all of them on Escape', () => {
    const editor = editorWith('polygon');
    for (const corner of box) drag(editor, corner);
    const corners = (): number => {
      const shape = editor.tools.preview();
      return shape?.kind === 'path' ? shape.points.length : 0;
    };
    editor.tools.pointerLeave();
    expect(corners()).toBe(4);
    editor.tools.keyDown({ key: 'Backspace', shiftKey: false, altKey: false }, { x: 0, y: 0 });
    expect(corners()).toBe(3);
    expect(editor.undo()).toBe(true);
    expect(corners()).toBe(2);
    editor.tools.keyDown({ key: 'Escape', shiftKey: false, altKey: false }, { x: 0, y: 0 });
    expect(editor.tools.isBusy).toBe(false);
  });

  it('keeps its corners when a pinch interrupts a press', () => {
    const editor = editorWith('polygon');
    drag(editor, box[0]);
    drag(editor, box[1]);
    editor.tools.pointerDown(at(80, 70));
    editor.tools.pointerCancel();
    drag(editor, box[2]);
    drag(editor, box[3]);
    drag(editor, box[0]);
    expect(editor.document.layer.paintedCount).toBe(2500);
  });

  it('sets a corner where the press is let go', () => {
    const editor = editorWith('polygon');
    drag(editor, at(0, 0), at(10, 10));
    for (const corner of box.slice(1)) drag(editor, corner);
    drag(editor, box[0]);
    expect(editor.document.layer.paintedCount).toBe(2500);
  });

  it('is dropped with the tool', () => {
    const editor = editorWith('polygon');
    for (const corner of box) drag(editor, corner);
    editor.tools.activate('brush');
    editor.tools.activate('polygon');
    expect(editor.tools.isBusy).toBe(false);
    expect(editor.document.layer.bounds).toBeUndefined();
  });

  it('removes when it was begun with the opposite modifier', () => {
    const editor = editorWith('polygon');
    editor.document.layer.invert();
    drag(editor, at(10, 10, { opposite: true }));
    for (const corner of box.slice(1)) drag(editor, corner);
    drag(editor, box[0]);
    expect(editor.document.layer.paintedCount).toBe(100 * 80 - 2500);
  });
});
