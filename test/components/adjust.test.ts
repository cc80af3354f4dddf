import type { Component } from 'svelte';
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import axe from 'axe-core';
import { expect, test, vi } from 'vitest';
import type { AppRequest } from '../../src-main/contract/app/calls.ts';
import { NO_ADJUSTMENT } from '../../src-main/contract/adjustment.ts';
import { AdjustModel } from '../../src-renderer/adjust/adjust-model.svelte.ts';
import { movedGrip, shaped } from '../../src-renderer/adjust/crop-shape.ts';
import { performAction } from '../../src-renderer/canvas/actions.ts';
import { appActions } from '../../src-renderer/state/actions.ts';
import { AppState } from '../../src-renderer/state/app-state.svelte.ts';
import type { OpenPicture } from '../../src-renderer/state/open-picture.svelte.ts';
import RestoreView from '../../src-renderer/views/restore-view.svelte';
import { HostDouble } from './host-double.ts';
import { content, paintSome } from './run-pieces.ts';
import WithApp from './with-app.svelte';

vi.mock('../../src-renderer/editor/mask-canvas.svelte', async () => import('./canvas-double.svelte'));

async function open(
  answers: ConstructorParameters<typeof HostDouble>[0] = {},
): Promise<{ host: HostDouble; app: AppState; picture: OpenPicture }> {
  const host = new HostDouble({
    readPicture: () => content(),
    runs: () => [],
    previewAdjustment: () => ({ ...content(), full: { width: 80, height: 40 }, histogram: [[1], [2], [3]] }),
    suggestAdjustment: () => ({
      balance: { temperature: 0.2, tint: 0 },
      levels: { black: 0.1, white: 0.9, gamma: 1 },
    }),
    adjustPicture: ({ mask }) => ({ file: { id: 'file-2', name: 'cat.png', bytes: 1 }, mask }),
    ...answers,
  });
  const app = new AppState(host);
  await app.pictures.open([{ id: 'file-1', name: 'cat.png', bytes: 1 }]);
  const picture = app.pictures.active!;
  render(WithApp, {
    props: { app, component: RestoreView as unknown as Component<{ picture: OpenPicture }>, shown: { picture } },
  });
  return { host, app, picture };
}

const asked = <Name extends 'previewAdjustment' | 'adjustPicture'>(host: HostDouble, name: Name): AppRequest<Name>[] =>
  host.requests.filter((request) => request.name === name).map(({ request }) => request as AppRequest<Name>);

test('the picture is set by the host and put into the tab with its mask; undo comes back, and it can be changed later', async () => {
  const { host, app, picture } = await open();
  paintSome(picture);
  performAction(appActions, 'adjust', app);
  await screen.findByRole('region', { name: 'Crop, straighten, tones' });
  await waitFor(() => expect(asked(host, 'previewAdjustment')).toHaveLength(1));
  await fireEvent.click(screen.getByRole('button', { name: 'Right' }));
  await fireEvent.click(screen.getByRole('button', { name: 'Auto' }));
  await waitFor(() => expect(picture.adjusting?.adjustment.levels.black).toBe(0.1));
  expect(asked(host, 'previewAdjustment').at(-1)?.adjustment).toMatchObject({ turn: { quarters: 1 } });
  const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`).filter((v) => !v.startsWith('region'))).toEqual(
    [],
  );
  // Undo and redo are of what is set here.
  performAction(appActions, 'undo', app);
  expect(picture.adjusting?.adjustment.levels.black).toBe(0);
  performAction(appActions, 'redo', app);
  await fireEvent.click(screen.getByRole('button', { name: 'Apply' }));
  await waitFor(() => expect(app.pictures.active?.file.id).toBe('file-2'));
  expect(asked(host, 'adjustPicture')[0]).toMatchObject({
    ...{ file: 'file-1', healed: false, mask: { x: 1, y: 1, width: 3, height: 3 } },
    adjustment: { turn: { quarters: 1 }, levels: { black: 0.1 } },
  });
  const next = app.pictures.active!;
  expect(next.isPainted).toBe(true);
  expect(next.toSession()).toMatchObject({ file: 'file-2', document: 'file-1', adjusted: { of: 'file-1' } });
  // Once more: what was set is changed, from the file that it was made of.
  performAction(appActions, 'adjust', app);
  expect(next.adjusting?.source).toMatchObject({ file: 'file-1', adjustment: { turn: { quarters: 1 } } });
  await fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
  performAction(appActions, 'undo', app);
  expect(app.pictures.active === picture).toBe(true);
});

test('nothing is made of a picture that was not changed, and Escape leaves', async () => {
  const { host, app, picture } = await open();
  performAction(appActions, 'adjust', app);
  await fireEvent.click(await screen.findByRole('button', { name: 'Apply' }));
  expect([picture.adjusting, asked(host, 'adjustPicture').length]).toEqual([undefined, 0]);
  performAction(appActions, 'adjust', app);
  await screen.findByRole('button', { name: 'Apply' });
  await fireEvent.keyDown(window, { key: 'Escape' });
  expect(picture.adjusting).toBeUndefined();
});

test('crop and corners are moved by keys, and turned with the picture', async () => {
  const { picture, app } = await open();
  performAction(appActions, 'adjust', app);
  const edge = await screen.findByRole('button', { name: 'Left edge of the crop' });
  await fireEvent.keyDown(edge, { key: 'ArrowRight', shiftKey: true });
  expect(picture.adjusting?.adjustment.crop).toEqual({ x: 0.05, y: 0, width: 0.95, height: 1 });
  await fireEvent.click(screen.getByRole('button', { name: 'Corners of a photographed print' }));
  await fireEvent.keyDown(screen.getByRole('button', { name: /^Top left corner/ }), { key: 'ArrowDown' });
  expect(picture.adjusting?.adjustment.corners?.[0][1]).toBeCloseTo(0.105);
});

test('turning four times, or mirroring twice, comes back to the same crop and corners', () => {
  const start = {
    ...NO_ADJUSTMENT,
    crop: { x: 0.125, y: 0.25, width: 0.5, height: 0.25 },
    corners: [
      [0.125, 0.25],
      [0.75, 0.125],
      [0.875, 0.875],
      [0.25, 0.75],
    ],
  } as typeof NO_ADJUSTMENT;
  const model = new AdjustModel(new AppState(new HostDouble()), { file: 'file-1', healed: false, adjustment: start });
  for (let i = 0; i < 4; i++) model.turn(1);
  expect(model.adjustment).toEqual(start);
  model.turn(1);
  model.turn(3);
  model.mirror();
  model.mirror();
  expect({ ...model.adjustment, angle: 0 }).toEqual({ ...start, angle: 0 });
  // What the host would refuse is left out.
  model.change({ levels: { black: 0.9, white: 0.2, gamma: 1 } }, 'black');
  expect(model.adjustment.levels).toEqual(start.levels);
});

test('a crop stays in the picture and keeps its shape', () => {
  const crop = { x: 0.2, y: 0.2, width: 0.6, height: 0.6 };
  expect(movedGrip(crop, { x: 0, y: 0 }, 9, -9)).toEqual({ ...crop, x: 0.4, y: 0 });
  const wide = movedGrip(crop, { x: 1, y: 1 }, 9, 9, 2);
  expect(wide.width / wide.height).toBeCloseTo(2);
  expect(wide.x + wide.width).toBeLessThanOrEqual(1 + 1e-9);
  expect(shaped(crop, 0.5).width).toBeCloseTo(0.3);
});
