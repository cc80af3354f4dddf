import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import { NO_LABEL, type ResultInfo, type RunSnapshot } from '../../src-main/contract/app/runs.ts';
import { performAction } from '../../src-renderer/canvas/actions.ts';
import { comparisonPage } from '../../src-renderer/history/comparison-page.ts';
import { changedOptions } from '../../src-renderer/history/run-again.ts';
import ResultView from '../../src-renderer/result/result-view.svelte';
import { differenceOf } from '../../src-renderer/result/compared-items.ts';
import { placeOf } from '../../src-renderer/result/place-of.ts';
import { appActions } from '../../src-renderer/state/actions.ts';
import { AppState } from '../../src-renderer/state/app-state.svelte.ts';
import type { OpenPicture } from '../../src-renderer/state/open-picture.svelte.ts';
import { reattachRun } from '../../src-renderer/state/run-model.svelte.ts';
import { HostDouble } from './host-double.ts';
import { content, paintSome } from './run-pieces.ts';
import WithApp from './with-app.svelte';

const options = { task: 'inpaint', seed: 5, samples: 1 } as const;

function result(run: number, changes: Partial<ResultInfo> = {}): ResultInfo {
  const base = { kind: 'sample', sample: 0, width: 8, height: 8, isScan: false, format: 'png' } as const;
  return { id: `result-${run}`, run: `run-00${run}`, ...base, ...changes };
}

/** A run as the host has kept it. */
function kept(number: number, changes: Partial<RunSnapshot> = {}): RunSnapshot {
  const numbers = { windows: 1, paintedPixels: 9, nfe: 16 * number, vjps: 0, seconds: 4 * number };
  return {
    ...{ run: `run-00${number}`, file: 'file-1', document: 'file-1', label: NO_LABEL, task: 'inpaint', status: 'done' },
    ...{ started: `2026-01-0${number}`, steps: [], notices: [], problem: undefined, results: [result(number)] },
    report: {
      ...{ task: 'inpaint', options: { ...options, seed: number }, model: 'photo', provider: 'cpu', settings: {} },
      ...{ solver: number === 1 ? 'mmps' : 'ddnm', seed: number, measured: {}, ...numbers },
    },
    ...changes,
  };
}

async function open(
  runs: readonly RunSnapshot[],
  answers: ConstructorParameters<typeof HostDouble>[0] = {},
): Promise<{ host: HostDouble; app: AppState; picture: OpenPicture }> {
  const host = new HostDouble({
    readPicture: () => content(),
    readResult: () => content(),
    readThumbnail: () => new Uint8Array([1]),
    labelRun: () => null,
    runs: () => runs,
    ...answers,
  });
  const app = new AppState(host);
  await app.pictures.open([{ id: 'file-1', name: 'cat.png', bytes: 1 }]);
  const picture = app.pictures.active!;
  await reattachRun(host, picture, 'file-1');
  picture.stage = 'result';
  render(WithApp, { props: { app, component: ResultView, shown: { picture } } });
  return { host, app, picture };
}

const cards = (): string[] =>
  screen
    .getAllByRole('button', { name: /^Result \d/ })
    .map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim());
const labels = (host: HostDouble): unknown[] =>
  host.requests.filter(({ name }) => name === 'labelRun').map(({ request }) => request);

beforeEach(() => {
  URL.createObjectURL = vi.fn(() => 'blob:small');
  URL.revokeObjectURL = vi.fn();
});

test('every run has a card with task, solver, seed and time, the newest first; an older one can be looked at', async () => {
  const { picture } = await open([kept(1), kept(2)]);
  expect(cards()).toEqual(['Result 2 Inpaint ddnm · seed 2 8 s', 'Result 1 Inpaint mmps · seed 1 4 s']);
  await waitFor(() => expect(document.querySelectorAll('.history img')).toHaveLength(2));
  await fireEvent.click(screen.getByRole('button', { name: /^Result 1/ }));
  expect(picture.result?.id).toBe('run-001');
  await fireEvent.keyDown(window, { key: 'N', shiftKey: true });
  expect(picture.result?.id).toBe('run-002');
});

test('a run of another state of the document has its card; one of another document has none', async () => {
  await open([kept(1), kept(2, { file: 'file-7' }), kept(3, { file: 'file-9', document: 'file-9' })]);
  expect(cards()).toHaveLength(2);
});

