import { describe, expect, it } from 'vitest';
import type { Editor } from '../../../../src-renderer/canvas/editor.ts';
import { colourToolIds, toolIds } from '../../../../src-renderer/canvas/tools/tool.ts';
import { at, drawn, editorWith } from './sample.ts';

/** Presses keys on the canvas: names as in `KeyboardEvent.key`, `alt:` or `shift:` before them. */
function press(editor: Editor, ...keys: string[]): boolean[] {
  return keys.map((name) => {
    const key = name.replace(/^(alt|shift):/, '');
    return editor.tools.keyDown(
      { key, altKey: name.startsWith('alt:'), shiftKey: name.startsWith('shift:') },
      editor.cursorStart(),
    );
  });
}

function times(count: number, key: string): string[] {
  return new Array<string>(count).fill(key);
}

describe('keyboard path', () => {
  it('shows a cursor in the middle at the first arrow key and leaves Space free until then', () => {
    const editor = editorWith('brush', 100, 80);
    expect(press(editor, ' ')).toEqual([false]);
    expect(editor.tools.cursor).toBeUndefined();
    expect(press(editor, 'ArrowLeft')).toEqual([true]);
    expect(editor.tools.cursor).toEqual({ x: 50, y: 40, isDown: false });
  });

  it('moves by what a hand can see, eight times as far with Shift, and by one pixel with Alt', () => {
    const editor = editorWith('brush', 1000, 800);
    press(editor, 'ArrowLeft', 'ArrowRight');
    expect(editor.tools.cursor?.x).toBe(504);
    press(editor, 'shift:ArrowRight');
    expect(editor.tools.cursor?.x).toBe(536);
    press(editor, 'alt:ArrowDown');
    expect(editor.tools.cursor?.y).toBe(401);
  });

  it('keeps the cursor in the picture', () => {
    const editor = editorWith('brush', 100, 80);
    press(editor, ...times(60, 'ArrowRight'), ...times(60, 'ArrowDown'));
    expect(editor.tools.cursor).toEqual({ x: 99, y: 79, isDown: false });
  });

  it('paints with the brush between two presses of Space, as one step', () => {
    const editor = editorWith('brush', 12, 5);
    editor.changeSettings({ brush: { size: 1, hardness: 1, pressure: true } });
    press(editor, 'ArrowLeft', ' ', ...times(3, 'alt:ArrowLeft'), ...times(2, 'alt:ArrowUp'), ' ', 'alt:ArrowUp');
    expect(drawn(editor)).toEqual(['...#........', '...#........', '...####.....', '............', '............']);
    expect(editor.document.history.undoLabel).toBe('history.brush');
  });

  it('takes a stroke back on Escape, then hides the cursor, then leaves Escape to others', () => {
    const editor = editorWith('brush');
    press(editor, 'ArrowLeft', ' ', 'ArrowLeft');
    expect(press(editor, 'Escape')).toEqual([true]);
    expect(editor.document.layer.bounds).toBeUndefined();
    expect(editor.tools.cursor?.isDown).toBe(false);
    expect(press(editor, 'Escape')).toEqual([true]);
    expect(editor.tools.cursor).toBeUndefined();
    expect(press(editor, 'Escape', 'Enter', 'Backspace')).toEqual([false, false, false]);
  });

  it('draws a rectangle from corner to corner, ended by Enter', () => {
    const editor = editorWith('rectangle', 12, 6);
    press(editor, 'ArrowLeft', ' ', ...times(3, 'alt:ArrowRight'), 'alt:ArrowDown', 'Enter');
    expect(editor.document.layer.bounds).toEqual({ x: 6, y: 3, width: 4, height: 2 });
    expect(editor.tools.cursor?.isDown).toBe(false);
  });

  it('sets corners of a polygon with Space and fills it with Enter', () => {
    const editor = editorWith('polygon', 60, 60);
    const corner = [' ', ...times(4, 'shift:ArrowLeft')];
    press(editor, 'ArrowLeft', ...corner, ' ', 'shift:ArrowUp', ' ', 'Enter');
    expect(editor.document.layer.paintedCount).toBeGreaterThan(200);
    expect(editor.document.history.undoLabel).toBe('history.polygon');
  });

  it('removes when Space is pressed with Alt', () => {
    const editor = editorWith('brush');
    editor.document.layer.invert();
    press(editor, 'ArrowLeft', 'alt: ', ' ');
    expect(editor.document.layer.coverageAt(50, 40)).toBe(0);
  });

  it('does something with every tool', () => {
    // Healing and colours change the picture and have tests of their own.
    for (const id of toolIds.filter((tool) => tool !== 'heal' && !colourToolIds.includes(tool))) {
      const editor = editorWith(id, 60, 60);
      const data = new Uint8ClampedArray(60 * 60 * 4).fill(200);
      editor.pixels = { width: 60, height: 60, data };
      const paint = (): void => void editor.document.edit(`history.${id}`, (layer) => layer.fillSpan(0, 0, 9, 'add'));
      editor.damage = { isChoosing: true, point: () => undefined, pick: paint, snap: paint };
      if (id === 'eraser') editor.document.layer.invert();
      const [right, down, left] = [times(5, 'ArrowRight'), times(5, 'ArrowDown'), times(5, 'ArrowLeft')];
      if (id === 'polygon') press(editor, 'ArrowUp', ' ', ...right, ' ', ...down, ' ', 'Enter');
      else press(editor, 'ArrowUp', ' ', ...right, ...down, ...left, ' ');
      expect(editor.document.history.undoLabel).toBe(`history.${id}`);
    }
  });
});

describe('pointer and keyboard together', () => {
  it('hides the cursor and drops its stroke when the pointer moves', () => {
    const editor = editorWith('brush');
    press(editor, 'ArrowLeft', ' ', 'ArrowLeft');
    editor.tools.pointerMove(at(3, 3));
    expect(editor.tools.cursor).toBeUndefined();
    expect(editor.document.layer.bounds).toBeUndefined();
    expect(editor.document.isEditing).toBe(false);
  });

  it('drops a stroke when another tool is chosen', () => {
    const editor = editorWith('brush');
    editor.tools.pointerDown(at(30, 30));
    editor.tools.activate('eraser');
    expect(editor.document.isEditing).toBe(false);
    expect(editor.document.layer.bounds).toBeUndefined();
    expect(editor.tools.active).toBe('eraser');
  });
});
