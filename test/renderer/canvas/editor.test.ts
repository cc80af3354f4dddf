import { describe, expect, it } from 'vitest';
import { findAction, findConflicts, performAction } from '../../../src-renderer/canvas/actions.ts';
import { editorActions } from '../../../src-renderer/canvas/editor-actions.ts';
import { Editor, type EditorChange, type EditorRequest } from '../../../src-renderer/canvas/editor.ts';
import { History, valueChange } from '../../../src-renderer/canvas/history.ts';
import { MaskLayer } from '../../../src-renderer/canvas/mask-layer.ts';
import { canvasKeys } from '../../../src-renderer/canvas/tools/tool-controller.ts';
import { toolIds } from '../../../src-renderer/canvas/tools/tool.ts';
import { pan } from '../../../src-renderer/canvas/view-transform.ts';
import { at, drag } from './tools/sample.ts';

const picture = { width: 400, height: 300 };
const viewport = { width: 800, height: 600, pixelRatio: 1 };

function create(requests: EditorRequest[] = []): Editor {
  return new Editor({ picture, viewport, onRequest: (request) => requests.push(request) });
}

function perform(editor: Editor, ...ids: string[]): boolean[] {
  return ids.map((id) => performAction(editorActions, id, editor));
}

describe('editor actions', () => {
  it('have ids, labels and keys without conflict, and none that the canvas needs', () => {
    expect(findConflicts(editorActions, canvasKeys)).toEqual([]);
    expect(editorActions.every(({ label }) => /^(action|tool)\.[a-z-]+$/.test(label))).toBe(true);
    for (const id of toolIds) expect(editorActions.map((action) => action.id)).toContain(`tool-${id}`);
  });

  it('cover, invert and clear the mask, each as one step', () => {
    const editor = create();
    const { layer } = editor.document;
    perform(editor, 'mask-all');
    expect(layer.paintedCount).toBe(400 * 300);
    perform(editor, 'mask-clear');
    expect(layer.bounds).toBeUndefined();
    drag(editor, at(100, 100), at(200, 100));
    const stroke = layer.paintedCount;
    perform(editor, 'mask-invert');
    expect(layer.paintedCount).toBe(400 * 300 - stroke);
    perform(editor, 'undo', 'undo', 'undo');
    expect(layer.paintedCount).toBe(400 * 300);
    perform(editor, 'undo');
    expect(layer.bounds).toBeUndefined();
    expect(perform(editor, 'undo')).toEqual([false]);
    perform(editor, 'redo', 'redo', 'redo', 'redo');
    expect(layer.paintedCount).toBe(400 * 300 - stroke);
    expect(perform(editor, 'redo')).toEqual([false]);
  });

  it('grow, shrink and feather by the settings', () => {
    const editor = create();
    editor.changeSettings({ growRadius: 5, featherSigma: 3 });
    editor.document.edit('history.test', (layer) => layer.fillRect({ x: 50, y: 50, width: 40, height: 40 }, 'add'));
    perform(editor, 'mask-grow');
    expect(editor.document.layer.bounds).toEqual({ x: 45, y: 45, width: 50, height: 50 });
    perform(editor, 'mask-shrink');
    expect(editor.document.layer.bounds).toEqual({ x: 50, y: 50, width: 40, height: 40 });
    perform(editor, 'mask-feather');
    expect(editor.document.layer.coverageAt(50, 70)).toBeGreaterThan(100);
    expect(editor.document.layer.coverageAt(50, 70)).toBeLessThan(160);
    expect(editor.document.history.undoLabel).toBe('history.mask-feather');
  });

  it('are not offered when they would do nothing, or would disturb a stroke', () => {
    const editor = create();
    expect(perform(editor, 'mask-clear', 'mask-grow', 'mask-feather', 'export-mask', 'find-damage')).toEqual(
      new Array(5).fill(false),
    );
    editor.tools.pointerDown(at(100, 100));
    expect(perform(editor, 'mask-invert', 'mask-all', 'mask-clear', 'redo', 'import-mask')).toEqual(
      new Array(5).fill(false),
    );
    expect(perform(editor, 'undo')).toEqual([true]);
    expect(editor.document.layer.bounds).toBeUndefined();
  });

  it('choose tools; the wand needs the pixels', () => {
    const editor = create();
    perform(editor, 'tool-lasso');
    expect(editor.tools.active).toBe('lasso');
    expect(perform(editor, 'tool-wand')).toEqual([false]);
    editor.pixels = { ...picture, data: new Uint8Array(400 * 300 * 4) };
    expect(perform(editor, 'tool-wand')).toEqual([true]);
  });

  it('change brush and overlay within their limits', () => {
    const editor = create();
    const { size } = editor.settings.brush;
    perform(editor, 'brush-larger');
    expect(editor.settings.brush.size).toBeGreaterThan(size);
    perform(editor, 'brush-smaller');
    expect(editor.settings.brush.size).toBe(nearest(size));
    for (let i = 0; i < 9; i++) perform(editor, 'brush-softer', 'overlay-fainter');
    expect([editor.settings.brush.hardness, editor.settings.overlay.opacity]).toEqual([0, 0.05]);
    perform(editor, 'overlay-toggle');
    expect(editor.settings.overlay.visible).toBe(false);
    perform(editor, 'overlay-stronger');
    expect(editor.settings.overlay.visible).toBe(true);
  });

  it('zoom', () => {
    const editor = create();
    expect(editor.view.zoom).toBe(2);
    perform(editor, 'zoom-in');
    expect(editor.view.zoom).toBe(3);
    perform(editor, 'zoom-actual');
    expect(editor.view.zoom).toBe(1);
    perform(editor, 'zoom-out');
    expect(editor.view.zoom).toBeCloseTo(2 / 3, 12);
    perform(editor, 'zoom-fit');
    expect(editor.view.zoom).toBe(2);
  });

  it('turn the view, which stays turned when it is fitted', () => {
    const editor = create();
    perform(editor, 'turn-right', 'turn-right', 'turn-left', 'turn-left', 'turn-left');
    expect(editor.view.angle).toBe(-15);
    perform(editor, 'zoom-fit');
    expect(editor.view.angle).toBe(-15);
    perform(editor, 'turn-upright');
    expect(editor.view.angle).toBe(0);
    expect(editor.document.history.canUndo).toBe(false);
  });

  it('ask the host for what the editor cannot do itself', () => {
    const requests: EditorRequest[] = [];
    const editor = create(requests);
    const nothing = (): void => undefined;
    editor.damage = { isChoosing: false, point: nothing, pick: nothing, snap: nothing };
    drag(editor, at(5, 5));
    perform(editor, 'find-damage', 'import-mask', 'export-mask', 'show-shortcuts', 'show-palette');
    expect(requests).toEqual(['find-damage', 'import-mask', 'export-mask', 'show-shortcuts', 'show-palette']);
  });

  it('are found by [ and ], and undo by Control+Z', () => {
    const editor = create();
    const plain = { code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
    expect(findAction(editorActions, { ...plain, key: '[' }, editor, 'other')?.id).toBe('brush-smaller');
    expect(findAction(editorActions, { ...plain, key: ']' }, editor, 'other')?.id).toBe('brush-larger');
    expect(findAction(editorActions, { ...plain, key: '?', shiftKey: true }, editor, 'other')?.id).toBe(
      'show-shortcuts',
    );
    drag(editor, at(5, 5));
    expect(findAction(editorActions, { ...plain, key: 'z', ctrlKey: true }, editor, 'other')?.id).toBe('undo');
  });
});

describe('editor', () => {
  it('goes on with a mask of the right size only', () => {
    const mask = new MaskLayer(400, 300);
    mask.fillSpan(3, 3, 9, 'add');
    expect(new Editor({ picture, viewport, mask }).document.layer.paintedCount).toBe(6);
    expect(() => new Editor({ picture, viewport, mask: new MaskLayer(300, 400) })).toThrow(/300 × 400 .*400 × 300/);
  });

  it('says what changed', () => {
    const editor = create();
    const changes: EditorChange[] = [];
    const leave = editor.subscribe((change) => changes.push(change));
    editor.view = pan(editor.view, 3, 3);
    editor.changeSettings({ growRadius: 4 });
    editor.pixels = undefined;
    drag(editor, at(5, 5));
    expect(changes).toEqual(['view', 'settings', 'pixels', 'tools', 'history', 'tools']);
    leave();
    editor.undo();
    expect(changes).toHaveLength(6);
  });

  it('shares its history with other things that can be undone', () => {
    const history = new History();
    const editor = new Editor({ picture, viewport, history });
    const panel = { steps: 10 };
    drag(editor, at(5, 5));
    panel.steps = 20;
    const write = (steps: number): void => {
      panel.steps = steps;
    };
    history.record(valueChange('settings.steps', 10, () => panel.steps, write));
    expect(editor.undo()).toBe(true);
    expect([panel.steps, editor.document.layer.bounds === undefined]).toEqual([10, false]);
    expect(editor.undo()).toBe(true);
    expect(editor.document.layer.bounds).toBeUndefined();
  });

  it('rolls an edit back that fails half way', () => {
    const editor = create();
    expect(() =>
      editor.document.edit('history.test', (layer) => {
        layer.invert();
        throw new Error('half way');
      }),
    ).toThrow('half way');
    expect(editor.document.layer.bounds).toBeUndefined();
    expect(editor.document.isEditing).toBe(false);
  });

  it('lets the keyboard start where the picture can be seen', () => {
    const editor = create();
    editor.view = pan(editor.view, 700, 0);
    const start = editor.cursorStart();
    expect(start.x).toBeGreaterThanOrEqual(0);
    expect(start.x).toBeLessThan(400);
  });
});

/** The step of the brush's sizes that a step up and down from `size` leads to. */
function nearest(size: number): number {
  const editor = create();
  editor.changeSettings({ brush: { ...editor.settings.brush, size } });
  perform(editor, 'brush-larger', 'brush-smaller');
  return editor.settings.brush.size;
}
