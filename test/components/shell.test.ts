import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import type { ModelInfo } from '../../src-main/contract/app/replies.ts';
import type { Session } from '../../src-main/contract/app/session.ts';
import { parseRestoreOptions } from '../../src-main/contract/restore-options.ts';
import { LangevinError } from '../../src-main/errors.ts';
import App from '../../src-renderer/app.svelte';
import { findConflicts } from '../../src-renderer/canvas/actions.ts';
import { canvasKeys } from '../../src-renderer/canvas/tools/tool-controller.ts';
import { toolIds } from '../../src-renderer/canvas/tools/tool.ts';
import { isMessageKey } from '../../src-renderer/i18n/translate.svelte.ts';
import { appActions } from '../../src-renderer/state/actions.ts';
import { MaskLayer } from '../../src-renderer/canvas/mask-layer.ts';
import { serializeMask } from '../../src-renderer/canvas/mask-file.ts';
import { HostDouble } from './host-double.ts';
import { contentOf, fileOf, withoutDrawing } from './picture-double.ts';

const [first, second] = [fileOf('first.png'), fileOf('second.png')];

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

/** A host with pictures that shows the whole window. */
function show(answers: ConstructorParameters<typeof HostDouble>[0] = {}): HostDouble {
  const host = new HostDouble({
    readPicture: () => contentOf(),
    forgetFile: () => null,
    runs: () => [],
    choices: () => choices,
    planRun: () => ({ solver: 'ddnm', settings: {}, windows: 1, paintedPixels: 1, passes: 8, seconds: 1 }),
    ...answers,
  });
  render(App, { client: host });
  return host;
}

async function showOpen(answers: ConstructorParameters<typeof HostDouble>[0] = {}): Promise<HostDouble> {
  const host = show(answers);
  await screen.findByRole('heading', { name: 'Open a picture to restore' });
  host.send({ type: 'files-opened', files: [first, second] });
  await screen.findByRole('tab', { name: 'second.png', selected: true });
  return host;
}

function tabOf(file: string, mask?: Uint8Array): Session['tabs'][number] {
  return { file, options: parseRestoreOptions({ task: 'denoise' }), model: 'photo', ...(mask && { mask }) };
}

test('opens files that come from outside, each in a tab, and the same one once', async () => {
  const host = await showOpen();
  host.send({ type: 'files-opened', files: [first] });
  await screen.findByRole('tab', { name: 'first.png', selected: true });
  expect(screen.getAllByRole('tab')).toHaveLength(2);
});

test('tells why a picture cannot be read and goes on with the next', async () => {
  const host = show({
    readPicture: ({ file }) => {
      if (file === first.id) throw new LangevinError('not-a-picture', 'first.png is no picture.');
      return contentOf();
    },
  });
  host.send({ type: 'files-opened', files: [first, second] });
  expect((await screen.findByRole('alert')).textContent).toContain('first.png is no picture.');
  await screen.findByRole('tab', { name: 'second.png' });
});

test('closes a tab by its key, brings it back with its mask, and lets the host forget it in the end', async () => {
  const host = await showOpen();
  const forgotten = (): unknown[] => host.requests.filter(({ name }) => name === 'forgetFile');
  host.send({ type: 'action', action: 'mask-all' });
  await fireEvent.keyDown(screen.getByRole('tab', { name: 'second.png' }), { key: 'Delete' });
  await screen.findByRole('tab', { name: 'first.png', selected: true });
  await fireEvent.click(screen.getByRole('button', { name: 'Open it again' }));
  await screen.findByRole('tab', { name: 'second.png', selected: true });
  await screen.findByText('100 % marked');
  expect(forgotten()).toEqual([]);
  host.send({ type: 'action', action: 'close-tab' });
  for (let i = 0; i < 21; i++) {
    host.send({ type: 'files-opened', files: [fileOf(`more-${i}.png`, `file-more-${i}`)] });
    await screen.findByRole('tab', { name: `more-${i}.png`, selected: true });
    host.send({ type: 'action', action: 'close-tab' });
  }
  // Twenty can be had back; the oldest are forgotten, with their notices.
  await waitFor(() => expect(forgotten()[0]).toEqual({ name: 'forgetFile', request: { file: second.id } }));
  expect(screen.queryByRole('button', { name: 'Open it again' })).toBeNull();
});

