import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import type { AppRequest } from '../../src-main/contract/app/calls.ts';
import { NO_LABEL, type ResultInfo, type RunRequest, type RunSnapshot } from '../../src-main/contract/app/runs.ts';
import { cropPixels, deviationPixels, differencePixels, scanPixels } from '../../src-renderer/result/compare-pixels.ts';
import ResultView from '../../src-renderer/result/result-view.svelte';
import { AppState } from '../../src-renderer/state/app-state.svelte.ts';
import type { OpenPicture } from '../../src-renderer/state/open-picture.svelte.ts';
import { RunModel } from '../../src-renderer/state/run-model.svelte.ts';
import { HostDouble } from './host-double.ts';
import { content, openPicture } from './run-pieces.ts';
import WithApp from './with-app.svelte';

function resultInfo(id: string, changes: Partial<ResultInfo> = {}): ResultInfo {
  const base = { run: 'run-01', kind: 'sample', sample: 0, width: 8, height: 8, isScan: false, format: 'png' } as const;
  return { id, ...base, ...changes };
}

const report = {
  task: 'inpaint',
  options: { task: 'inpaint', seed: 5, samples: 1 },
  model: 'photo',
  provider: 'cpu',
  solver: 'mmps',
  settings: { steps: 8 },
  seed: 5,
  windows: 1,
  paintedPixels: 9,
  nfe: 56,
  vjps: 40,
  seconds: 4,
  measured: {},
} as const;

function showResults(
  results: readonly ResultInfo[],
  answers: ConstructorParameters<typeof HostDouble>[0] = {},
  crop?: RunSnapshot['crop'],
  file?: string,
): { host: HostDouble; picture: OpenPicture; app: AppState } {
  const host = new HostDouble({
    readResult: () => content(),
    saveResult: () => ({ saved: true, name: 'cat_inpaint.png' }),
    forgetResult: () => null,
    ...answers,
  });
  const app = new AppState(host);
  const picture = openPicture();
  const request = file === undefined ? undefined : ({ file, options: report.options, network: {} } as RunRequest);
  const run = new RunModel(host, 'run-01', request && { request });
  if (crop !== undefined) {
    const found = { run: 'run-01', file: 'file-1', task: 'inpaint', status: 'running', started: '', crop } as const;
    run.take({
      ...found,
      document: 'file-1',
      label: NO_LABEL,
      steps: [],
      results: [],
      notices: [],
      report: undefined,
      problem: undefined,
    });
  }
  for (const result of results) host.send({ type: 'run-result', run: 'run-01', result });
  host.send({ type: 'run-end', run: 'run-01', status: 'done', report });
  picture.run = run;
  render(WithApp, { props: { app, component: ResultView, shown: { picture } } });
  return { host, picture, app };
}

test('the strength mixes a result with the picture before: saved so by the host, and undone', async () => {
  const made = resultInfo('result-2', { strength: 0.5 });
  const { host, picture } = showResults(
    [resultInfo('result-1')],
    { strengthenResult: () => made },
    undefined,
    'file-1',
  );
  const field = screen.getByRole('spinbutton', { name: 'Strength' });
  await fireEvent.change(field, { target: { value: '50' } });
  await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(saves(host)).toHaveLength(1));
  expect(saves(host)[0].result).toBe('result-2');
  const asked = host.requests.filter(({ name }) => name === 'strengthenResult').map(({ request }) => request);
  expect(asked).toEqual([{ result: 'result-1', strength: 0.5 }]);
  picture.editor.undo();
  await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(saves(host)).toHaveLength(2));
  expect(saves(host)[1].result).toBe('result-1');
});

const saves = (host: HostDouble): AppRequest<'saveResult'>[] =>
  host.requests.filter(({ name }) => name === 'saveResult').map(({ request }) => request as AppRequest<'saveResult'>);

test('saves in the format of the original under a name of its own, and says so', async () => {
  const { host, app } = showResults([resultInfo('result-1')]);
  await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(app.notices.map(({ message }) => message)).toEqual(['Saved as cat_inpaint.png.']));
  expect(saves(host)).toEqual([{ result: 'result-1', save: { name: 'cat_inpaint', format: 'png', metadata: 'keep' } }]);
});

