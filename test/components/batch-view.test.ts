import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { BatchSnapshot, BatchStart } from '../../src-main/contract/app/batch.ts';
import type { LikelihoodReport } from '../../src-main/contract/likelihood-job.ts';
import type { BatchEvent, BatchReport, FileOutcome } from '../../src-main/contract/batch.ts';
import { LangevinError } from '../../src-main/errors.ts';
import App from '../../src-renderer/app.svelte';
import { chosenFolder, droppedFolders } from '../../src-renderer/batch/dropped-folders.ts';
import { HostDouble } from './host-double.ts';
import { content } from './run-pieces.ts';

const photo = {
  name: 'photo',
  title: 'Photo',
  description: '',
  channels: 3,
  tasks: ['inpaint' as const, 'denoise' as const, 'deblur' as const],
  hasGradient: true,
};
const folders = [
  { id: 'folder-in', name: 'scans' },
  { id: 'folder-out', name: 'restored' },
];

type Answers = ConstructorParameters<typeof HostDouble>[0];

function hostWith(answers: Answers = {}): HostDouble {
  return new HostDouble({
    models: () => [photo],
    folders: () => folders,
    batches: () => [],
    choices: () => ({
      ...{
        solvers: [],
        predictors: [],
        correctors: [],
        schedules: [],
        methodOptions: [],
        sdeOptions: [],
        idle: {},
        sdes: [],
      },
      ...{ defaults: { steps: 20 }, defaultSolver: 'mmps' },
    }),
    createFolder: ({ name }) => ({ id: `made-${name}`, name }),
    addToFolder: () => null,
    planBatch: () => ({
      ...{ due: 3, pixels: 12_000_000, seconds: 90, skipped: 1, ignored: 2 },
      problems: [{ input: 'bad.png', message: 'bad.png ends early.' }],
    }),
    startBatch: () => ({ batch: 'batch-one' }),
    pauseBatch: () => null,
    cancelBatch: () => null,
    ...answers,
  });
}

beforeEach(() => sessionStorage.clear());

async function openView(host: HostDouble): Promise<void> {
  render(App, { client: host });
  await vi.waitFor(() => expect(host.requests.some(({ name }) => name === 'session')).toBe(true));
  await fireEvent.click(screen.getByRole('button', { name: 'Batch' }));
  await vi.waitFor(() => expect(host.requests.some(({ name }) => name === 'batches')).toBe(true));
}

async function press(name: string | RegExp): Promise<void> {
  const button = await vi.waitFor(() => {
    const found = screen.getByRole('button', { name });
    expect(found).toHaveProperty('disabled', false);
    return found;
  });
  await fireEvent.click(button);
}

