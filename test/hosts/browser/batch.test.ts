import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BatchStart } from '../../../src-main/contract/app/batch.ts';
import { PART_BYTES } from '../../../src-main/contract/app/parts.ts';
import type { AppEvent } from '../../../src-main/contract/app/events.ts';
import { readNpy, writeNpy } from '../../../src-main/images/npy.ts';
import { encodePicture } from '../../../src-main/images/encode.ts';
import { uploadInto } from '../../../src-renderer/client/add-file.ts';
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
let picture: Uint8Array;
let mask: Uint8Array;

const size = { width: 24, height: 16 };

beforeAll(async () => {
  folders = await appFolders();
  await mkdir(join(folders.root, 'granted'));
  app = await openApp({
    ...folders,
    options: {
      ...folders.options,
      folders: [join(folders.root, 'granted'), join(folders.root, 'models', 'tiny')],
    },
  });
  picture = (await greyFile(size)).bytes;
  const data = new Uint8Array(size.width * size.height);
  data.fill(255, 30, 34);
  mask = await encodePicture(
    { ...size, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } },
    { format: 'png' },
  );
});
afterAll(async () => {
  await app.close();
  await removeFolders(folders);
});

/** A batch of `count` uploaded pictures into a folder of its own. */
async function uploaded(count: number, options: Partial<BatchStart['options']> = {}): Promise<BatchStart> {
  const { id: input } = await app.client.call('createFolder', { name: 'in' });
  const { id: output } = await app.client.call('createFolder', { name: 'out' });
  for (let i = 0; i < count; i++) {
    await app.client.call('addToFolder', { folder: input, path: `deep/${i}.png`, bytes: picture });
  }
  const { id } = await app.client.call('addFile', { name: 'mask.png', bytes: mask });
  return {
    folders: [input],
    output,
    mask: { kind: 'files', files: [id] },
    options: { task: 'inpaint', solver: 'ddnm', steps: 3, ...options },
    network: { model: 'tiny', provider: 'cpu' },
  };
}

