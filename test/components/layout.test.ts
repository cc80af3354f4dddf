import type { Component } from 'svelte';
import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import type { AppRequest } from '../../src-main/contract/app/calls.ts';
import { performAction } from '../../src-renderer/canvas/actions.ts';
import { appActions } from '../../src-renderer/state/actions.ts';
import { AppState } from '../../src-renderer/state/app-state.svelte.ts';
import { performShortcut } from '../../src-renderer/shell/shortcuts.ts';
import type { OpenPicture } from '../../src-renderer/state/open-picture.svelte.ts';
import RestoreView from '../../src-renderer/views/restore-view.svelte';
import { HostDouble } from './host-double.ts';
import { content } from './run-pieces.ts';
import WithApp from './with-app.svelte';

vi.mock('../../src-renderer/editor/mask-canvas.svelte', async () => import('./canvas-double.svelte'));

beforeEach(() => {
  URL.createObjectURL = vi.fn(() => 'blob:small');
  URL.revokeObjectURL = vi.fn();
});

async function open(): Promise<{ host: HostDouble; app: AppState }> {
  const host = new HostDouble({
    readPicture: () => content(),
    runs: () => [],
    readThumbnail: () => new Uint8Array([1]),
  });
  const app = new AppState(host);
  await app.pictures.open([
    { id: 'file-1', name: 'cat.png', bytes: 1 },
    { id: 'file-2', name: 'dog.png', bytes: 1 },
  ]);
  render(WithApp, {
    props: {
      app,
      component: RestoreView as unknown as Component<{ picture: OpenPicture }>,
      shown: { picture: app.pictures.active! },
    },
  });
  return { host, app };
}

const remembered = (host: HostDouble): unknown =>
  (host.requests.findLast(({ name }) => name === 'changeSettings')?.request as AppRequest<'changeSettings'>).layout;

test('the panel is made wider by keys, hidden and shown, and that is remembered', async () => {
  const { host } = await open();
  const separator = screen.getByRole('separator', { name: 'Width of the panel' });
  expect(separator.getAttribute('aria-valuenow')).toBe('320');
  await fireEvent.keyDown(separator, { key: 'ArrowLeft' });
  expect(remembered(host)).toMatchObject({ panel: 336, isPanelOpen: true });
  await fireEvent.click(screen.getByRole('button', { name: 'Show or hide the panel', expanded: true }));
  expect(screen.queryByRole('complementary')).toBeNull();
  expect(remembered(host)).toMatchObject({ panel: 336, isPanelOpen: false });
  await fireEvent.click(screen.getByRole('button', { name: 'Show or hide the panel', expanded: false }));
  screen.getByRole('complementary');
});

test('live and result have their place before the first run, and say why they cannot be shown', async () => {
  const { app } = await open();
  const result = screen.getByRole('button', {
    name: 'Result',
    description: 'There is no result before the first run.',
  });
  expect(result.getAttribute('aria-disabled')).toBe('true');
  await fireEvent.click(result);
  expect(app.pictures.active?.stage).toBe('edit');
  expect(screen.getByRole('button', { name: 'Edit' }).getAttribute('aria-pressed')).toBe('true');
});

test('small pictures of what is open lead to it', async () => {
  const { app } = await open();
  performAction(appActions, 'toggle-film', app);
  await vi.waitFor(() => expect(document.querySelectorAll('nav.film img')).toHaveLength(2));
  await fireEvent.click(screen.getByRole('button', { name: 'cat.png' }));
  expect(app.pictures.active?.file.id).toBe('file-1');
});

test('everything around the picture is hidden by command, or by Tab for whoever came by pointer', async () => {
  const { app } = await open();
  performAction(appActions, 'toggle-all', app);
  await vi.waitFor(() => expect(screen.queryByRole('complementary')).toBeNull());
  expect(screen.queryByRole('toolbar')).toBeNull();
  await fireEvent.click(screen.getByRole('button', { name: /Show panels/ }));
  screen.getByRole('complementary');
  const canvas = screen.getByTestId('mask-canvas');
  canvas.focus();
  const isByKeyboard = vi.spyOn(canvas, 'matches');
  for (const [byKeyboard, isBare] of [
    [true, false],
    [false, true],
  ] as const) {
    isByKeyboard.mockImplementation((selector) => selector !== ':focus-visible' || byKeyboard);
    performShortcut(app, new KeyboardEvent('keydown', { key: 'Tab', cancelable: true }));
    expect(app.isBare).toBe(isBare);
  }
});