test('star, name and deletion are told to the host and undone step by step', async () => {
  const { host, app, picture } = await open([kept(1), kept(2)]);
  await fireEvent.click(screen.getByRole('button', { name: 'Star on Result 2' }));
  await fireEvent.click(screen.getByRole('button', { name: 'Rename' }));
  const field = screen.getByRole('textbox', { name: 'Name of the result' });
  await fireEvent.input(field, { target: { value: ' warm ' } });
  await fireEvent.keyDown(field, { key: 'Enter' });
  screen.getByRole('button', { name: 'Star on warm', pressed: true });
  await fireEvent.click(screen.getByRole('button', { name: 'Delete' }));
  expect(cards()).toHaveLength(1);
  expect(labels(host)).toEqual([
    { run: 'run-002', label: { name: '', isStarred: true, isRemoved: false } },
    { run: 'run-002', label: { name: 'warm', isStarred: true, isRemoved: false } },
    { run: 'run-002', label: { name: 'warm', isStarred: true, isRemoved: true } },
  ]);
  performAction(appActions, 'undo', app);
  await screen.findByRole('button', { name: /^warm/ });
  performAction(appActions, 'undo', app);
  performAction(appActions, 'undo', app);
  expect(picture.history?.labelOf('run-002')).toEqual(NO_LABEL);
  performAction(appActions, 'redo', app);
  await screen.findByRole('button', { name: 'Star on Result 2', pressed: true });
});

test('several runs are compared side by side, with captions and with their reports; one is chosen', async () => {
  const { picture } = await open([kept(1), kept(2), kept(3)]);
  await fireEvent.click(screen.getByRole('checkbox', { name: 'Compare Result 1' }));
  await fireEvent.click(screen.getByRole('checkbox', { name: 'Compare Result 3' }));
  await fireEvent.click(screen.getByRole('button', { name: 'Side by side' }));
  await screen.findByRole('application', { name: 'Result 1' });
  screen.getByRole('application', { name: 'Result 3' });
  const solver = screen.getByRole('rowheader', { name: 'Solver', hidden: true }).closest('tr');
  expect([...(solver?.cells ?? [])].map(({ textContent }) => textContent)).toEqual(['Solver', 'mmps', 'ddnm']);
  await fireEvent.click(screen.getByRole('checkbox', { name: 'Compare Result 2' }));
  for (const name of ['Split', 'Difference'])
    expect(screen.getByRole('button', { name })).toHaveProperty('disabled', true);
  await fireEvent.click(screen.getByRole('button', { name: 'Choose Result 1' }));
  expect(picture.result?.id).toBe('run-001');
  expect(picture.history?.compared).toEqual([]);
});

test('samples of a run are a contact sheet, of which one is picked', async () => {
  const results = [result(1), result(1, { id: 'result-b', sample: 1 }), result(1, { id: 'result-m', kind: 'mean' })];
  const { picture } = await open([kept(1, { results })]);
  await fireEvent.click(screen.getByRole('button', { name: 'Compare samples' }));
  await fireEvent.click(await screen.findByRole('button', { name: 'Choose Result 1 · Sample 2' }));
  expect(picture.history?.pickedOf('run-001')).toBe('result-b');
  expect(screen.getByRole('button', { name: 'Sample 2' }).getAttribute('aria-pressed')).toBe('true');
});

test('any number of samples is chosen from, nine at a time; those with a star are compared alone', async () => {
  const results = Array.from({ length: 20 }, (_, i) => result(1, { id: `sample-${i}`, sample: i }));
  const { host, app, picture } = await open([kept(1, { results })]);
  const history = picture.history!;
  await fireEvent.click(screen.getByRole('button', { name: 'Compare samples' }));
  await screen.findByText('1–9 of 20 samples');
  await fireEvent.click(screen.getByRole('button', { name: /^Next samples/ }));
  expect(history.compared[0]).toBe('sample-9');
  await fireEvent.click(await screen.findByRole('button', { name: 'Star on Result 1 · Sample 12' }));
  await fireEvent.keyDown(window, { key: 'n' });
  await fireEvent.keyDown(window, { key: 'n' });
  await screen.findByText('19–20 of 20 samples');
  await fireEvent.click(await screen.findByRole('button', { name: 'Star on Result 1 · Sample 20' }));
  expect(labels(host).at(-1)).toMatchObject({ label: { starredSamples: [11, 19] } });
  await fireEvent.click(screen.getByRole('checkbox', { name: 'Only with a star' }));
  expect(history.compared).toEqual(['sample-11', 'sample-19']);
  performAction(appActions, 'undo', app);
  expect(history.starredSamples(history.cards[0])).toEqual([11]);
});