test('each notice of a closed picture opens that picture', async () => {
  const host = await showOpen();
  host.send({ type: 'action', action: 'mask-all' });
  host.send({ type: 'action', action: 'close-tab' });
  await screen.findByRole('tab', { name: 'first.png', selected: true });
  host.send({ type: 'action', action: 'mask-all' });
  host.send({ type: 'action', action: 'close-tab' });
  await screen.findByRole('heading', { name: 'Open a picture to restore' });
  const noticeOf = (name: string): HTMLElement => screen.getByText(new RegExp(`^${name} was closed`)).parentElement!;
  await fireEvent.click(within(noticeOf('second.png')).getByRole('button', { name: 'Open it again' }));
  await screen.findByRole('tab', { name: 'second.png', selected: true });
  await screen.findByText('100 % marked');
  await fireEvent.click(within(noticeOf('first.png')).getByRole('button', { name: 'Open it again' }));
  await screen.findByRole('tab', { name: 'first.png', selected: true });
  await waitFor(() => expect(screen.getAllByRole('tab')).toHaveLength(2));
});

test('closing a picture that is being restored asks first', async () => {
  HTMLDialogElement.prototype.showModal ??= vi.fn();
  const host = await showOpen({
    choices: () => choices,
    planRun: () => ({ solver: 'mmps', settings: {}, windows: 1, paintedPixels: 9, passes: 9, seconds: 1 }),
    startRun: () => ({ run: 'run-01' }),
    cancelRun: () => null,
    runs: () => [],
    forgetFile: () => null,
  });
  const cancelled = (): unknown[] => host.requests.filter(({ name }) => name === 'cancelRun');
  host.send({ type: 'action', action: 'mask-all' });
  await screen.findByText('100 % marked');
  host.send({ type: 'action', action: 'run' });
  await screen.findByText('Starting…');
  host.send({ type: 'action', action: 'close-tab' });
  const dialog = await screen.findByRole('dialog', { name: 'Close second.png?' });
  expect(cancelled()).toEqual([]);
  await fireEvent.click(within(dialog).getByRole('button', { name: 'Keep it open' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  screen.getByRole('tab', { name: /second.png/, selected: true });
  host.send({ type: 'action', action: 'close-tab' });
  await fireEvent.click(await screen.findByRole('button', { name: 'Cancel the run and close' }));
  await screen.findByRole('tab', { name: 'first.png', selected: true });
  expect(cancelled()).toHaveLength(1);
});

test('what runs and waits is listed, and goes on in a closed picture only if asked', async () => {
  HTMLDialogElement.prototype.showModal ??= vi.fn();
  const host = await showOpen({
    choices: () => choices,
    planRun: () => ({ solver: 'mmps', settings: {}, windows: 1, paintedPixels: 9, passes: 9, seconds: 1 }),
    startRun: () => ({ run: 'run-01' }),
    moveRun: () => null,
    pauseQueue: () => null,
    runs: () => [],
  });
  host.send({ type: 'action', action: 'mask-all' });
  await screen.findByText('100 % marked');
  host.send({ type: 'action', action: 'run' });
  await screen.findByText('Starting…');
  const queued = (run: string, status: 'running' | 'waiting', seconds: number) =>
    ({
      run,
      document: run,
      name: `${run}.png`,
      task: 'inpaint',
      status,
      provider: 'auto',
      seconds,
      memory: 6e8,
    }) as const;
  const runs = [queued('other', 'running', 20), queued('run-01', 'waiting', 8), queued('third', 'waiting', 5)];
  host.send({ type: 'run-queue', queue: { isPaused: false, runs } });
  await screen.findByText('1 run before this one; begins in about 20 s');
  await fireEvent.click(screen.getByRole('button', { name: /^Runs: 3/ }));
  await screen.findByText(/Automatic · waiting, takes about 8 s · about 600 MB of memory/);
  await fireEvent.click(screen.getByRole('button', { name: 'Run run-01.png later' }));
  await fireEvent.click(screen.getByRole('button', { name: 'Pause after this run' }));
  const asked = host.requests.filter(({ name }) => name === 'moveRun' || name === 'pauseQueue');
  expect(asked.map(({ request }) => request)).toEqual([{ run: 'run-01', place: 1 }, { paused: true }]);

  host.send({ type: 'action', action: 'close-tab' });
  await fireEvent.click(await screen.findByRole('button', { name: 'Let it go on' }));
  await screen.findByRole('tab', { name: 'first.png', selected: true });
  expect(host.requests.some(({ name }) => name === 'cancelRun')).toBe(false);
  host.send({ type: 'run-end', run: 'run-01', status: 'cancelled' });
  await screen.findByText('The restoration of second.png was cancelled.');
  await fireEvent.click(screen.getByRole('button', { name: 'Open it again' }));
  await screen.findByRole('tab', { name: /second.png/, selected: true });
});

test('chooses tools by their keys, but not while somebody types', async () => {
  await showOpen();
  await fireEvent.keyDown(document.body, { key: 'e', code: 'KeyE' });
  expect(screen.getByRole('button', { name: 'Eraser' }).getAttribute('aria-pressed')).toBe('true');
  await fireEvent.keyDown(screen.getByRole('spinbutton', { name: 'Size' }), { key: 'b', code: 'KeyB' });
  expect(screen.getByRole('button', { name: 'Brush' }).getAttribute('aria-pressed')).toBe('false');
});

test('does what native menus ask for and ignores what it does not know', async () => {
  const host = await showOpen();
  host.send({ type: 'action', action: 'mask-all' });
  await screen.findByText('100 % marked');
  await screen.findByRole('button', { name: 'Undo mark everything' });
  host.send({ type: 'action', action: 'no-such-action' });
  host.send({ type: 'action', action: 'undo' });
  await screen.findByText('Nothing marked');
});

test('brings the last session back: tabs, the one in front, options and mask', async () => {
  const layer = new MaskLayer(40, 30);
  layer.fillRect({ x: 0, y: 0, width: 40, height: 15 }, 'add');
  show({
    session: () => ({
      tabs: [tabOf(first.id), tabOf(second.id, serializeMask(layer))],
      active: 1,
      files: [first, second],
    }),
  });
  await screen.findByRole('tab', { name: 'second.png', selected: true });
  await waitFor(() => expect(screen.getAllByRole('tab')).toHaveLength(2));
  await screen.findByText('50 % marked');
});

test('brings the picture in front back first, and keeps the order of the tabs', async () => {
  const read: string[] = [];
  const host = show({
    readPicture: ({ file }) => {
      read.push(file);
      return contentOf();
    },
    session: () => ({
      tabs: [tabOf(first.id), tabOf('file-lost'), tabOf(second.id), tabOf('file-last')],
      active: 2,
      files: [first, second, fileOf('last.png', 'file-last')],
    }),
  });
  await waitFor(() => expect(screen.getAllByRole('tab')).toHaveLength(3));
  expect(read).toEqual([second.id, first.id, 'file-last']);
  expect(screen.getAllByRole('tab').map((tab) => tab.textContent.trim())).toEqual([
    'first.png',
    'second.png',
    'last.png',
  ]);
  screen.getByRole('tab', { name: 'second.png', selected: true });
  // A picture that is gone from the disk is no longer part of the session.
  await waitFor(
    () => {
      const saved = host.requests.findLast(({ name }) => name === 'saveSession')?.request as Session | undefined;
      expect(saved).toMatchObject({
        active: 1,
        tabs: [{ file: first.id }, { file: second.id }, { file: 'file-last' }],
      });
    },
    { timeout: 3000 },
  );
});

test('opens a picture without its mask when that was damaged, and says so', async () => {
  show({
    session: () => ({ tabs: [tabOf(first.id, Uint8Array.of(1, 2, 3))], active: 0, files: [first] }),
  });
  await screen.findByRole('tab', { name: 'first.png' });
  expect((await screen.findByRole('alert')).textContent).toContain('The saved mask cannot be read');
});

test('opens a picture without its mask when the picture has another size now', async () => {
  const mask = serializeMask(new MaskLayer(8, 8));
  show({ session: () => ({ tabs: [tabOf(first.id, mask)], active: 0, files: [first] }) });
  await screen.findByRole('tab', { name: 'first.png' });
  expect((await screen.findByRole('alert')).textContent).toContain('8 × 8');
});

test('saves the session after a change, and not before the last one is back', async () => {
  const host = await showOpen();
  const saved = (): unknown[] => host.requests.filter(({ name }) => name === 'saveSession');
  await waitFor(() => expect(saved()).toHaveLength(1), { timeout: 3000 });
  host.send({ type: 'action', action: 'mask-all' });
  await waitFor(() => expect(saved()).toHaveLength(2), { timeout: 3000 });
  const { request } = saved()[1] as { request: Session };
  expect(request.active).toBe(1);
  expect(request.tabs[0].mask).toBeUndefined();
  expect(request.tabs[1].mask).toBeInstanceOf(Uint8Array);
});

test('a session that cannot be read is not overwritten, and can be asked for again', async () => {
  let isBusy = true;
  const host = show({
    session: () => {
      if (isBusy) throw new LangevinError('internal', 'The session file is being written.');
      return { tabs: [tabOf(first.id)], active: 0, files: [first] };
    },
  });
  const again = await screen.findByRole('button', { name: 'Try again' });
  expect(screen.getByRole('alert').textContent).toContain('The session file is being written.');
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(host.requests.filter(({ name }) => name === 'saveSession')).toEqual([]);
  isBusy = false;
  await fireEvent.click(again);
  await screen.findByRole('tab', { name: 'first.png' });
});

test('files that come before the models get one of them', async () => {
  let answer: (models: ModelInfo[]) => void = () => undefined;
  const host = show({
    models: () => new Promise<ModelInfo[]>((resolve) => (answer = resolve)),
  });
  host.send({ type: 'files-opened', files: [first] });
  await new Promise((resolve) => setTimeout(resolve, 20));
  // It is read meanwhile, but not shown.
  expect(screen.queryByRole('tab')).toBeNull();
  answer([
    { name: 'ct', title: 'CT', description: '', channels: 1, tasks: ['reconstruct'], hasGradient: true },
    { name: 'photo', title: 'Photo', description: '', channels: 3, tasks: ['inpaint'], hasGradient: true },
  ]);
  await screen.findByRole('tab', { name: 'first.png' });
  await waitFor(
    () => {
      const saved = host.requests.find(({ name }) => name === 'saveSession')?.request as Session | undefined;
      expect(saved?.tabs[0].model).toBe('photo');
    },
    { timeout: 3000 },
  );
});

test('a host without models still opens pictures', async () => {
  const host = show({
    models: () => {
      throw new LangevinError('model-corrupt', 'models/photo is damaged.');
    },
  });
  await screen.findByRole('heading', { name: 'Open a picture to restore' });
  host.send({ type: 'files-opened', files: [first] });
  await screen.findByRole('tab', { name: 'first.png' });
});

test('tells that the connection is lost until it is back', async () => {
  const host = await showOpen();
  host.connection('lost');
  expect((await screen.findByRole('alert')).textContent).toContain('Langevin has ended or cannot be reached');
  host.connection('open');
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
});

test('stores tool settings and uses them in every tab', async () => {
  const host = await showOpen();
  await fireEvent.keyDown(document.body, { key: ']', code: 'BracketRight' });
  const size = (): string => screen.getByRole<HTMLInputElement>('spinbutton', { name: 'Size' }).value;
  await waitFor(() => expect(size()).not.toBe('24'));
  const larger = size();
  await fireEvent.click(screen.getByRole('tab', { name: 'first.png' }));
  await waitFor(() => expect(size()).toBe(larger));
  await waitFor(
    () =>
      expect(host.requests).toContainEqual({
        name: 'changeSettings',
        request: { editor: expect.objectContaining({ brush: { size: Number(larger), hardness: 1, pressure: true } }) },
      }),
    { timeout: 3000 },
  );
});

test('finds commands by any words of their name', async () => {
  HTMLDialogElement.prototype.showModal ??= vi.fn();
  await showOpen();
  await fireEvent.keyDown(document.body, { key: 'k', code: 'KeyK', ctrlKey: true });
  const dialog = await screen.findByRole('dialog', { name: 'All commands' });
  const field = within(dialog).getByRole('combobox');
  await fireEvent.input(field, { target: { value: 'mask grow' } });
  // Nothing is marked, so growing is not possible and not offered.
  expect(within(dialog).queryAllByRole('option')).toHaveLength(0);
  await fireEvent.input(field, { target: { value: 'picture WHOLE' } });
  expect(within(dialog).getAllByRole('option')).toHaveLength(1);
  await fireEvent.keyDown(field, { key: 'Enter' });
  await screen.findByText('100 % marked');
});

test('actions have names and want no keys that others or the canvas have', () => {
  expect(findConflicts(appActions, canvasKeys)).toEqual([]);
  expect(appActions.filter(({ label }) => !isMessageKey(label)).map(({ label }) => label)).toEqual([]);
  const edits = [
    ...toolIds.filter((tool) => tool !== 'pick' && tool !== 'eyedropper'),
    'mask-all',
    'mask-clear',
    'mask-invert',
    'mask-grow',
    'mask-shrink',
    'mask-feather',
  ];
  expect(edits.filter((edit) => !isMessageKey(`history.${edit}`))).toEqual([]);
});

test('shows people round, step by step, and lets them leave', async () => {
  const host = await showOpen();
  host.send({ type: 'action', action: 'tour' });
  await screen.findByRole('dialog', { name: 'Mark what is damaged' });
  await waitFor(() => expect(document.activeElement?.textContent).toBe('Next'));
  for (const name of ['Or let it be found', 'Restore', 'Judge the result', 'Find the rest']) {
    await fireEvent.click(screen.getByRole('button', { name: 'Next' }));
    await screen.findByRole('dialog', { name });
  }
  await fireEvent.click(screen.getByRole('button', { name: 'Done' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  host.send({ type: 'action', action: 'tour' });
  await fireEvent.keyDown(await screen.findByRole('dialog', { name: 'Mark what is damaged' }), { key: 'Escape' });
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

test('tasks and presets are commands', async () => {
  const host = await showOpen();
  host.send({ type: 'action', action: 'task-denoise' });
  await waitFor(() => expect((screen.getByRole('radio', { name: /^Denoise/ }) as HTMLInputElement).checked).toBe(true));
  host.send({ type: 'action', action: 'preset-best' });
  await screen.findByRole('button', { name: /^Best/, pressed: true });
});
