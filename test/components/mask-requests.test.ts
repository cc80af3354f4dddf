import { beforeEach, describe, expect, test, vi } from 'vitest';
import { parseRestoreOptions } from '../../src-main/contract/restore-options.ts';
import { exportMask, importMask, suggestMask } from '../../src-renderer/editor/mask-requests.ts';
import { AppState } from '../../src-renderer/state/app-state.svelte.ts';
import { OpenPicture } from '../../src-renderer/state/open-picture.svelte.ts';
import { HostDouble } from './host-double.ts';
import { contentOf, fileOf } from './picture-double.ts';

const file = fileOf('photo.png');
const maskFile = fileOf('mask.png');
let picture: OpenPicture;

beforeEach(() => {
  picture = new OpenPicture({
    file,
    content: contentOf(),
    options: parseRestoreOptions({ task: 'inpaint' }),
    model: 'photo',
  });
});

const painted = (): number => picture.editor.document.layer.paintedCount;
const coverage = (count: number): Uint8Array => new Uint8Array(40 * 30).fill(255, 0, count);

describe('suggestMask', () => {
  test('adds what was found to the mask, as one step', async () => {
    const app = new AppState(new HostDouble());
    picture.editor.document.edit('history.rectangle', (layer) =>
      layer.fillRect({ x: 0, y: 29, width: 40, height: 1 }, 'add'),
    );
    await suggestMask(app, picture, () => Promise.resolve(coverage(120)));
    expect(painted()).toBe(160);
    expect(app.notices.at(-1)?.message).toContain('10 %');
    picture.editor.undo();
    expect(painted()).toBe(40);
  });

  test('says when nothing was found and leaves the mask and its history', async () => {
    const app = new AppState(new HostDouble());
    await suggestMask(app, picture, () => Promise.resolve(coverage(0)));
    expect(app.notices.at(-1)?.message).toContain('No scratches');
    expect(picture.editor.document.history.canUndo).toBe(false);
    expect(picture.isSuggesting).toBe(false);
  });

  test('waits for a stroke that has begun meanwhile', async () => {
    const app = new AppState(new HostDouble());
    const sample = { x: 5, y: 5, pressure: 1, constrain: false, opposite: false };
    picture.editor.tools.pointerDown(sample);
    const done = suggestMask(app, picture, () => Promise.resolve(coverage(40)));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(picture.editor.document.history.canUndo).toBe(false);
    picture.editor.tools.pointerUp(sample);
    await done;
    expect(picture.editor.document.history.undoLabel).toBe('history.suggest-mask');
  });

  test('tells why the search failed', async () => {
    const app = new AppState(new HostDouble());
    await suggestMask(app, picture, () => Promise.reject(new Error('out of memory')));
    expect(app.notices.at(-1)).toMatchObject({ kind: 'problem', message: expect.stringContaining('out of memory') });
    expect(picture.isSuggesting).toBe(false);
  });
});

describe('importMask', () => {
  const appWith = (mask: Uint8Array): AppState => {
    const app = new AppState(
      new HostDouble({
        chooseFiles: () => [maskFile],
        readMask: () => ({ width: 40, height: 30, coverage: mask }),
        forgetFile: () => null,
      }),
    );
    app.host = { kind: 'electron', version: '0', platform: 'linux', dialogs: true };
    return app;
  };

  test('replaces the mask, as one step', async () => {
    picture.editor.document.edit('history.mask-all', (layer) => layer.invert());
    await importMask(appWith(coverage(7)), picture);
    expect(painted()).toBe(7);
    picture.editor.undo();
    expect(painted()).toBe(1200);
  });

  test('keeps the mask when the imported one is empty, and says so', async () => {
    picture.editor.document.edit('history.mask-all', (layer) => layer.invert());
    const app = appWith(coverage(0));
    await importMask(app, picture);
    expect(painted()).toBe(1200);
    expect(app.notices.at(-1)?.kind).toBe('problem');
  });
});

describe('exportMask', () => {
  test('sends the painted block only, and offers the download', async () => {
    const saveMask = vi.fn(() => ({ saved: false as const, download: { name: 'm.png', bytes: Uint8Array.of(1) } }));
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue();
    const app = new AppState(new HostDouble({ saveMask }));
    picture.editor.document.edit('history.rectangle', (layer) =>
      layer.fillRect({ x: 3, y: 4, width: 5, height: 6 }, 'add'),
    );
    await exportMask(app, picture);
    expect(saveMask).toHaveBeenCalledWith({
      picture: file.id,
      mask: { x: 3, y: 4, width: 5, height: 6, coverage: new Uint8Array(30).fill(255) },
    });
    expect(click).toHaveBeenCalledOnce();
    expect(app.notices.at(-1)?.message).toContain('m.png');
  });

  test('does nothing without a mask', async () => {
    const host = new HostDouble();
    await exportMask(new AppState(host), picture);
    expect(host.requests).toEqual([]);
  });
});
