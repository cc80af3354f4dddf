import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ResultInfo } from '../../src-main/contract/app/runs.ts';
import { parseRestoreOptions } from '../../src-main/contract/restore-options.ts';
import FindingsPanel from '../../src-renderer/findings/findings-panel.svelte';
import type { Finding } from '../../src-renderer/findings/finding.ts';
import RepairPanel from '../../src-renderer/repair/repair-panel.svelte';
import { repair } from '../../src-renderer/repair/repair-photo.ts';
import { ResultModel } from '../../src-renderer/result/result-model.svelte.ts';
import { saveResult } from '../../src-renderer/result/save-result.ts';
import { AppState } from '../../src-renderer/state/app-state.svelte.ts';
import { OpenPicture } from '../../src-renderer/state/open-picture.svelte.ts';
import { findingIn } from '../fixtures/finding.ts';
import { HostDouble } from './host-double.ts';
import { contentOf, fileOf } from './picture-double.ts';
import { SearchDouble, settled } from './search-double.ts';
import WithApp from './with-app.svelte';

const crack = findingIn({ x: 2, y: 2, width: 36, height: 12 }, 'crack');
const text = findingIn({ x: 5, y: 20, width: 30, height: 15 }, 'text');
const result: ResultInfo = {
  ...{ id: 'result-1', run: 'run-000001', kind: 'sample', sample: 0 },
  ...{ width: 40, height: 40, isScan: false, format: 'png' },
};
const grey = (value: number) => ({ ...contentOf(40, 40), data: new Uint8Array(40 * 40 * 4).fill(value) });

let search: SearchDouble;
let host: HostDouble;
let app: AppState;
let picture: OpenPicture;
let runs = 0;

beforeEach(() => {
  runs = 0;
  search = new SearchDouble();
  host = new HostDouble({
    startRun: () => ({ run: `run-00000${++runs}` }),
    readResult: ({ result: id }) => grey(id === 'result-1' ? 50 : 70),
    composeResult: () => ({ ...result, id: 'composed' }),
    reuseResult: () => fileOf('in-between.png'),
    saveResult: () => ({ saved: true, name: 'x.png' }),
    forgetResult: () => null,
  });
  app = new AppState(host);
  picture = new OpenPicture({
    file: fileOf('photo.png'),
    // Noise is no skin: nothing is asked.
    content: { ...contentOf(40, 40), data: Uint8Array.from({ length: 6400 }, (_, i) => (i * 97) % 251) },
    options: parseRestoreOptions({ task: 'denoise' }),
    model: 'photo',
    createSearch: () => search,
    tell: (...news) => app.tell(...news),
  });
  app.pictures.tabs = [picture];
  app.pictures.active = picture;
});

const requests = (name: string): unknown[] =>
  host.requests.filter((request) => request.name === name).map(({ request }) => request);

/** Finds; what comes after may wait for an answer. */
async function begin(...found: Finding[]): Promise<void> {
  void repair(app, picture);
  await settled();
  await search.end(found);
}

/** Finds and fills; the run has made `result`. */
async function repaired(...found: Finding[]): Promise<void> {
  const done = repair(app, picture);
  await settled();
  await search.end(found);
  await settled();
  endRun('run-000001', result);
  await done;
}

function endRun(run: string, made: ResultInfo): void {
  host.send({ type: 'run-result', run, result: made });
  host.send({ type: 'run-end', run, status: 'done', report: {} as never });
}

describe('repairing a photograph', () => {
  test('finds, marks and fills with the balanced preset, and shows every place beside the original', async () => {
    await repaired(crack, text);
    const [request] = requests('startRun') as { options: object; mask: { coverage: Uint8Array } }[];
    expect(request.options).toEqual(parseRestoreOptions({ task: 'inpaint' }));
    expect(request.mask.coverage.filter((c) => c === 255)).toHaveLength(crack.area + text.area);
    expect(picture.repair?.places.map(({ kind }) => kind)).toEqual(['text', 'crack']);
    expect(picture.repair?.layout).toBe('side-by-side');
    expect(app.settings.compare).toBe('split');
  });

  test('says that nothing was found and changes nothing', async () => {
    await begin();
    await settled();
    expect(app.notices.at(-1)?.message).toContain('Nothing was found');
    expect(requests('startRun')).toEqual([]);
    expect(picture.isPainted).toBe(false);
    expect(picture.repair).toBeUndefined();
  });

  test('asks before it fills what may be a face, and leaves out what people say', async () => {
    const skin = Uint8Array.from({ length: 6400 }, (_, i) => [205, 160, 135, 255][i & 3]);
    picture = new OpenPicture({
      ...{ file: fileOf('face.png'), content: { ...contentOf(40, 40), data: skin }, model: 'photo' },
      options: parseRestoreOptions({ task: 'inpaint' }),
      createSearch: () => search,
    });
    app.pictures.tabs = [picture];
    app.pictures.active = picture;
    render(WithApp, { app, component: FindingsPanel, shown: { picture } });
    const small = findingIn({ x: 20, y: 20, width: 1, height: 1 }, 'speck');
    await begin({ ...crack, area: 500 }, { ...small, area: 20 });
    await vi.waitFor(() => screen.getByRole('alertdialog'));
    expect(screen.getByRole('alertdialog').textContent).toContain('recognizes no faces');
    expect(requests('startRun')).toEqual([]);
    await fireEvent.click(screen.getByRole('button', { name: 'Leave them out' }));
    await settled();
    const [request] = requests('startRun') as { mask: { coverage: Uint8Array } }[];
    expect(request.mask.coverage).toHaveLength(1);
  });

  test('stops with the proposal where the search has failed', async () => {
    const done = repair(app, picture);
    await settled();
    await search.fail('The detector is missing.');
    await done;
    expect(picture.repair).toBeUndefined();
    expect(picture.findings.problem).toContain('missing');
  });
});

