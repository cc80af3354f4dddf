import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Id } from '../../../src-main/contract/app/values.ts';
import {
  appFolders,
  greyFile,
  openApp,
  removeFolders,
  type AppFolders,
  type OpenApp,
} from '../../fixtures/app/served-app.ts';

let folders: AppFolders;
let app: OpenApp;
let bytes: Uint8Array<ArrayBuffer>;

beforeEach(async () => {
  folders = await appFolders();
  app = await openApp(folders);
  ({ bytes } = await greyFile({ width: 16, height: 16 }));
});
afterEach(async () => {
  await app.close();
  await removeFolders(folders);
});

const nowhere = (): Promise<undefined> => Promise.resolve(undefined);

/** Restores a picture of a tab; by default one that lies in a folder. */
async function restore(file: Id, { crop = false, samples = 1 } = {}): Promise<Id> {
  const { run } = await app.client.call('startRun', {
    file,
    mask: { x: 4, y: 4, width: 4, height: 4, coverage: new Uint8Array(16).fill(255) },
    options: { task: 'inpaint', solver: 'ddnm', steps: 2, samples },
    network: { model: 'tiny', provider: 'cpu' },
    ...(crop && { crop: { x: 0, y: 0, width: 16, height: 16 } }),
  });
  const end = await app.waitFor('run-end', (event) => event.run === run);
  expect(end.status).toBe('done');
  return run;
}

async function open(...files: Id[]): Promise<void> {
  const tabs = files.map((file) => ({ file, options: { task: 'inpaint' as const }, model: 'tiny' }));
  await app.client.call('saveSession', { tabs, active: 0 });
}

async function fileIn(folder: string, name: string): Promise<Id> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), bytes);
  return (await app.app.service.addPath(join(folder, name))).id;
}

describe('results that are nowhere else', () => {
  it('are those of open pictures that nobody has saved; previews of a part are none', async () => {
    const file = await fileIn(join(folders.root, 'pictures'), 'a.png');
    await open(file);
    const { unsaved } = app.app.service;
    await restore(file, { crop: true });
    expect(unsaved.count()).toEqual({ kept: 0, lost: 0 });
    const run = await restore(file);
    expect(unsaved.count()).toEqual({ kept: 1, lost: 0 });
    const [result] = (await app.client.call('readRun', { run })).results;
    await app.client.call('saveResult', { result: result.id, save: { name: 'a', format: 'png' } });
    expect(unsaved.count()).toEqual({ kept: 0, lost: 0 });
    // Of a picture that was closed nobody wants any.
    await restore(file);
    expect(unsaved.count()).toEqual({ kept: 1, lost: 0 });
    await open();
    expect(unsaved.count()).toEqual({ kept: 0, lost: 0 });
  });

  it('are saved beside their pictures, over nothing, or where people say', async () => {
    const folder = join(folders.root, 'pictures');
    const inFolder = await fileIn(folder, 'a.png');
    await writeFile(join(folder, 'a_inpaint_1.png'), 'mine');
    const pasted = (await app.client.call('addFile', { name: 'pasted.png', bytes })).id;
    await open(inFolder, pasted);
    await restore(inFolder, { samples: 2 });
    await restore(pasted);
    const { unsaved } = app.app.service;
    // Changing one's mind at the folder leaves what is saved, and the rest as it was.
    expect(await unsaved.saveAll(nowhere)).toBeUndefined();
    expect(unsaved.count()).toEqual({ kept: 1, lost: 0 });
    const chosen = join(folders.root, 'chosen');
    await mkdir(chosen);
    await unsaved.saveAll(async () => chosen);
    expect(unsaved.count()).toEqual({ kept: 0, lost: 0 });
    const written = (await readdir(folder)).sort();
    expect(written).toEqual(
      expect.arrayContaining(['a.png', 'a_inpaint_1.png', 'a_inpaint_1_2.png', 'a_inpaint_2.png']),
    );
    expect(await readFile(join(folder, 'a_inpaint_1.png'), 'utf8')).toBe('mine');
    expect((await readFile(join(folder, 'a_inpaint_1_2.png'))).subarray(1, 4).toString()).toBe('PNG');
    expect(await readdir(chosen)).toEqual(['pasted_inpaint.png']);
  });

  it('are there again after the program has ended, with their pictures; others are gone', async () => {
    const kept = await fileIn(join(folders.root, 'pictures'), 'a.png');
    const closed = await fileIn(join(folders.root, 'pictures'), 'b.png');
    await open(kept, closed);
    const run = await restore(kept);
    await restore(closed);
    await open(kept);
    const before = await app.client.call('readRun', { run });
    const pixels = await app.client.call('readResult', { result: before.results[0].id });
    await app.close();

    app = await openApp(folders);
    const runs = await app.client.call('runs', {});
    expect(runs).toEqual([{ ...before, steps: [] }]);
    expect(await app.client.call('readResult', { result: before.results[0].id })).toEqual(pixels);
    expect(app.app.service.unsaved.count()).toEqual({ kept: 1, lost: 0 });
    const results = join(folders.options.stateFolder, 'sessions', '0', 'results');
    expect(await readdir(results)).toEqual([`${before.results[0].id}.png`]);

    // One whose file is gone is no result any more.
    await rm(join(results, `${before.results[0].id}.png`));
    await app.close();
    app = await openApp(folders);
    expect(await app.client.call('runs', {})).toEqual([]);
  });

  it('are thrown away for good when people want that', async () => {
    const file = await fileIn(join(folders.root, 'pictures'), 'a.png');
    await open(file);
    await restore(file);
    await app.app.service.unsaved.discard();
    expect(app.app.service.unsaved.count()).toEqual({ kept: 0, lost: 0 });
    await app.close();
    app = await openApp(folders);
    expect(await app.client.call('runs', {})).toEqual([]);
    expect(await readdir(join(folders.options.stateFolder, 'sessions', '0', 'results'))).toEqual([]);
  });
});
