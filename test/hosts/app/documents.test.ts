import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adjustmentSchema } from '../../../src-main/contract/adjustment.ts';
import type { Id } from '../../../src-main/contract/app/values.ts';
import { zipFiles } from '../../../src-main/documents/zip-writer.ts';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { encodePicture } from '../../../src-main/images/encode.ts';
import { appFolders, openApp, removeFolders, type AppFolders, type OpenApp } from '../../fixtures/app/served-app.ts';

let folders: AppFolders;
let app: OpenApp;

beforeEach(async () => {
  folders = await appFolders();
  app = await openApp(folders);
});
afterEach(async () => {
  await app.close();
  await removeFolders(folders);
});

/** Sixteen-bit, to be shown turned by a quarter. */
async function deepPicture(): Promise<Uint8Array<ArrayBuffer>> {
  const data = Uint16Array.from({ length: 16 * 8 }, (_, i) => 300 * i + 7);
  const picture = { width: 16, height: 8, mode: 'gray', bitDepth: 16, data, metadata: { orientation: 6 } } as const;
  return (await encodePicture(picture, { format: 'tiff' })) as Uint8Array<ArrayBuffer>;
}

async function restore(file: Id): Promise<Id> {
  const { run } = await app.client.call('startRun', {
    file,
    mask: { x: 2, y: 2, width: 4, height: 4, coverage: new Uint8Array(16).fill(255) },
    options: { task: 'inpaint', solver: 'ddnm', steps: 2 },
    network: { model: 'tiny', provider: 'cpu' },
  });
  expect((await app.waitFor('run-end', (event) => event.run === run)).status).toBe('done');
  return run;
}

