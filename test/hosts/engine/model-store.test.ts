import { mkdir, mkdtemp, readFile, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskCache } from '../../../src-main/hosts/engine/disk-cache.ts';
import { defaultLocations } from '../../../src-main/hosts/engine/locations.ts';
import { ModelStore } from '../../../src-main/hosts/engine/model-store.ts';
import { manifestHashes } from '../../../packaging/pinned-models.ts';
import { sha256, writeTinyModel } from '../../fixtures/tiny-model.ts';

let root: string;
let store: ModelStore;
const folder = (name: string): string => join(root, name);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'langevin modèles %20-'));
  store = new ModelStore({
    models: [
      { folder: folder('user'), origin: 'user' },
      { folder: folder('shipped'), origin: 'shipped' },
    ],
    cache: folder('cache'),
  });
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('finding models', () => {
  it('goes by name through the folders in order, or by path', async () => {
    await writeTinyModel(folder('shipped'), 'tiny', { version: 'shipped' });
    const own = await writeTinyModel(folder('user'), 'tiny', { version: 'own' });
    const other = await writeTinyModel(folder('elsewhere'), 'other');
    expect(await store.find('tiny')).toMatchObject({ folder: own, origin: 'user', manifest: { version: 'own' } });
    expect(await store.find(other)).toMatchObject({ folder: other, origin: 'path' });
    const listed = await store.list();
    expect(
      listed.map((model) => [model.name, 'origin' in model && model.origin, 'shadowed' in model && model.shadowed]),
    ).toEqual([
      ['tiny', 'user', false],
      ['tiny', 'shipped', true],
    ]);
  });

  it('finds the models that are shipped with the program', async () => {
    const shipped = new ModelStore(defaultLocations());
    for (const name of ['photo', 'ct']) {
      const { manifest, bytes } = await shipped.load(name);
      expect(manifest.name).toBe(name);
      expect(manifest.calibration?.sigma.length).toBeGreaterThan(10);
      expect(sha256(bytes)).toBe(manifest.sha256);
    }
  });

  it('uses of the shipped models only those that are as the program was made with them', async () => {
    const good = await writeTinyModel(folder('shipped'), 'good');
    const changed = await writeTinyModel(folder('shipped'), 'changed');
    await writeTinyModel(folder('shipped'), 'added');
    await writeTinyModel(folder('user'), 'own');
    const locations = {
      models: [
        { folder: folder('user'), origin: 'user' as const },
        { folder: folder('shipped'), origin: 'shipped' as const },
      ],
      cache: folder('cache'),
    };
    const pinned = new ModelStore(locations, manifestHashes(folder('shipped')));
    await rm(join(folder('shipped'), 'added'), { recursive: true });
    const hashes = manifestHashes(folder('shipped'));
    await writeTinyModel(folder('shipped'), 'added');
    const store = new ModelStore(locations, hashes);
    // A network and the manifest that fits it, in the place of the shipped ones.
    await writeTinyModel(folder('shipped'), 'changed', { version: 'forged' });
    expect((await store.load('good')).folder).toBe(good);
    expect((await store.load(good)).origin).toBe('path');
    expect((await store.load('own')).origin).toBe('user');
    for (const way of ['changed', changed]) {
      await expect(store.load(way)).rejects.toMatchObject({
        code: 'model-corrupt',
        message: expect.stringMatching(
          /has been changed since Langevin was made .* Install Langevin again\.$/,
        ) as unknown,
      });
    }
    await expect(store.find('added')).rejects.toThrow('did not come with Langevin');
    expect((await store.list()).map(({ name, ...model }) => [name, 'problem' in model])).toEqual([
      ['own', false],
      ['added', true],
      ['changed', true],
      ['good', false],
    ]);
    // A changed network no longer fits its manifest.
    await writeFile(join(good, 'tiny.onnx'), 'something else');
    await expect(pinned.load('good')).rejects.toMatchObject({ code: 'model-corrupt' });
  });

  it('lists a broken model with its problem', async () => {
    await writeTinyModel(folder('user'), 'good');
    await writeTinyModel(folder('user'), 'bad', { channels: 2 });
    await mkdir(folder('user/empty'));
    const listed = await store.list();
    expect(listed.map((model) => [model.name, 'problem' in model ? model.problem.code : 'fine'])).toEqual([
      ['bad', 'invalid-manifest'],
      ['empty', 'model-not-found'],
      ['good', 'fine'],
    ]);
  });

  it('names the models there are when one is missing', async () => {
    await writeTinyModel(folder('user'), 'tiny');
    await expect(store.find('foto')).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringMatching(/"foto".*tiny/) as string,
    });
    await expect(store.find(folder('nowhere'))).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringContaining(folder('nowhere')) as string,
    });
    await expect(store.find('../user')).rejects.toMatchObject({ code: 'model-not-found' });
  });

  it.each([
    ['text', '{', 'not valid JSON'],
    ['an unknown key', { speed: 3 }, 'speed'],
    ['a missing key', { channels: undefined }, 'channels'],
    ['a path out of the folder', { file: '../tiny.onnx' }, 'must stay inside'],
    ['an absolute path', { file: '/etc/passwd' }, 'must stay inside'],
    [
      'external data out of the folder',
      { externalFiles: [{ file: 'a/../../b', sha256: '0'.repeat(64) }] },
      'must stay inside',
    ],
    ['a sha256 that is none', { sha256: 'abc' }, '64 hexadecimal'],
    ['calibration that descends', { calibration: { sigma: [2, 1], mse: [1, 1] } }, 'ascend'],
    ['the name of another folder', { name: 'other' }, 'rename'],
  ])('refuses a manifest with %s', async (_what, change, message) => {
    const path = await writeTinyModel(folder('user'), 'tiny', typeof change === 'string' ? {} : change);
    if (typeof change === 'string') await writeFile(join(path, 'manifest.json'), change);
    await expect(store.find('tiny')).rejects.toMatchObject({
      code: 'invalid-manifest',
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('loading a model', () => {
  it('reads the network and its external files', async () => {
    const bytes = Buffer.from('weights');
    const path = await writeTinyModel(folder('user'), 'tiny', {
      externalFiles: [{ file: 'data/w.bin', sha256: sha256(bytes) }],
    });
    await mkdir(join(path, 'data'));
    await writeFile(join(path, 'data/w.bin'), bytes);
    const loaded = await store.load('tiny');
    expect(Buffer.from(loaded.bytes)).toEqual(await readFile(join(path, 'tiny.onnx')));
    expect(loaded.externalData.map(({ path: file, data }) => [file, Buffer.from(data).toString()])).toEqual([
      ['data/w.bin', 'weights'],
    ]);
  });

  it('says which file is missing, truncated or changed', async () => {
    const path = join(await writeTinyModel(folder('user')), 'tiny.onnx');
    await truncate(path, 100);
    await expect(store.load('tiny')).rejects.toMatchObject({
      code: 'model-corrupt',
      message: expect.stringMatching(/tiny\.onnx.*sha256 is [0-9a-f]{64}/) as string,
    });
    await unlink(path);
    await expect(store.load('tiny')).rejects.toMatchObject({
      code: 'file-not-found',
      message: expect.stringContaining('tiny.onnx of the model tiny is missing') as string,
    });
    await mkdir(path);
    await expect(store.load('tiny')).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it.skipIf(process.platform === 'win32')('refuses a link that leaves the folder', async () => {
    const path = join(await writeTinyModel(folder('user')), 'tiny.onnx');
    const outside = folder('outside.onnx');
    await writeFile(outside, await readFile(path));
    await unlink(path);
    await symlink(outside, path);
    await expect(store.load('tiny')).rejects.toMatchObject({
      code: 'model-corrupt',
      message: expect.stringContaining('leaves its folder') as string,
    });
  });
});

describe('default locations', () => {
  it('follow the customs of the platform and LANGEVIN_MODELS', () => {
    const linux = defaultLocations(
      '/app/models',
      { XDG_DATA_HOME: '/data', XDG_CACHE_HOME: 'relative' },
      'linux',
      '/home/a',
    );
    expect(linux.models.map((entry) => entry.folder)).toEqual([join('/data/langevin/models'), '/app/models']);
    expect(linux.cache).toBe(join('/home/a/.cache/langevin'));
    const mac = defaultLocations('/app/models', {}, 'darwin', '/Users/a');
    expect(mac.models[0].folder).toBe(join('/Users/a/Library/Application Support/langevin/models'));
    expect(mac.cache).toBe(join('/Users/a/Library/Caches/langevin'));
    const extra = defaultLocations('/app/models', { LANGEVIN_MODELS: ['/one', '/two'].join(delimiter) }, 'linux', '/h');
    expect(extra.models.slice(0, 2).map(({ folder: f, origin }) => [f, origin])).toEqual([
      ['/one', 'environment'],
      ['/two', 'environment'],
    ]);
    expect(() => defaultLocations('/app/models', { LANGEVIN_MODELS: 'here' }, 'linux', '/h')).toThrow(/absolute/);
  });
});

describe('the disk cache', () => {
  it('gives back what was put, and forgets what was damaged', async () => {
    const cache = diskCache(folder('cache'));
    expect(await cache.get('a')).toBeUndefined();
    await cache.put('a', Buffer.from('first'));
    await cache.put('b/../c', Buffer.from('second'));
    expect(Buffer.from((await cache.get('a'))!).toString()).toBe('first');
    expect(Buffer.from((await cache.get('b/../c'))!).toString()).toBe('second');
    const { readdir } = await import('node:fs/promises');
    const files = await readdir(folder('cache'));
    expect(files).toHaveLength(2);
    for (const file of files) await truncate(join(folder('cache'), file), 34);
    expect(await cache.get('a')).toBeUndefined();
    expect(await readdir(folder('cache'))).toHaveLength(1);
  });

  it('does not mind a place that cannot be written', async () => {
    await writeFile(folder('file'), '');
    const cache = diskCache(join(folder('file'), 'cache'));
    await cache.put('a', Buffer.from('x'));
    expect(await cache.get('a')).toBeUndefined();
  });
});
