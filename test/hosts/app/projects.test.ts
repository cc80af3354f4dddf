import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync, zipSync, type Zippable } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionTab } from '../../../src-main/contract/app/session.ts';
import type { Id } from '../../../src-main/contract/app/values.ts';
import { RecentThumbnails } from '../../../src-main/hosts/app/recent-thumbnails.ts';
import { decodePicture } from '../../../src-main/images/decode.ts';
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
let project: Uint8Array;
let pixels: Uint8Array;

async function download(file: Id): Promise<Uint8Array> {
  const saved = await app.client.call('saveFile', { file });
  if (!('download' in saved)) throw new Error('The host gave no download.');
  return saved.download.bytes;
}

/** Opens a project that holds other things than ours. */
async function openChanged(change: (entries: Record<string, Uint8Array>) => Zippable): Promise<unknown> {
  const { id: file } = await app.client.call('addFile', {
    name: 'odd.langevin',
    bytes: zipSync(change(unzipSync(project)), { level: 0 }),
  });
  return app.client.call('openProject', { file });
}

function withManifest(
  entries: Record<string, Uint8Array>,
  change: (manifest: never) => void,
): Record<string, Uint8Array> {
  const manifest = JSON.parse(new TextDecoder().decode(entries['manifest.json'])) as never;
  change(manifest);
  return { ...entries, 'manifest.json': new TextEncoder().encode(JSON.stringify(manifest)) };
}

beforeAll(async () => {
  folders = await appFolders();
  app = await openApp(folders);
  const { bytes } = await greyFile({ width: 16, height: 12 });
  const { id: file } = await app.client.call('addFile', { name: 'scan.png', bytes });
  const mask = { x: 2, y: 2, width: 4, height: 4, coverage: new Uint8Array(16).fill(255) };
  await app.client.call('healStroke', {
    ...{ file, variant: 'variant-one', mask, recipe: { fill: 'smooth', seed: 0 } },
    layers: [{ variant: 'variant-one', opacity: 1 }],
  });
  const { run } = await app.client.call('startRun', {
    ...{ file, mask, healed: true },
    options: { task: 'inpaint', solver: 'ddnm', steps: 2 },
    network: { model: 'tiny', provider: 'cpu' },
  });
  expect((await app.waitFor('run-end', (event) => event.run === run)).status).toBe('done');
  await app.client.call('labelRun', { run, label: { name: 'first', isStarred: true, isRemoved: false } });
  const [result] = (await app.client.call('readRun', { run })).results;
  pixels = ((await app.client.call('readResult', { result: result.id })) as { data: Uint8Array }).data;
  const tab: SessionTab = {
    ...{ file, model: 'tiny', options: { task: 'inpaint', seed: 3, samples: 1 }, run },
    ...{ mask: new Uint8Array([1, 2]), history: new Uint8Array([3]), hints: [{ color: '#204080', mask: 'AQI=' }] },
  };
  const made = await app.client.call('makeProject', { tab });
  expect(made.name).toBe('scan.langevin');
  project = await download(made.id);
  await app.client.call('forgetFile', { file: made.id });
  await app.client.call('forgetFile', { file });
});
afterAll(async () => {
  await app.close();
  await removeFolders(folders);
});

