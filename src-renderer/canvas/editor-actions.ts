import type { Action } from './actions.ts';
import type { Editor, EditorRequest } from './editor.ts';
import { featherMask } from './morphology/feather.ts';
import { growMask, shrinkMask } from './morphology/grow.ts';
import { wholeRect } from './geometry.ts';
import type { MaskLayer } from './mask-layer.ts';
import { nextBrushSize } from './settings.ts';
import type { ToolId } from './tools/tool.ts';
import { actualSize, fitView, turnBy, turnTo, zoomIn, zoomOut, type View } from './view-transform.ts';

/** Degrees that a key turns the view by. */
export const TURN_STEP = 15;
const HARDNESS_STEP = 0.25;
const OPACITY_STEP = 0.1;

/** Everything that can be done in the mask editor. */
export const editorActions: readonly Action<Editor>[] = [
  {
    id: 'undo',
    label: 'action.undo',
    keys: ['Mod+Z'],
    predicate: (editor) => editor.tools.isBusy || editor.document.history.canUndo,
    perform: (editor) => editor.undo(),
  },
  {
    id: 'redo',
    label: 'action.redo',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    predicate: (editor) => !editor.tools.isBusy && editor.document.history.canRedo,
    perform: (editor) => editor.redo(),
  },
  tool('heal', 'J'),
  tool('brush', 'B'),
  tool('eraser', 'E'),
  tool('lasso', 'L'),
  tool('polygon', 'P'),
  tool('rectangle', 'R'),
  tool('ellipse', 'O'),
  { ...tool('wand', 'W'), predicate: (editor) => editor.pixels !== undefined },
  { ...tool('snap', 'D'), predicate: (editor) => editor.damage !== undefined },
  { ...tool('pick', 'V'), predicate: (editor) => editor.damage?.isChoosing === true },
  whereColoursCount(tool('color', 'K')),
  whereColoursCount(tool('eyedropper', 'I')),
  brushSize('brush-smaller', '[', -1),
  brushSize('brush-larger', ']', 1),
  hardness('brush-softer', '{', -1),
  hardness('brush-harder', '}', 1),
  maskEdit('mask-all', ['Mod+A'], (layer) => layer.fillRect(wholeRect(layer), 'add')),
  whenPainted(maskEdit('mask-clear', ['Mod+D', 'Delete'], (layer) => layer.fillRect(wholeRect(layer), 'subtract'))),
  maskEdit('mask-invert', ['Mod+I'], (layer) => layer.invert()),
  whenPainted(maskEdit('mask-grow', ['+'], (layer, editor) => growMask(layer, editor.settings.growRadius))),
  whenPainted(maskEdit('mask-shrink', ['-'], (layer, editor) => shrinkMask(layer, editor.settings.growRadius))),
  whenPainted(maskEdit('mask-feather', ['F'], (layer, editor) => featherMask(layer, editor.settings.featherSigma))),
  request('find-damage', ['S'], (editor) => editor.damage !== undefined && !editor.tools.isBusy),
  request('import-mask', ['Mod+Shift+I'], (editor) => !editor.tools.isBusy),
  request('export-mask', ['Mod+Shift+E'], isPainted),
  {
    id: 'overlay-toggle',
    label: 'action.overlay-toggle',
    keys: ['H'],
    perform: (editor) => changeOverlay(editor, { visible: !editor.settings.overlay.visible }),
  },
  opacity('overlay-fainter', ',', -1),
  opacity('overlay-stronger', '.', 1),
  zoom('zoom-in', ['Mod++', 'Mod+='], (view) => zoomIn(view)),
  zoom('zoom-out', ['Mod+-'], (view) => zoomOut(view)),
  zoom('zoom-fit', ['Mod+0', '0'], (view) => fitView(view.picture, view.viewport, 0, view.angle)),
  zoom('zoom-actual', ['Mod+1', '1'], (view) => actualSize(view)),
  zoom('turn-left', ['4'], (view) => turnBy(view, -TURN_STEP)),
  zoom('turn-right', ['6'], (view) => turnBy(view, TURN_STEP)),
  { ...zoom('turn-upright', ['5'], (view) => turnTo(view, 0)), predicate: (editor) => editor.view.angle !== 0 },
  request('show-shortcuts', ['?'], () => true),
  request('show-palette', ['Mod+K'], () => true),
];

function tool(id: ToolId, key: string): Action<Editor> {
  return { id: `tool-${id}`, label: `tool.${id}`, keys: [key], perform: (editor) => editor.tools.activate(id) };
}

function whereColoursCount(action: Action<Editor>): Action<Editor> {
  return { ...action, predicate: ({ colours }) => colours?.isInUse === true };
}

function brushSize(id: string, key: string, direction: 1 | -1): Action<Editor> {
  return {
    id,
    label: `action.${id}`,
    keys: [key],
    perform: (editor) => {
      const { brush } = editor.settings;
      editor.changeSettings({ brush: { ...brush, size: nextBrushSize(brush.size, direction) } });
    },
  };
}

function hardness(id: string, key: string, direction: 1 | -1): Action<Editor> {
  return {
    id,
    label: `action.${id}`,
    keys: [key],
    perform: (editor) => {
      const { brush } = editor.settings;
      editor.changeSettings({ brush: { ...brush, hardness: brush.hardness + direction * HARDNESS_STEP } });
    },
  };
}

function opacity(id: string, key: string, direction: 1 | -1): Action<Editor> {
  return {
    id,
    label: `action.${id}`,
    keys: [key],
    perform: (editor) =>
      changeOverlay(editor, { opacity: editor.settings.overlay.opacity + direction * OPACITY_STEP, visible: true }),
  };
}

function zoom(id: string, keys: readonly string[], change: (view: View) => View): Action<Editor> {
  return {
    id,
    label: `action.${id}`,
    keys,
    perform: (editor) => {
      editor.view = change(editor.view);
    },
  };
}

function changeOverlay(editor: Editor, change: Partial<Editor['settings']['overlay']>): void {
  editor.changeSettings({ overlay: { ...editor.settings.overlay, ...change } });
}

/** An edit of the whole mask; not while a stroke or outline is half done. */
function maskEdit(
  id: string,
  keys: readonly string[],
  change: (layer: MaskLayer, editor: Editor) => void,
): Action<Editor> {
  return {
    id,
    label: `action.${id}`,
    keys,
    predicate: (editor) => !editor.tools.isBusy,
    perform: (editor) => editor.document.edit(`history.${id}`, (layer) => change(layer, editor)),
  };
}

function whenPainted(action: Action<Editor>): Action<Editor> {
  return { ...action, predicate: (editor) => !editor.tools.isBusy && isPainted(editor) };
}

function isPainted(editor: Editor): boolean {
  return editor.document.layer.bounds !== undefined;
}

function request(id: EditorRequest, keys: readonly string[], predicate: (editor: Editor) => boolean): Action<Editor> {
  return { id, label: `action.${id}`, keys, predicate, perform: (editor) => editor.request(id) };
}