describe('places of a repair', () => {
  async function shown(): Promise<ResultModel> {
    await repaired(crack, text);
    const model = new ResultModel(app, picture, picture.run!);
    await model.load();
    return model;
  }
  const pixel = (model: ResultModel, x: number, y: number): number => model.content!.data[(y * 40 + x) * 4];

  test('are undone to the original at once, and back with the history', async () => {
    const model = await shown();
    const place = picture.repair!.places[1];
    const original = picture.content.data[(5 * 40 + 5) * 4];
    expect(pixel(model, 5, 5)).toBe(50);
    picture.repair!.undo(place);
    expect(pixel(model, 5, 5)).toBe(original);
    expect(pixel(model, 10, 25)).toBe(50);
    expect(picture.editor.document.history.undoLabel).toBe('history.repair-undo');
    picture.editor.undo();
    expect(pixel(model, 5, 5)).toBe(50);
  });

  test('are saved as decided, composed by the host from its own pixels', async () => {
    const model = await shown();
    await saveResult(app, model, { name: 'x', format: 'png' });
    expect(requests('composeResult')).toEqual([]);
    picture.repair!.undo(picture.repair!.places[1]);
    await saveResult(app, model, { name: 'x', format: 'png' });
    await saveResult(app, model, { name: 'x', format: 'png' });
    expect(requests('composeResult')).toEqual([
      { result: 'result-1', parts: [{ mask: { ...crack.bounds, coverage: new Uint8Array(crack.area).fill(255) } }] },
    ]);
    expect(requests('saveResult').map((request) => (request as { result: string }).result)).toEqual([
      'result-1',
      'composed',
      'composed',
    ]);
  });

  test('are filled anew with another seed, only there, as one step', async () => {
    const model = await shown();
    const place = picture.repair!.places[1];
    const done = picture.repair!.redo(place);
    await settled();
    const [first, second] = requests('startRun') as { file: string; options: { seed?: number }; mask: object }[];
    expect(second.file).not.toBe(first.file);
    expect(second.mask).toMatchObject(crack.bounds);
    expect(second.options.seed).not.toBe(first.options.seed);
    endRun('run-000002', { ...result, id: 'anew', run: 'run-000002' });
    await done;
    expect(pixel(model, 5, 5)).toBe(70);
    expect(pixel(model, 10, 25)).toBe(50);
    picture.editor.undo();
    expect(pixel(model, 5, 5)).toBe(50);
  });

  test('are decided on by keyboard, and read with where they are', async () => {
    await repaired(crack, text);
    render(WithApp, {
      app,
      component: RepairPanel as never,
      shown: { picture, model: picture.repair } as never,
    });
    const list = screen.getByRole('listbox', { name: 'Repaired places' });
    screen.getByRole('option', { name: /^Text, 450 px ?bottom centre ?filled$/ });
    screen.getByRole('option', { name: /^Crack, 432 px ?top centre ?filled$/ });
    await fireEvent.keyDown(list, { key: 'a' });
    await fireEvent.keyDown(list, { key: 'ArrowDown' });
    await fireEvent.keyDown(list, { key: 'u' });
    expect(picture.repair?.places.map((place) => picture.repair?.stateOf(place))).toEqual(['accepted', 'undone']);
    expect(screen.getByTestId('repair-summary').textContent).toContain('2 places, 0 to decide on');
    await fireEvent.keyDown(list, { key: 'u' });
    expect(picture.repair?.stateOf(picture.repair.places[1])).toBe('accepted');
  });
});