describe('batches', () => {
  it('reconstruct every slice of a stack of sinograms by the directions that are listed', async () => {
    const { id: input } = await app.client.call('createFolder', { name: 'sinograms' });
    const { id: output } = await app.client.call('createFolder', { name: 'slices' });
    const bytes = writeNpy({ shape: [2, 6, 16], data: new Float32Array(2 * 6 * 16).fill(4) });
    await app.client.call('addToFolder', { folder: input, path: 'stack.npy', bytes });
    const start = (angles: number[]): BatchStart => ({
      folders: [input],
      output,
      mask: { kind: 'none' },
      options: { task: 'reconstruct', solver: 'ddnm', steps: 2 },
      isSinogram: true,
      angles,
      network: { model: 'tiny', provider: 'cpu' },
    });
    const run = async (angles: number[]): Promise<AppEvent> => {
      const { batch } = await app.client.call('startBatch', start(angles));
      return app.waitFor('batch-end', (event) => event.batch === batch);
    };
    expect(await run([0, 30])).toMatchObject({ report: { totals: { failed: 1 } } });
    expect(await run([0, 30, 60, 90, 120, 150])).toMatchObject({ report: { totals: { done: 1 } } });
    const folder = (await app.client.call('batches', {})).at(-1)!;
    const file = await app.client.call('openBatchOutput', { batch: folder.batch, output: 'stack_reconstruct.npy' });
    const saved = await app.client.call('saveFile', { file: file.id });
    expect('download' in saved && readNpy(saved.download.bytes, 'npy').shape).toEqual([2, 16, 16]);
    const { isSinogram: _, ...unlisted } = start([0]);
    await expect(app.client.call('planBatch', unlisted)).rejects.toThrow(/a list of angles belongs to sinograms/);
  });

  it('are planned and run over uploaded folders; outputs are opened and downloaded', async () => {
    const start = await uploaded(2);
    await app.client.call('addToFolder', { folder: start.folders[0], path: 'broken.png', bytes: Uint8Array.of(1) });
    const plan = await app.client.call('planBatch', start);
    expect(plan).toMatchObject({ due: 2, skipped: 0, problems: [{ input: 'broken.png' }] });
    expect(plan.pixels).toBe(2 * 24 * 16);
    const { batch } = await app.client.call('startBatch', start);
    const end = await app.waitFor('batch-end', (event) => event.batch === batch);
    expect(end).toMatchObject({ status: 'done', report: { output: 'out', totals: { done: 2, failed: 1, inputs: 3 } } });
    const snapshot = await app.client.call('readBatch', { batch });
    expect(snapshot).toMatchObject({ status: 'done', output: { name: 'out' }, totals: { done: 2 } });
    expect(snapshot.events.filter(({ type }) => type === 'file')).toHaveLength(3);
    // No path of the host is told.
    expect(JSON.stringify(snapshot.events)).not.toContain(folders.root);

    const output = await app.client.call('openBatchOutput', { batch, output: 'deep/0_inpaint.png' });
    expect(await app.client.call('readPicture', { file: output.id })).toMatchObject(size);
    const saved = await app.client.call('saveFile', { file: output.id });
    if (saved.saved || !('download' in saved)) throw new Error('There is nothing to download.');
    expect(saved.download.name).toBe('0_inpaint.png');
    expect(saved.download.bytes.length).toBe(output.bytes);
    const input = await app.client.call('openBatchInput', { batch, input: 'deep/1.png' });
    expect(input.name).toBe('1.png');

    const again = await app.client.call('planBatch', start);
    expect(again).toMatchObject({ due: 0, skipped: 2 });
  });

  it('take a picture of the blur, and only where it is of use', async () => {
    const start = await uploaded(1, { task: 'deblur', solver: 'ddnm', steps: 2 });
    const data = new Uint8Array(25).fill(10);
    const kernel = await encodePicture(
      { width: 5, height: 5, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } },
      { format: 'png' },
    );
    const { id } = await app.client.call('addFile', { name: 'kernel.png', bytes: kernel });
    const { batch } = await app.client.call('startBatch', { ...start, mask: { kind: 'none' }, kernel: id });
    const end = await app.waitFor('batch-end', (event) => event.batch === batch);
    expect(end).toMatchObject({ status: 'done', report: { totals: { done: 1, failed: 0 } } });
    expect(end).toMatchObject({
      report: { settings: { kernelDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string } },
    });
    await expect(
      app.client.call('startBatch', { ...start, options: { task: 'denoise', noise: 5 }, kernel: id }),
    ).rejects.toMatchObject({ code: 'invalid-argument', message: expect.stringMatching(/kernel.*deblur/) as string });
    await expect(
      app.client.call('startBatch', { ...start, options: { task: 'denoise', noise: 5, sigmaMax: 200 } }),
    ).rejects.toThrow(/highest noise level 200 .*0\.002 to 80/);
  });

  it('work in the folders that the host was started with', async () => {
    const [granted] = await app.client.call('folders', {});
    expect(granted.name).toBe('granted');
    const start = await uploaded(1);
    await writeFile(join(folders.root, 'granted', 'x.png'), picture);
    const { batch } = await app.client.call('startBatch', { ...start, folders: [granted.id], recursive: false });
    await app.waitFor('batch-end', (event) => event.batch === batch && event.status === 'done');
    await expect(
      app.client.call('addToFolder', { folder: granted.id, path: 'evil.png', bytes: picture }),
    ).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(await readdir(join(folders.root, 'granted'))).toEqual(['x.png']);
  });

  it.each(['../evil.png', '/etc/evil.png', 'a/../../evil.png', 'a//b.png', './a.png', 'a\\..\\b.png', 'a\0.png', '..'])(
    'refuse the path %j',
    async (path) => {
      const start = await uploaded(0);
      const folder = start.folders[0];
      await expect(app.client.call('addToFolder', { folder, path, bytes: picture })).rejects.toMatchObject({
        code: 'invalid-argument',
      });
    },
  );

  it('take large files in parts, into folders made for them only', async () => {
    const { id: folder } = await app.client.call('createFolder', { name: 'in' });
    const bytes = Uint8Array.from({ length: 2 * PART_BYTES + 5 }, (_, i) => (i * 37) % 251);
    await uploadInto(app.client, folder, 'deep/large.png', new File([bytes], 'large.png'));
    const uploads = join(folders.options.stateFolder, 'sessions', '0', 'uploads');
    const [made] = (await readdir(uploads, { recursive: true })).filter((name) => name.endsWith('large.png'));
    expect(Buffer.from(await readFile(join(uploads, made))).equals(Buffer.from(bytes))).toBe(true);
    const [granted] = await app.client.call('folders', {});
    const { upload } = await app.client.call('beginUpload', { name: 'evil.png' });
    await expect(
      app.client.call('placeUpload', { upload, folder: granted.id, path: 'evil.png' }),
    ).rejects.toMatchObject({ code: 'invalid-argument' });
    expect((await readdir(join(uploads, '..', 'files'))).filter((name) => name.endsWith('.part'))).toEqual([]);
    const large = { folder, path: 'x.png', bytes: new Uint8Array(33 * 2 ** 20) };
    await expect(app.client.call('addToFolder', large)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('say what is wrong where a file has the name of a folder', async () => {
    const start = await uploaded(1);
    const below = { folder: start.folders[0], path: 'deep/0.png/x.png', bytes: picture };
    await expect(app.client.call('addToFolder', below)).rejects.toMatchObject({ code: 'file-unwritable' });
  });

  it('replace no file of the network that they run', async () => {
    const granted = (await app.client.call('folders', {}))[1];
    const start = { ...(await uploaded(1)), output: granted.id, existing: 'overwrite' as const };
    await mkdir(join(folders.root, 'models', 'tiny', 'deep'), { recursive: true });
    await writeFile(join(folders.root, 'models', 'tiny', '0.png'), 'of the model');
    const { id: flat } = await app.client.call('createFolder', { name: 'flat' });
    await app.client.call('addToFolder', { folder: flat, path: '0.png', bytes: picture });
    const request = { ...start, folders: [flat], template: '{name}.{ext}' };
    const { problems } = await app.client.call('planBatch', request);
    expect(problems).toMatchObject([{ input: '0.png', message: expect.stringMatching(/would overwrite .*0\.png/) }]);
    const { batch } = await app.client.call('startBatch', request);
    const end = await app.waitFor('batch-end', (event) => event.batch === batch);
    expect(end).toMatchObject({ report: { totals: { done: 0, failed: 1 } } });
    expect(await readFile(join(folders.root, 'models', 'tiny', '0.png'), 'utf8')).toBe('of the model');
  });

  it('refuse to open what is not in their folders', async () => {
    const { batch } = await app.client.call('startBatch', await uploaded(1));
    await app.waitFor('batch-end', (event) => event.batch === batch);
    for (const output of ['../../session.msgpack', '/etc/hostname']) {
      await expect(app.client.call('openBatchOutput', { batch, output })).rejects.toMatchObject({
        code: 'invalid-argument',
      });
      await expect(app.client.call('openBatchInput', { batch, input: output })).rejects.toMatchObject({
        code: 'invalid-argument',
      });
    }
  });

  it('are paused between two pictures, go on, and are cancelled', async () => {
    const { batch } = await app.client.call('startBatch', await uploaded(3, { steps: 200 }));
    await app.client.call('pauseBatch', { batch, paused: true });
    await app.waitFor('batch-event', ({ batch: of, event }) => of === batch && event.type === 'paused');
    expect((await app.client.call('readBatch', { batch })).status).toBe('paused');
    await app.client.call('pauseBatch', { batch, paused: false });
    await app.waitFor('batch-event', ({ batch: of, event }) => of === batch && event.type === 'resumed');
    await app.client.call('cancelBatch', { batch });
    const end = await app.waitFor('batch-end', (event) => event.batch === batch);
    expect(end.status).toBe('cancelled');
    expect((await app.client.call('batches', {})).some((one) => one.batch === batch)).toBe(true);
  });

  it('survive the death of the engine, which is the trouble of one picture at most', async () => {
    const { batch } = await app.client.call('startBatch', await uploaded(2, { steps: 2000 }));
    await app.waitFor('batch-event', ({ batch: of, event }) => of === batch && event.type === 'progress');
    process.kill(app.app.processes.engine.pid!, 'SIGKILL');
    const end = await app.waitFor('batch-end', (event) => event.batch === batch);
    expect(end.status).toBe('done');
    expect(end.report!.totals.done + end.report!.totals.failed).toBe(2);
    expect(end.report!.totals.done).toBeGreaterThan(0);
  });
});