describe('a project', () => {
  it('brings a picture back with mask, steps, strokes, options and results, as often as it is opened', async () => {
    const { bytes } = await greyFile({ width: 16, height: 12 });
    const seen = new Set<Id>();
    for (let i = 0; i < 2; i++) {
      const { id } = await app.client.call('addFile', { name: 'scan.langevin', bytes: project });
      const { tab, files } = await app.client.call('openProject', { file: id });
      expect(tab).toMatchObject({ options: { task: 'inpaint', seed: 3 }, model: 'tiny' });
      expect(tab.hints).toEqual([{ color: '#204080', mask: 'AQI=' }]);
      expect([tab.mask, tab.history]).toEqual([new Uint8Array([1, 2]), new Uint8Array([3])]);
      expect(files.map(({ name }) => name)).toEqual(['scan.png']);
      expect(await download(tab.file)).toEqual(bytes);
      const healing = await app.client.call('openHealing', { file: tab.file });
      expect(healing.layers).toHaveLength(1);
      const [run] = (await app.client.call('runs', {})).filter(({ document }) => document === tab.file);
      expect([run.label.name, run.report?.solver, run.status]).toEqual(['first', 'ddnm', 'done']);
      const shown = (await app.client.call('readResult', { result: run.results[0].id })) as { data: Uint8Array };
      expect(shown.data).toEqual(pixels);
      seen.add(tab.file).add(run.run).add(run.results[0].id);
    }
    expect(seen.size).toBe(6);
  });

  it.each<[string, RegExp, (entries: Record<string, Uint8Array>) => Zippable]>([
    ['names that lead elsewhere', /belongs in no project/, (e) => ({ ...e, '../../evil': new Uint8Array(1) })],
    ['a file that nothing speaks of', /belongs in no project/, (e) => ({ ...e, 'files/abcdef': new Uint8Array(1) })],
    ['no manifest', /manifest.json is missing/, ({ 'manifest.json': _gone, ...e }) => e],
    ['a manifest that is none', /is no JSON/, (e) => ({ ...e, 'manifest.json': new Uint8Array([0x7b]) })],
    ['unknown keys', /"more"/, (e) => withManifest(e, (m: { more?: number }) => (m.more = 1))],
    [
      'a later version',
      /later version of Langevin/,
      (e) => withManifest(e, (m: { version: number }) => (m.version = 2)),
    ],
    [
      'a result of another size',
      /a result is 16 × 12, not 17 × 12/,
      (e) => withManifest(e, (m: { runs: { results: { width: number }[] }[] }) => (m.runs[0].results[0].width = 17)),
    ],
    [
      'much that takes little room',
      /unpacks to more than it may/,
      (e) => ({ ...e, history: [new Uint8Array(2 ** 24 + 1), { level: 1 }] }),
    ],
    [
      'metadata that are none',
      /metadata of a result are broken/,
      (e) =>
        Object.fromEntries(Object.entries(e).map(([n, b]) => [n, n.endsWith('.meta') ? new Uint8Array([0xc1]) : b])),
    ],
  ])('with %s is refused in words, and nothing of it stays', async (_what, words, change) => {
    const before = await readdir(join(folders.options.stateFolder, 'sessions', '0', 'files'));
    const results = await readdir(join(folders.options.stateFolder, 'sessions', '0', 'results'));
    await expect(openChanged(change)).rejects.toThrow(words);
    // The upload itself, which the page forgets.
    expect(await readdir(join(folders.options.stateFolder, 'sessions', '0', 'files'))).toHaveLength(before.length + 1);
    const after = await readdir(join(folders.options.stateFolder, 'sessions', '0', 'results'));
    expect(after.toSorted()).toEqual(results.toSorted());
  });

  it('that is cut off, altered or something else is refused in words', async () => {
    const open = async (bytes: Uint8Array): Promise<unknown> => {
      const { id: file } = await app.client.call('addFile', { name: 'odd.langevin', bytes });
      return app.client.call('openProject', { file });
    };
    await expect(open(project.slice(0, -40))).rejects.toThrow(/odd.langevin cannot be opened: it is no zip file/);
    await expect(open(new Uint8Array(10))).rejects.toThrow(/is no zip file/);
    const altered = project.slice();
    // A byte of the picture, which lies behind the first entries.
    altered[new TextDecoder('latin1').decode(project).indexOf('IDAT') + 6] ^= 1;
    await expect(open(altered)).rejects.toThrow(/checksum of files/);
    // Two entries that share their bytes.
    const shared = project.slice();
    const directory = new DataView(shared.buffer).getUint32(shared.length - 6, true);
    const second = directory + 46 + 'manifest.json'.length;
    new DataView(shared.buffer).setUint32(second + 42, 0, true);
    await expect(open(shared)).rejects.toThrow(/overlap/);
  });

  it('is known among the recent files by its picture', async () => {
    const path = join(folders.root, 'scan.langevin');
    await writeFile(path, project);
    // Gives what it is to make a small picture of.
    const worker = { result: (_job: string, { file }: { file: { path: string } }) => readFile(file.path) };
    const thumbnails = new RecentThumbnails(join(folders.root, 'thumbnails'), worker as never);
    const { bytes } = await greyFile({ width: 16, height: 12 });
    expect(new Uint8Array(await thumbnails.of({ name: 'scan.langevin', path }))).toEqual(bytes);
    expect(await readdir(join(folders.root, 'thumbnails'))).toHaveLength(1);
  });

  it('holds pictures that can be read without the program', async () => {
    const name = Object.keys(unzipSync(project)).find(
      (entry) => entry.startsWith('results/') && entry.endsWith('.png'),
    )!;
    expect((await decodePicture(unzipSync(project)[name], name)).width).toBe(16);
  });
});