test('a preview says that it is one, after a reload too, and is not saved for the picture', async () => {
  const crop = { x: 2, y: 1, width: 4, height: 4 };
  const { host, picture, app } = showResults(
    [resultInfo('result-1', { width: 4, height: 4 })],
    { acknowledgeFrame: () => null },
    crop,
  );
  screen.getByText('Preview: 4 × 4 pixels only');
  for (const name of ['Save', 'Save as…', 'Continue from this']) {
    expect(screen.getByRole('button', { name })).toHaveProperty('disabled', true);
  }
  picture.commands.save?.();
  expect(app.notices.map(({ message }) => message)).toEqual([expect.stringMatching(/^This is a preview/)]);
  expect(saves(host)).toEqual([]);
  const run = vi.fn();
  picture.commands = { ...picture.commands, run };
  await fireEvent.click(screen.getByRole('button', { name: 'Restore the rest' }));
  expect(run).toHaveBeenCalledOnce();
});

test('saves as another format with quality and without metadata, and remembers that', async () => {
  const { host } = showResults([resultInfo('result-1')]);
  HTMLDialogElement.prototype.showModal = vi.fn(function (this: HTMLDialogElement) {
    this.open = true;
  });
  await fireEvent.click(screen.getByRole('button', { name: 'Save as…' }));
  const name = screen.getByRole('textbox', { name: 'Name' });
  await fireEvent.input(name, { target: { value: ' restored ' } });
  await fireEvent.change(screen.getByRole('combobox', { name: 'Format' }), { target: { value: 'jpeg' } });
  await screen.findByText(/Compressed with loss/);
  await fireEvent.input(screen.getByRole('slider', { name: 'Quality' }), { target: { value: '80' } });
  await fireEvent.click(screen.getByRole('checkbox', { name: /Keep metadata/ }));
  await fireEvent.submit(name.closest('form')!);
  await waitFor(() => expect(saves(host)).toHaveLength(1));
  expect(saves(host)[0].save).toEqual({ name: 'restored', format: 'jpeg', quality: 80, metadata: 'none' });
  await waitFor(() =>
    expect(host.requests.at(-1)).toEqual({
      name: 'changeSettings',
      request: { save: { format: 'jpeg', quality: 80, metadata: 'none' } },
    }),
  );
});

test('a dismissed save says nothing and keeps the dialog', async () => {
  const { app, host } = showResults([resultInfo('result-1')], {
    saveResult: () => ({ saved: false, dismissed: true }),
  });
  await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(saves(host)).toHaveLength(1));
  expect(app.notices).toEqual([]);
});

test('samples can be picked, with their mean and uncertainty', async () => {
  const results = [
    resultInfo('result-1'),
    resultInfo('result-2', { sample: 1 }),
    resultInfo('result-m', { kind: 'mean' }),
    resultInfo('result-s', { kind: 'std' }),
  ];
  const { host } = showResults(results);
  const second = await screen.findByRole('button', { name: 'Sample 2' });
  await fireEvent.click(second);
  expect(second.getAttribute('aria-pressed')).toBe('true');
  await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(saves(host)[0]).toMatchObject({ result: 'result-2', save: { name: 'cat_inpaint_2' } }));
  await fireEvent.click(screen.getByRole('button', { name: 'Uncertainty' }));
  await screen.findByText(/bright where the picture does not tell/);
  screen.getByRole('img', { name: /from dark, 0, to bright, 128: standard deviation, of 255/ });
  expect(screen.getByRole('button', { name: 'Difference' }).hasAttribute('disabled')).toBe(true);
  await fireEvent.keyDown(window, { key: 'n' });
  expect(screen.getByRole('button', { name: 'Sample 1' }).getAttribute('aria-pressed')).toBe('true');
});

