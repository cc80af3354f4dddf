import { fireEvent, render, screen } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import { parseRestoreOptions } from '../../src-main/contract/restore-options.ts';
import { isEnabled } from '../../src-renderer/canvas/actions.ts';
import { hintPatches } from '../../src-renderer/hints/hint-patches.ts';
import HintOptions from '../../src-renderer/hints/hint-options.svelte';
import { hintsFromSession } from '../../src-renderer/hints/hint-session.ts';
import { MaskLayer } from '../../src-renderer/canvas/mask-layer.ts';
import { panelOf } from '../../src-renderer/panel/panel-model.svelte.ts';
import { AppState } from '../../src-renderer/state/app-state.svelte.ts';
import { actionOf } from '../../src-renderer/state/actions.ts';
import type { OpenPicture } from '../../src-renderer/state/open-picture.svelte.ts';
import { at, drag } from '../renderer/canvas/tools/sample.ts';
import { HostDouble } from './host-double.ts';
import { openPicture, paintSome } from './run-pieces.ts';
import WithApp from './with-app.svelte';

function toColorize(): { app: AppState; picture: OpenPicture } {
  const app = new AppState(new HostDouble());
  const picture = openPicture();
  picture.options = parseRestoreOptions({ task: 'colorize' });
  picture.editor.changeSettings({ brush: { size: 2, hardness: 1, pressure: true } });
  render(WithApp, { props: { app, component: HintOptions, shown: { picture } } });
  return { app, picture };
}

const colors = ({ hints }: OpenPicture): string[] => hints.all.map(({ color }) => color);
const colorAt = ({ hints }: OpenPicture, x: number, y: number): string | undefined =>
  hints.all.find(({ layer }) => layer.coverageAt(x, y) > 127)?.color;

test('a brush paints colours, one over the other, which are picked, erased and undone', async () => {
  const { picture } = toColorize();
  const { editor, hints } = picture;
  await fireEvent.click(screen.getByRole('button', { name: 'Sky' }));
  expect(editor.tools.active).toBe('color');
  drag(editor, at(1, 1), at(7, 1));
  await fireEvent.input(screen.getByLabelText('Colour to paint with'), { target: { value: '#204080' } });
  drag(editor, at(4, 1), at(7, 1));
  expect([colorAt(picture, 1, 0), colorAt(picture, 6, 0)]).toEqual(['#86b6e2', '#204080']);
  // Only colours: nothing is marked.
  expect([picture.isPainted, editor.document.history.undoLabel]).toEqual([false, 'history.color']);
  // Alt takes the colour that is seen there; where nothing is painted, that of the picture.
  editor.tools.pointerDown(at(1, 1, { opposite: true }));
  editor.tools.pointerUp(at(1, 1));
  expect(hints.color).toBe('#86b6e2');
  editor.tools.activate('eyedropper');
  drag(editor, at(4, 6));
  expect([hints.color, editor.tools.active]).toEqual(['#808080', 'color']);
  // The right button erases whatever is painted there; so does the eraser.
  editor.tools.pointerDown(at(1, 1, { opposite: true, secondary: true }));
  editor.tools.pointerUp(at(1, 1));
  expect([colorAt(picture, 1, 0), colorAt(picture, 6, 0)]).toEqual([undefined, '#204080']);
  editor.tools.activate('eraser');
  drag(editor, at(3, 1), at(7, 1));
  expect([colors(picture).includes('#204080'), editor.document.history.undoLabel]).toEqual([false, 'history.eraser']);
  for (let steps = 0; steps < 2; steps++) editor.undo();
  expect(colors(picture)).toEqual(['#86b6e2', '#204080']);
  for (let steps = 0; steps < 2; steps++) editor.undo();
  expect([colors(picture), editor.document.history.canUndo]).toEqual([[], false]);
  editor.redo();
  expect(colorAt(picture, 6, 0)).toBe('#86b6e2');
  // A stroke that is taken back before it ends leaves nothing.
  hints.color = '#ff0000';
  editor.tools.activate('color');
  editor.tools.pointerDown(at(5, 5));
  expect(colorAt(picture, 5, 5)).toBe('#ff0000');
  editor.tools.cancel();
  expect(colors(picture)).toEqual(['#86b6e2']);
});

test('what is marked gets a colour, which goes with the run and the session, and is undone', async () => {
  const { app, picture } = toColorize();
  picture.hints.color = '#204080';
  paintSome(picture);
  flushSync();
  expect(picture.hints.paint()).toBe(true);
  flushSync();
  expect(picture.isPainted).toBe(false);
  const hint = { color: '#204080', mask: { x: 1, y: 1, width: 3, height: 3, coverage: new Uint8Array(9).fill(255) } };
  expect(panelOf(app, picture).request()).toMatchObject({ hints: [hint] });
  const [kept] = hintsFromSession(picture.toSession().hints!, picture.content);
  expect([kept.color, hintPatches(kept.layer)]).toEqual([hint.color, [hint.mask]]);
  expect(hintsFromSession(picture.toSession().hints!, { width: 9, height: 8 })).toEqual([]);
  await fireEvent.input(screen.getByLabelText('Painted colour 1'), { target: { value: '#ff0000' } });
  expect(colors(picture)).toEqual(['#ff0000']);
  expect(picture.toSession().hints).toMatchObject([{ color: '#ff0000' }]);
  picture.editor.undo();
  expect(colors(picture)).toEqual(['#204080']);
  // The mask comes back with the paint gone, in one step.
  picture.editor.undo();
  expect([picture.hints.all.length, picture.maskPatch()?.width]).toEqual([0, 3]);
  picture.editor.redo();
  flushSync();
  await fireEvent.click(screen.getByRole('button', { name: 'Take painted colour 1 away' }));
  expect(picture.hints.all).toEqual([]);
});

test('the colour brush is there for colourizing only', () => {
  const { picture } = toColorize();
  const brush = actionOf('tool-color');
  const app = { view: 'restore', pictures: { active: picture } } as unknown as AppState;
  expect(isEnabled(brush, app)).toBe(true);
  picture.options = parseRestoreOptions({ task: 'denoise' });
  expect(isEnabled(brush, app)).toBe(false);
  expect(picture.shownHints).toEqual([]);
});

test('a few strokes on a large picture are sent tile by tile', () => {
  const layer = new MaskLayer(3000, 2000);
  layer.fillSpan(10, 10, 20, 'add');
  layer.fillSpan(1990, 2900, 2999, 'add');
  const patches = hintPatches(layer);
  expect(patches.map(({ x, y, width }) => [x, y, width])).toEqual([
    [10, 10, 246],
    [2816, 1792, 183],
  ]);
  expect(patches.reduce((sum, { coverage }) => sum + coverage.filter((c) => c === 255).length, 0)).toBe(109);
});