test('going on from a result keeps the tab, the comparison and the results; undo comes back to the mask', async () => {
  const first = content();
  const second = { ...content(), data: new Uint8Array(4 * 64).fill(9) };
  const { host, app, picture } = await open([kept(1)], {
    readPicture: ({ file }) => (file === 'file-2' ? second : first),
    reuseResult: () => ({ id: 'file-2', name: 'cat.png', bytes: 1 }),
  });
  paintSome(picture);
  await fireEvent.click(screen.getByRole('button', { name: 'Continue from this' }));
  await waitFor(() => expect(app.pictures.active?.file.id).toBe('file-2'));
  expect(host.requests.find(({ name }) => name === 'reuseResult')?.request).toEqual({
    result: 'result-1',
    within: true,
  });
  const next = app.pictures.active!;
  expect(app.pictures.tabs).toEqual([next]);
  expect(next.toSession()).toMatchObject({ file: 'file-2', document: 'file-1', before: 'file-1' });
  expect([next.isPainted, next.history, next.opened?.data[0]]).toEqual([false, picture.history, 128]);
  performAction(appActions, 'undo', app);
  expect(app.pictures.active).toBe(picture);
  expect(picture.isPainted).toBe(true);
  picture.stage = 'edit';
  performAction(appActions, 'redo', app);
  expect(app.pictures.active).toBe(next);
  // What is done instead takes the later state away.
  performAction(appActions, 'undo', app);
  picture.editor.document.edit('history.test', (layer) => layer.fillRect({ x: 6, y: 6, width: 1, height: 1 }, 'add'));
  performAction(appActions, 'redo', app);
  expect(app.pictures.active === picture).toBe(true);
});

test('a run is repeated with one change', () => {
  const given = { ...options, steps: 40, solver: 'mmps', preset: 'best' } as const;
  expect(changedOptions(given, { kind: 'seed' }, () => 0.5)).toEqual({ ...given, seed: 2 ** 30 });
  expect(changedOptions(given, { kind: 'seeds', count: 4 }, Math.random)).toEqual({ ...given, samples: 4 });
  expect(changedOptions(given, { kind: 'preset', preset: 'balanced' }, Math.random)).toEqual(options);
  expect(changedOptions(given, { kind: 'solver', solver: 'ddnm' }, Math.random)).toEqual({
    ...options,
    solver: 'ddnm',
  });
});

test('what lies in another place, or is no picture of it, is not subtracted', () => {
  const picture = { width: 8, height: 8 };
  expect(placeOf(result(1, { width: 16, height: 16 }), undefined, picture)).toEqual({ x: 0, y: 0, ...picture });
  expect(placeOf(result(1, { kind: 'sheet' }), undefined, picture)).toBeUndefined();
  const rect = { x: 0, y: 0, ...picture };
  const item = { key: 'a', label: '', pixels: content(), rect };
  expect(differenceOf(item, item, 4)?.data[0]).toBe(128);
  expect(differenceOf(item, { ...item, rect: { ...rect, x: 1 } }, 4)).toBeUndefined();
  expect(differenceOf(item, { ...item, info: result(1, { kind: 'std' }) }, 4)).toBeUndefined();
});

test('the exported page lets no name become markup', () => {
  const texts = { title: '<b>"x"</b>', ...{ split: '', sideBySide: '', blink: '', fit: '', border: '', hint: '' } };
  const page = comparisonPage(
    'en',
    { ...texts, left: '', right: '', quality: '' },
    [{ label: '<i>', address: 'data:,' }],
    {
      width: 1,
      height: 1,
    },
  );
  expect(page).not.toMatch(/<b>|<i>/);
  expect(page).toContain("default-src 'none'");
});
