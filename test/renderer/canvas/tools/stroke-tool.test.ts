import { describe, expect, it } from 'vitest';
import { at, drag, drawn, editorWith } from './sample.ts';

describe('brush', () => {
  it('of size 1 paints exactly the pixels passed over', () => {
    const editor = editorWith('brush', 8, 4);
    editor.changeSettings({ brush: { size: 1, hardness: 0, pressure: true } });
    drag(editor, at(0.9, 0.1), at(3.2, 3.9, { pressure: 0.1 }), at(6.5, 3.5));
    expect(drawn(editor)).toEqual(['#.......', '.#......', '..#.....', '...####.']);
  });

  it('makes one step of undo of a stroke, however many moves it has', () => {
    const editor = editorWith('brush');
    drag(editor, at(20, 20), at(30, 25), at(60, 50), at(61, 51));
    expect(editor.document.history.undoLabel).toBe('history.brush');
    const painted = editor.document.layer.paintedCount;
    expect(painted).toBeGreaterThan(400);
    editor.undo();
    expect(editor.document.layer.bounds).toBeUndefined();
    expect(editor.document.history.canUndo).toBe(false);
    editor.redo();
    expect(editor.document.layer.paintedCount).toBe(painted);
  });

  it('shows the stroke while it is being painted', () => {
    const editor = editorWith('brush');
    editor.tools.pointerDown(at(50, 40));
    expect(editor.document.layer.paintedCount).toBeGreaterThan(70);
    expect(editor.document.history.canUndo).toBe(false);
  });

  it('takes a cancelled stroke back without a trace', () => {
    const editor = editorWith('brush');
    editor.tools.pointerDown(at(50, 40));
    editor.tools.pointerMove(at(70, 40));
    editor.tools.pointerCancel();
    editor.tools.pointerMove(at(90, 40));
    editor.tools.pointerUp(at(90, 40));
    expect(editor.document.layer.bounds).toBeUndefined();
    expect(editor.document.history.canUndo).toBe(false);
  });

  it('undone in the middle of a stroke drops the stroke and keeps what was before', () => {
    const editor = editorWith('brush');
    drag(editor, at(10, 10), at(20, 10));
    const before = editor.document.layer.toCoverage();
    editor.tools.pointerDown(at(50, 40));
    editor.undo();
    editor.tools.pointerMove(at(70, 40));
    editor.tools.pointerUp(at(70, 40));
    expect(Buffer.compare(editor.document.layer.toCoverage(), before)).toBe(0);
    expect(editor.document.history.canUndo).toBe(true);
  });

  it('narrows with the pressure of a pen, and lets the end keep its width', () => {
    const editor = editorWith('brush');
    editor.changeSettings({ brush: { size: 20, hardness: 1, pressure: true } });
    editor.tools.pointerDown(at(20, 40, { pressure: 0.2 }));
    editor.tools.pointerMove(at(80, 40, { pressure: 1 }));
    editor.tools.pointerUp(at(88, 40, { pressure: 0 }));
    const { layer } = editor.document;
    const height = (x: number): number => drawn(editor).filter((_, y) => layer.coverageAt(x, y) >= 128).length;
    expect([height(21), height(50), height(86)]).toEqual([4, 12, 20]);
  });

  it('goes straight on from the last stroke with Shift', () => {
    const editor = editorWith('brush', 40, 10);
    editor.changeSettings({ brush: { size: 1, hardness: 1, pressure: false } });
    drag(editor, at(2.5, 5.5));
    drag(editor, at(30.5, 5.5, { constrain: true }));
    expect(editor.document.layer.bounds).toEqual({ x: 2, y: 5, width: 29, height: 1 });
    expect(editor.document.layer.paintedCount).toBe(29);
  });

  it('removes with the opposite modifier', () => {
    const editor = editorWith('brush');
    drag(editor, at(20, 20), at(60, 20));
    drag(editor, at(20, 20, { opposite: true }), at(60, 20));
    expect(editor.document.layer.paintedCount).toBe(0);
    expect(editor.document.layer.coverageAt(40, 20)).toBe(0);
  });

  it('shows its outline where the pointer hovers', () => {
    const editor = editorWith('brush');
    expect(editor.tools.preview()).toBeUndefined();
    editor.tools.pointerMove(at(12, 13));
    expect(editor.tools.preview()).toEqual({ kind: 'brush', x: 12, y: 13, diameter: 10 });
    editor.tools.pointerLeave();
    expect(editor.tools.preview()).toBeUndefined();
  });
});

describe('eraser', () => {
  it('removes, and adds with the opposite modifier', () => {
    const editor = editorWith('eraser');
    editor.document.layer.invert();
    drag(editor, at(20, 20), at(60, 20));
    expect(editor.document.layer.coverageAt(40, 20)).toBe(0);
    drag(editor, at(40, 20, { opposite: true }));
    expect(editor.document.layer.coverageAt(40, 20)).toBe(255);
    expect(editor.document.history.undoLabel).toBe('history.eraser');
  });

  it('leaves no step where there was nothing to remove', () => {
    const editor = editorWith('eraser');
    drag(editor, at(20, 20), at(60, 20));
    expect(editor.document.history.canUndo).toBe(false);
  });
});