test('the border between before and after moves by keys', async () => {
  showResults([resultInfo('result-1')]);
  const split = await screen.findByRole('slider', { name: 'Border between before and after' });
  expect(split.getAttribute('aria-valuenow')).toBe('50');
  await fireEvent.keyDown(split, { key: 'ArrowLeft' });
  expect(split.getAttribute('aria-valuenow')).toBe('49');
  await fireEvent.keyDown(split, { key: 'End' });
  expect(split.getAttribute('aria-valuenow')).toBe('100');
});

test('X, held, shows the picture before', async () => {
  showResults([resultInfo('result-1')]);
  await fireEvent.keyDown(window, { key: 'x' });
  screen.getByRole('application', { name: 'Before' });
  await fireEvent.keyUp(window, { key: 'x' });
  expect(screen.queryByRole('application', { name: 'Before' })).toBeNull();
});

test('opens the result in a tab of its own, or goes to the mask', async () => {
  const { picture, app } = showResults([resultInfo('result-1')], {
    reuseResult: () => ({ id: 'file-2', name: 'cat_inpaint.png', bytes: 1 }),
    readPicture: () => content(),
  });
  const more = screen.getByRole('button', { name: 'More' });
  await fireEvent.click(more);
  await fireEvent.click(screen.getByRole('button', { name: 'Open in a new tab' }));
  await waitFor(() => expect(app.pictures.tabs.map(({ file }) => file.id)).toEqual(['file-2']));
  await fireEvent.click(more);
  await fireEvent.click(screen.getByRole('button', { name: 'Edit mask' }));
  expect(picture.stage).toBe('edit');
});

test('the report tells solver, seed and evaluations', () => {
  showResults([resultInfo('result-1')]);
  const terms = screen.getAllByRole('term', { hidden: true }).map((term) => term.textContent);
  expect(terms).toEqual(expect.arrayContaining(['Solver', 'Seed', 'Passes through the network']));
});

test('a new run keeps showing the old result until it has one, then lets it go', () => {
  const { host, picture } = showResults([resultInfo('result-1')]);
  const before = picture.run;
  const next = new RunModel(host, 'run-02', before && { previous: before });
  expect(next.withResults).toBe(before);
  host.send({ type: 'run-result', run: 'run-02', result: resultInfo('result-9', { run: 'run-02' }) });
  expect(next.withResults).toBe(next);
});

test('differences are signed about grey and scaled by the gain', () => {
  const before = { width: 1, height: 2, data: new Uint8Array([10, 20, 30, 255, 0, 0, 0, 255]) };
  const after = { width: 1, height: 2, data: new Uint8Array([12, 20, 25, 255, 255, 0, 0, 255]) };
  expect([...differencePixels(before, after, 4).data]).toEqual([136, 128, 108, 255, 255, 128, 128, 255]);
  expect([...differencePixels(before, after, 4, 'red').data.subarray(0, 4)]).toEqual([136, 136, 136, 255]);
  const luma = Math.round(128 + 4 * (0.2126 * 2 - 0.0722 * 5));
  expect([...differencePixels(before, after, 4, 'brightness').data.subarray(0, 4)]).toEqual([luma, luma, luma, 255]);
  expect(() => differencePixels(before, { ...after, height: 1 }, 4)).toThrow(/1 × 2 pixels/);
  expect([...cropPixels(after, { x: 0, y: 1, width: 1, height: 1 }).data]).toEqual([255, 0, 0, 255]);
});

test('slices are shown in their window', () => {
  const values = new Uint8Array(new Float32Array([-1000, 40, 240, 3000]).buffer);
  const scan = {
    kind: 'slice',
    width: 4,
    height: 1,
    slices: 1,
    values,
    unit: 'HU',
    window: { centre: 40, width: 400 },
  } as const;
  const { data } = scanPixels(scan);
  expect([data[0], data[4], data[8], data[12]]).toEqual([0, 128, 255, 255]);
});

test('deviations are coloured up to the largest', () => {
  const data = new Uint8Array([0, 0, 0, 255, 2, 2, 2, 255, 8, 8, 8, 255]);
  const { pixels, largest } = deviationPixels({ width: 3, height: 1, data });
  expect(largest).toBe(8);
  expect([...pixels.data]).toEqual([0, 0, 4, 255, 186, 54, 85, 255, 252, 255, 164, 255]);
});