async function expectAccessible(): Promise<void> {
  const { violations } = await axe.run(screen.getByRole('main'), { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

const lastRequest = <T>(host: HostDouble, name: string) =>
  host.requests.findLast((request) => request.name === name)?.request as T;

const done = (input: string): FileOutcome => ({
  ...{ status: 'done', input, outputs: [input.replace('.', '_inpaint.')], width: 10, height: 10 },
  ...{ seconds: 2, nfe: 20, earlier: false, notices: [] },
});
const failure: FileOutcome = {
  ...{ status: 'failed', input: 'bad.png', seconds: 1 },
  ...{ code: 'picture-damaged', message: 'bad.png ends early.' },
};

function reportOf(files: readonly FileOutcome[]): BatchReport {
  const totals = { done: 0, failed: 0, skipped: 0, pending: 0, inputs: files.length };
  for (const { status } of files) totals[status]++;
  return {
    ...{ format: 'langevin-batch-report', version: 1, program: 'test', output: 'restored', settings: {}, shards: [] },
    ...{ started: '', finished: '', cancelled: false, totals, notices: [], files },
  };
}

async function choose(select: string, value: string): Promise<void> {
  const box = screen.getByRole<HTMLSelectElement>('combobox', { name: select });
  for (const option of box.options) option.selected = option.value === value;
  await fireEvent.change(box);
}

async function startBatch(): Promise<void> {
  await press('Add scans');
  await press('Make plan');
  await press('Restore 3 pictures');
  await vi.waitFor(() => screen.getByRole('heading', { name: 'Restoring' }));
}

const send = (host: HostDouble, event: BatchEvent) => host.send({ type: 'batch-event', batch: 'batch-one', event });
const end = (host: HostDouble, files: readonly FileOutcome[], status: 'done' | 'cancelled' = 'done') =>
  host.send({ type: 'batch-end', batch: 'batch-one', status, report: reportOf(files), problem: undefined });

describe('before the start', () => {
  test('says what is missing, and is accessible', async () => {
    await openView(hostWith());
    expect(screen.getByText('Add a folder with pictures first.')).toBeDefined();
    expect(screen.getByRole('button', { name: 'Make plan' })).toHaveProperty('disabled', true);
    await expectAccessible();
  });

  test('plans: count, pixels, time and what will fail', async () => {
    const host = hostWith();
    await openView(host);
    await press('Add scans');
    await choose('Folder', 'folder-out');
    await press('Make plan');
    const plan = within(await vi.waitFor(() => screen.getByRole('region', { name: 'Plan' })));
    await vi.waitFor(() => plan.getByText('12 MP'));
    plan.getByText('1 min 30 s');
    plan.getByText('1 file will fail');
    expect(lastRequest<BatchStart>(host, 'planBatch')).toMatchObject({
      folders: ['folder-in'],
      output: 'folder-out',
      mask: { kind: 'auto' },
      options: { task: 'inpaint' },
      network: { model: 'photo' },
      existing: 'skip',
    });
    await expectAccessible();
  });

  test('what counts as damage goes into the request', async () => {
    const host = hostWith();
    await openView(host);
    await press('Add scans');
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Dust, specks' }));
    const sensitivity = screen.getByRole<HTMLInputElement>('spinbutton', { name: 'Sensitivity' });
    sensitivity.value = '70';
    await fireEvent.change(sensitivity);
    await press('Make plan');
    await vi.waitFor(() => expect(lastRequest(host, 'planBatch')).toBeDefined());
    expect(lastRequest<BatchStart>(host, 'planBatch').mask).toEqual({
      kind: 'auto',
      find: { sensitivity: 0.7, kinds: ['line', 'crack', 'loss', 'text'], minSize: 12 },
    });
    for (const kind of ['Scratches, hairs', 'Cracks, folds, tears', 'Losses, stains', 'Printed text']) {
      await fireEvent.click(screen.getByRole('checkbox', { name: kind }));
    }
    screen.getByText('Choose at least one kind of damage.');
  });

  test('a change of the settings takes the plan back', async () => {
    await openView(hostWith());
    await press('Add scans');
    await press('Make plan');
    await vi.waitFor(() => screen.getByRole('button', { name: 'Restore 3 pictures' }));
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Keep the date of the original' }));
    await vi.waitFor(() => expect(screen.queryByRole('button', { name: 'Restore 3 pictures' })).toBeNull());
  });

  test('masks by colour, presets and format go into the request', async () => {
    const host = hostWith();
    await openView(host);
    await press('Add scans');
    await fireEvent.click(screen.getByRole('radio', { name: 'A colour' }));
    await fireEvent.input(screen.getByLabelText('Colour'), { target: { value: '#00ff10' } });
    await fireEvent.input(screen.getByRole('spinbutton', { name: 'Tolerance' }), { target: { value: '3' } });
    await press(/^Instant/);
    await vi.waitFor(() =>
      expect(screen.getByRole('button', { name: /^Instant/ }).getAttribute('aria-pressed')).toBe('true'),
    );
    await choose('Format', 'webp');
    await vi.waitFor(() => screen.getByRole('spinbutton', { name: 'Quality' }));
    await fireEvent.change(screen.getByRole('spinbutton', { name: /^Longest time/ }), { target: { value: '2' } });
    await press('Make plan');
    await vi.waitFor(() =>
      expect(lastRequest<BatchStart>(host, 'planBatch')).toMatchObject({
        mask: { kind: 'color', color: [0, 255, 16], tolerance: 3 },
        options: { preset: 'instant' },
        format: 'webp',
        quality: 92,
        timeLimit: 120,
        output: 'made-results',
      }),
    );
  });

  test('other tasks need no mask; what they need is asked for', async () => {
    await openView(hostWith());
    await press('Add scans');
    await choose('What to repair', 'deblur');
    expect(screen.queryByRole('group', { name: 'Where to inpaint' })).toBeNull();
    expect(screen.getByText('Say how strong the blur is.')).toBeDefined();
  });

  test('sinograms have the views that they have, with directions from a file, and fans a distance', async () => {
    const host = hostWith({ models: () => [{ ...photo, name: 'ct', tasks: ['reconstruct'] }] });
    await openView(host);
    await press('Add scans');
    await choose('What to repair', 'reconstruct');
    screen.getByRole('spinbutton', { name: 'Views' });
    await fireEvent.click(screen.getByRole('checkbox', { name: 'The files are sinograms' }));
    expect(screen.queryByRole('spinbutton', { name: 'Views' })).toBeNull();
    await choose('Rays', 'fan');
    const input = document.querySelector<HTMLInputElement>('input[accept=".txt,.csv"]')!;
    Object.defineProperty(input, 'files', { value: [new File(['0 45, 90'], 'angles.txt')] });
    await fireEvent.change(input);
    await vi.waitFor(() => screen.getByText('3 angles from a file'));
    await press('Make plan');
    await vi.waitFor(() => expect(lastRequest(host, 'planBatch')).toBeDefined());
    const { options, isSinogram, angles } = lastRequest<BatchStart>(host, 'planBatch');
    expect({ isSinogram, angles }).toEqual({ isSinogram: true, angles: [0, 45, 90] });
    expect(options).toMatchObject({ task: 'reconstruct', sourceAxis: 600 });
    expect(options.angles).toBeUndefined();
  });

  test('says why a plan cannot be made', async () => {
    const planBatch = () => {
      throw new LangevinError('name-collision', 'a.jpg and a.png would both be written to a.png.');
    };
    await openView(hostWith({ planBatch }));
    await press('Add scans');
    await press('Make plan');
    const alert = await vi.waitFor(() => screen.getByRole('alert'));
    expect(alert.textContent).toContain('would both be written to a.png. Change the settings');
  });
});

describe('while it runs', () => {
  test('shows files, total and time left; pauses, continues and cancels', async () => {
    const host = hostWith();
    await openView(host);
    await startBatch();
    send(host, { type: 'planned', inputs: 3, due: 3, pixels: 300, ignored: 0 });
    send(host, {
      ...{ type: 'progress', input: 'a.png', fraction: 0.5, batchFraction: 0.25 },
      ...{ etaMs: 61_000, finished: 0, due: 3 },
    });
    await vi.waitFor(() => screen.getByText('1 min 1 s left'));
    expect(screen.getByRole('progressbar', { name: 'a.png' }).getAttribute('value')).toBe('0.5');
    await expectAccessible();
    await press('Pause');
    expect(lastRequest(host, 'pauseBatch')).toEqual({ batch: 'batch-one', paused: true });
    send(host, { type: 'paused', reason: 'disk-full', message: 'The disk is full. Make room.' });
    await vi.waitFor(() => screen.getByText('The disk is full. Make room.'));
    await press('Continue');
    expect(lastRequest(host, 'pauseBatch')).toEqual({ batch: 'batch-one', paused: false });
    await press('Cancel');
    expect(lastRequest(host, 'cancelBatch')).toEqual({ batch: 'batch-one' });
  });

  test('watches folders that can grow until it is stopped', async () => {
    const host = hostWith();
    await openView(host);
    await press('Add scans');
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Keep watching for new pictures' }));
    await press('Make plan');
    await press('Restore 3 pictures');
    await vi.waitFor(() => expect(lastRequest<BatchStart>(host, 'startBatch')).toMatchObject({ watch: true }));
    send(host, { type: 'file', outcome: done('a.png') });
    send(host, { type: 'watching' });
    await vi.waitFor(() => screen.getByRole('heading', { name: 'Watching for new pictures' }));
    await press('Stop watching');
    expect(lastRequest(host, 'cancelBatch')).toEqual({ batch: 'batch-one' });
  });

  test('never calls a batch with failures finished; names them, and tries again', async () => {
    const host = hostWith();
    await openView(host);
    await startBatch();
    end(host, [done('a.png'), done('b.png'), failure]);
    await vi.waitFor(() => screen.getByRole('heading', { name: 'Finished, but 1 picture failed' }));
    await press(/^Failed/);
    await press('List');
    expect(screen.getByRole('row', { name: /^bad\.png failed bad\.png ends early\./ })).toBeDefined();
    expect(screen.queryByRole('row', { name: /^a\.png/ })).toBeNull();
    await expectAccessible();
    await press('Retry 1 picture');
    await vi.waitFor(() => expect(lastRequest<BatchStart>(host, 'startBatch').resume).toBe(true));
  });

  test('shows what was marked, and says in which picture nothing was found', async () => {
    const host = hostWith();
    await openView(host);
    await startBatch();
    const thumbnails = { before: 'AAAA', marked: 'BBBB', after: 'CCCC' };
    const reason = 'No damage was found in b.png, so it was not restored.';
    end(host, [{ ...done('a.png'), thumbnails } as FileOutcome, { status: 'skipped', input: 'b.png', reason }]);
    await press('List');
    await vi.waitFor(() => screen.getByRole('img', { name: 'What was marked in a.png' }));
    expect(screen.getByRole('img', { name: 'a.png before' }).getAttribute('src')).toBe('data:image/jpeg;base64,AAAA');
    screen.getByText(reason);
    await expectAccessible();
  });

  test('offers results for download, and says why one cannot be opened in the editor', async () => {
    const host = hostWith({
      openBatchOutput: ({ output }) => ({ id: 'file-output', name: output, bytes: 1 }),
      readPicture: () => {
        throw new LangevinError('file-not-found', 'a_inpaint.png was removed.');
      },
      saveFile: () => ({ saved: true, name: 'a_inpaint.png' }),
      forgetFile: () => null,
    });
    await openView(host);
    await startBatch();
    end(host, [done('a.png')]);
    await press('Download a_inpaint.png');
    await vi.waitFor(() => expect(lastRequest(host, 'saveFile')).toEqual({ file: 'file-output' }));
    await press('List');
    await press('Touch up a_inpaint.png in the editor');
    await vi.waitFor(() => screen.getByText('a_inpaint.png was removed.'));
    expect(lastRequest(host, 'openBatchOutput')).toEqual({ batch: 'batch-one', output: 'a_inpaint.png' });
    expect(screen.getByRole('heading', { name: 'Finished' })).toBeDefined();
  });

  test('results are seen before and after, judged, and all but the rejected downloaded', async () => {
    const host = hostWith({
      openBatchInput: ({ input }) => ({ id: 'file-in', name: input, bytes: 1 }),
      openBatchOutput: ({ output }) => ({ id: 'file-out', name: output, bytes: 1 }),
      readPicture: () => content(),
      forgetFile: () => null,
      zipBatch: () => ({ id: 'file-zip', name: 'restored.zip', bytes: 1 }),
      openBatchReport: () => ({ id: 'file-report', name: 'report.html', bytes: 1 }),
      saveFile: () => ({ saved: true, name: 'restored.zip' }),
    });
    await openView(host);
    await startBatch();
    const thumbnails = { before: 'AAAA', after: 'CCCC' };
    const files = [{ ...done('a.png'), thumbnails }, { ...done('b.png'), thumbnails }, failure] as FileOutcome[];
    end(host, files);
    await screen.findByText(/“Open original” shows what can still be read/);
    await press('Compare a.png before and after');
    const comparison = await vi.waitFor(() => screen.getByRole('region', { name: 'a.png before and after' }));
    await expectAccessible();
    await fireEvent.keyDown(window, { key: 'a' });
    await fireEvent.keyDown(window, { key: 'n' });
    await vi.waitFor(() => screen.getByRole('region', { name: 'b.png before and after' }));
    expect(comparison.isConnected).toBe(false);
    await fireEvent.keyDown(window, { key: 'r' });
    await fireEvent.keyDown(window, { key: 'Escape' });
    screen.getByRole('button', { name: 'Accept a.png', pressed: true });
    await press(/^Rejected/);
    expect(screen.getAllByRole('article')).toHaveLength(1);
    await press('Download all (1)');
    await vi.waitFor(() => expect(lastRequest(host, 'zipBatch')).toMatchObject({ outputs: ['a_inpaint.png'] }));
    await press('Report');
    await vi.waitFor(() => expect(lastRequest(host, 'saveFile')).toEqual({ file: 'file-report' }));
    await press('Redo 1 rejected with other settings…');
    screen.getByText('Only 1 picture of the batch before; their results are replaced.');
    await press('Make plan');
    await vi.waitFor(() =>
      expect(lastRequest<BatchStart>(host, 'planBatch')).toMatchObject({ only: ['b.png'], existing: 'overwrite' }),
    );
  });

  test('is found again after a reload, and can be resumed then', async () => {
    const first = hostWith();
    await openView(first);
    await startBatch();
    const snapshot: BatchSnapshot = {
      ...{ batch: 'batch-one', status: 'running', output: folders[1], totals: undefined },
      events: [
        { type: 'planned', inputs: 2, due: 2, pixels: 2, ignored: 0 },
        { type: 'file', outcome: failure },
      ],
      ...{ report: undefined, problem: undefined },
    };
    cleanup();
    const second = hostWith({ batches: () => [snapshot] });
    await openView(second);
    await vi.waitFor(() => screen.getByRole('article', { name: 'bad.png' }));
    end(second, [done('a.png'), failure]);
    await press('Retry 1 picture');
    await vi.waitFor(() =>
      expect(lastRequest<BatchStart>(second, 'startBatch')).toMatchObject({ folders: ['folder-in'], resume: true }),
    );
  });
});

describe('folders of the page', () => {
  const file = (name: string) => new File([name], name.split('/').at(-1)!);

  function entry(name: string, children?: readonly object[]): object {
    if (children === undefined) {
      return { name, isDirectory: false, file: (found: (file: File) => void) => found(file(name)) };
    }
    // In portions, as browsers give them.
    const portions = [...children.map((child) => [child]), []];
    const createReader = () => ({ readEntries: (found: (some: object[]) => void) => found(portions.shift()!) });
    return { name, isDirectory: true, createReader };
  }

  test('are read with all that is below them; loose files make one of their own', async () => {
    const tree = entry('scans', [entry('a.png'), entry('old', [entry('b.png'), entry('c.png')])]);
    const items = [tree, entry('loose.jpg')].map((item) => ({ webkitGetAsEntry: () => item }));
    const found = await droppedFolders({ items } as unknown as DataTransfer, 'Dropped files');
    expect(found.map(({ name, files }) => [name, files.map(({ path }) => path)])).toEqual([
      ['scans', ['a.png', 'old/b.png', 'old/c.png']],
      ['Dropped files', ['loose.jpg']],
    ]);
  });

  test('chosen by a dialog of the browser keep their tree', () => {
    const chosen = ['scans/a.png', 'scans/old/b.png'].map((path) =>
      Object.defineProperty(file(path), 'webkitRelativePath', { value: path }),
    );
    const folder = chosenFolder(chosen);
    expect(folder?.name).toBe('scans');
    expect(folder?.files.map(({ path }) => path)).toEqual(['a.png', 'old/b.png']);
    expect(chosenFolder([])).toBeUndefined();
  });

  test('are uploaded when dropped, and become sources', async () => {
    const host = hostWith();
    await openView(host);
    const items = [entry('holiday', [entry('a.png'), entry('b.png')])].map((item) => ({
      webkitGetAsEntry: () => item,
    }));
    await fireEvent.drop(screen.getByRole('region', { name: 'Batch' }), {
      dataTransfer: { items, types: ['Files'] },
    });
    await vi.waitFor(() => screen.getByRole('button', { name: 'Remove holiday' }));
    const sent = host.requests.filter(({ name }) => name === 'addToFolder').map(({ request }) => request);
    expect(sent).toMatchObject([
      { folder: 'made-holiday', path: 'a.png' },
      { folder: 'made-holiday', path: 'b.png' },
    ]);
  });
});

test('ranks the pictures of the folders by likelihood, the least likely first, with error and map', async () => {
  const host = hostWith({ labs: () => [], startLab: () => ({ lab: 'lab-rank' }), readPicture: () => content() });
  await openView(host);
  await press('Rank by likelihood');
  screen.getByText('Add a folder with pictures first.');
  await press('Add scans');
  await fireEvent.input(screen.getByRole('spinbutton', { name: 'Repeats' }), { target: { value: '2' } });
  await fireEvent.keyDown(screen.getByRole('spinbutton', { name: 'Repeats' }), { key: 'Enter', altKey: true });
  await vi.waitFor(() =>
    expect(lastRequest(host, 'startLab')).toEqual({
      job: {
        ...{ kind: 'ranking', folders: ['folder-in'], recursive: true, map: false, options: { repeats: 2 } },
        network: { model: 'photo', provider: 'auto' },
      },
    }),
  );
  const lab = 'lab-rank';
  await screen.findByText('Starting…');
  const report = (bits: number) => ({ bitsPerDimension: bits, standardError: 0.02 }) as LikelihoodReport;
  for (const [name, bits] of [
    ['sky.png', 1],
    ['deep/odd.png', 5],
    ['sea.png', 1.5],
  ] as const) {
    const file = `file-${name}`;
    host.send({ type: 'lab-likelihood', lab, likelihood: { file, name, report: report(bits) } });
  }
  const problem = { code: 'picture-damaged' as const, message: 'bad.png ends early.' };
  host.send({ type: 'lab-likelihood', lab, likelihood: { file: 'file-bad', name: 'bad.png', problem } });
  host.send({ type: 'lab-end', lab, status: 'done', report: undefined });
  const rows = within(await screen.findByRole('table'))
    .getAllByRole('row')
    .slice(1);
  await vi.waitFor(() => expect(rows).toHaveLength(4));
  expect(rows[0].textContent).toMatch(/1\s*deep\/odd\.png\s*5\.000\s*± 0\.020\s*\+4\.7/);
  expect(rows[3].textContent).toContain('bad.png ends early.');
  await expectAccessible();
});
