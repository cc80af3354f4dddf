import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import App from '../../src-renderer/app.svelte';
import { HostDouble } from './host-double.ts';
import { contentOf, fileOf, withoutDrawing } from './picture-double.ts';

const picture = fileOf('picture.png');
const choices = {
  solvers: [],
  predictors: [],
  correctors: [],
  sdes: [],
  schedules: [],
  methodOptions: [],
  sdeOptions: [],
  idle: {},
  defaults: {},
  defaultSolver: 'ddnm',
};

beforeEach(withoutDrawing);

/** The window in the desktop app, with a picture in it. */
async function show(answers: ConstructorParameters<typeof HostDouble>[0] = {}): Promise<HostDouble> {
  const host = new HostDouble({
    hello: () => ({ kind: 'electron', version: '1.2.3', platform: 'linux', dialogs: true }),
    readPicture: () => contentOf(),
    runs: () => [],
    recentFiles: () => [],
    choices: () => choices,
    planRun: () => ({ solver: 'ddnm', settings: {}, windows: 1, paintedPixels: 1, passes: 8, seconds: 1 }),
    showInFolder: () => null,
    about: () => ({
      version: '1.2.3',
      parts: [{ name: 'Electron', version: '45.4.1' }],
      system: 'Linux 6.1, x64',
      device: 'A processor, 8 threads, 16 GB',
      licences: 'MIT License of something',
    }),
    ...answers,
  });
  render(App, { client: host });
  await screen.findByRole('heading', { name: 'Open a picture to restore' });
  host.send({ type: 'files-opened', files: [picture] });
  await screen.findByRole('tab', { name: 'picture.png', selected: true });
  return host;
}

test('saves what is open when the host asks, before it ends', async () => {
  const host = await show();
  const saved = (): unknown[] => host.requests.filter(({ name }) => name === 'saveSession');
  const before = saved().length;
  host.send({ type: 'save-session' });
  await waitFor(() => expect(saved().length).toBeGreaterThan(before));
  expect(saved().at(-1)).toMatchObject({ request: { tabs: [{ file: picture.id }], active: 0 } });
});

test('tells what went wrong outside of it', async () => {
  const host = await show();
  host.send({ type: 'problem', message: 'There is no file gone.png any more.' });
  expect((await screen.findByRole('alert')).textContent).toContain('gone.png');
});

test('shows what a notification was about', async () => {
  const host = await show();
  host.send({ type: 'show', what: { kind: 'batch' } });
  await waitFor(() => expect(screen.getByRole('button', { name: 'Batch' }).getAttribute('aria-current')).toBe('page'));
  host.send({ type: 'show', what: { kind: 'result', file: picture.id } });
  await screen.findByRole('tab', { name: 'picture.png', selected: true });
});

test('shows where the picture lies', async () => {
  const host = await show();
  host.send({ type: 'action', action: 'show-in-folder' });
  await waitFor(() => expect(host.requests).toContainEqual({ name: 'showInFolder', request: { file: picture.id } }));
});

test('undoes text in a text field and the mask elsewhere, by keys and by the menu', async () => {
  const host = await show();
  const execCommand = vi.fn();
  Object.assign(document, { execCommand });
  host.send({ type: 'action', action: 'select-all' });
  await screen.findByText('100 % marked');
  const field = document.createElement('input');
  document.body.append(field);
  field.focus();
  expect(await fireEvent.keyDown(field, { key: 'z', ctrlKey: true })).toBe(true);
  expect(await fireEvent.keyDown(field, { key: 'y', ctrlKey: true })).toBe(true);
  for (const action of ['undo', 'redo', 'select-all']) host.send({ type: 'action', action });
  expect(execCommand.mock.calls).toEqual([['undo'], ['redo'], ['selectAll']]);
  screen.getByText('100 % marked');
  field.remove();
  host.send({ type: 'action', action: 'undo' });
  await screen.findByText('Nothing marked');
});

test('does nothing by the menu while a dialog is open', async () => {
  const host = await show();
  host.send({ type: 'action', action: 'settings' });
  await screen.findByRole('dialog', { name: 'Settings' });
  host.send({ type: 'action', action: 'close-tab' });
  host.send({ type: 'action', action: 'view-batch' });
  await Promise.resolve();
  expect(screen.getByRole('tab', { name: 'picture.png', hidden: true })).toBeTruthy();
});

test('says what it is made of, with the licences', async () => {
  const host = await show();
  host.send({ type: 'action', action: 'about' });
  const dialog = await screen.findByRole('dialog', { name: 'About Langevin' });
  await waitFor(() => expect(dialog.textContent).toContain('45.4.1'));
  expect(dialog.textContent).toContain('8 threads');
  expect(screen.getByRole('region', { name: 'Licences' }).textContent).toBe('MIT License of something');
});
