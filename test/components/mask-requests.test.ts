import { beforeEach, describe, expect, test, vi } from 'vitest';
import { parseRestoreOptions } from '../../src-main/contract/restore-options.ts';
import { exportMask, importMask } from '../../src-renderer/editor/mask-requests.ts';
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