describe('a document', () => {
  it('goes on from a result with all its runs, which outlive the program but for what was thrown away', async () => {
    const { id: document } = await app.client.call('addFile', { name: 'scan.tif', bytes: await deepPicture() });
    const first = await restore(document);
    const [result] = (await app.client.call('readRun', { run: first })).results;
    const next = await app.client.call('reuseResult', { result: result.id, within: true });
    expect(next.name).toBe('scan.png');
    const second = await restore(next.id);
    const third = await restore(next.id);
    const label = { name: 'warm', isStarred: true, isRemoved: false };
    await app.client.call('labelRun', { run: first, label });
    await app.client.call('labelRun', { run: third, label: { ...label, isRemoved: true } });
    const tab = { file: next.id, document, before: document, options: { task: 'inpaint' as const }, model: 'tiny' };
    await app.client.call('saveSession', { tabs: [{ ...tab, options: { task: 'inpaint', seed: 0, samples: 1 } }] });
    const jpeg = await app.client.call('readThumbnail', { result: result.id });
    expect([...jpeg.subarray(0, 2)]).toEqual([0xff, 0xd8]);
    await app.close();

    app = await openApp(folders);
    const session = await app.client.call('session', {});
    expect(session.tabs[0]).toMatchObject({ file: next.id, document, before: document });
    const runs = await app.client.call('runs', {});
    expect(runs.map(({ run, document: of, label: said }) => [run, of, said.name])).toEqual([
      [first, document, 'warm'],
      [second, document, ''],
    ]);
    // Of a document that is closed nothing is left.
    await app.client.call('forgetFile', { file: document });
    expect(await app.client.call('runs', {})).toEqual([]);
    await expect(app.client.call('readThumbnail', { file: next.id })).rejects.toThrow(/no file/);
  });

  it('that was uploaded can be opened again after it was closed, until the list is cleared', async () => {
    const bytes = await deepPicture();
    const { id: file } = await app.client.call('addFile', { name: 'scan.tif', bytes });
    expect(await app.client.call('recentFiles', {})).toEqual([]);
    await app.client.call('readPicture', { file });
    await app.client.call('readPicture', { file });
    await app.client.call('forgetFile', { file });
    await app.close();

    app = await openApp(folders);
    const [recent, ...others] = await app.client.call('recentFiles', {});
    expect([recent.name, recent.copyBytes, others]).toEqual(['scan.tif', bytes.length, []]);
    const jpeg = await app.client.call('readThumbnail', { recent: recent.id });
    expect([...jpeg.subarray(0, 2)]).toEqual([0xff, 0xd8]);
    const again = await app.client.call('openRecent', { recent: recent.id });
    expect(again).toMatchObject({ name: 'scan.tif', bytes: bytes.length });
    await app.client.call('readPicture', { file: again.id });
    expect(await app.client.call('recentFiles', {})).toHaveLength(1);
    await app.client.call('clearRecent', {});
    expect(await app.client.call('recentFiles', {})).toEqual([]);
    expect(await readdir(join(folders.options.stateFolder, 'recent')).catch(() => [])).toEqual([]);
  });

  it('is turned, cropped and toned in all its depth, with its mask; the file stays as it was', async () => {
    const bytes = await deepPicture();
    const { id: file } = await app.client.call('addFile', { name: 'scan.tif', bytes });
    const adjustment = adjustmentSchema.parse({
      turn: { quarters: 3 },
      crop: { x: 0.25, y: 0, width: 0.75, height: 1 },
      levels: { white: 0.5 },
    });
    const preview = await app.client.call('previewAdjustment', { file, adjustment });
    // Shown upright it is 8 × 16; a quarter back makes it 16 × 8.
    expect([preview.width, preview.height, preview.full]).toEqual([12, 8, { width: 12, height: 8 }]);
    const mask = { x: 0, y: 0, width: 8, height: 1, coverage: new Uint8Array(8).fill(255) };
    const made = await app.client.call('adjustPicture', { file, adjustment, mask });
    // The upper row as shown is the left column after turning back by a quarter, which is cut off.
    expect(made.mask).toBeUndefined();
    const saved = await app.client.call('saveFile', { file: made.file.id });
    if (saved.saved || !('download' in saved)) throw new Error('It was not given.');
    const picture = await decodePicture(saved.download.bytes, 'scan.png');
    expect([picture.width, picture.height, picture.bitDepth]).toEqual([12, 8, 16]);
    const stored = (x: number, y: number): number => 300 * (16 * y + x) + 7;
    expect(picture.data[0]).toBe(Math.min(65535, Math.round(2 * stored(4, 0))));
    const again = await app.client.call('saveFile', { file });
    if (again.saved || !('download' in again)) throw new Error('It was not given.');
    expect(Buffer.from(again.download.bytes).equals(Buffer.from(bytes))).toBe(true);
    const crossed = [
      [0, 0],
      [1, 1],
      [1, 0],
      [0, 1],
    ] as [[number, number], [number, number], [number, number], [number, number]];
    const bad = { file, adjustment: { ...adjustment, corners: crossed } };
    await expect(app.client.call('adjustPicture', bad)).rejects.toThrow(/enclose the print/);
  });
});

describe('a zip file', () => {
  it('holds the files under their names, to the bit', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'langevin-zip-'));
    try {
      const large = Uint8Array.from({ length: 3_000_001 }, (_, i) => i % 251);
      await writeFile(join(folder, 'a'), large);
      await writeFile(join(folder, 'b'), '');
      const parts: Uint8Array[] = [];
      const files = ['a', 'b'].map((name) => ({ name: `old/${name}.png`, path: join(folder, name) }));
      await zipFiles(files, async (bytes) => void parts.push(bytes.slice()));
      const unpacked = unzipSync(Buffer.concat(parts));
      expect(Object.keys(unpacked)).toEqual(['old/a.png', 'old/b.png']);
      expect(Buffer.from(unpacked['old/a.png']).equals(await readFile(join(folder, 'a')))).toBe(true);
      await expect(zipFiles([{ name: 'c', path: join(folder, 'c') }], async () => undefined)).rejects.toThrow(
        /c cannot/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
