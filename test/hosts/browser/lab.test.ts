import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { STRIP_FRAMES, type LabJob, type LabNews } from '../../../src-main/contract/app/lab.ts';
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

beforeAll(async () => {
  folders = await appFolders();
  await cp('models/digits', join(folders.root, 'models', 'digits'), { recursive: true });
  app = await openApp(folders);
});
afterAll(async () => {
  await app.close();
  await removeFolders(folders);
});

const network = { model: 'tiny', provider: 'cpu' } as const;

/** Starts an experiment and gathers its news to the end; `onNews` may cancel it. */
async function perform(job: LabJob, onNews: (news: LabNews) => void = () => undefined): Promise<LabNews[]> {
  const heard: LabNews[] = [];
  let end: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const unsubscribe = app.client.onEvent((event) => {
    if (!('lab' in event)) return;
    heard.push(event);
    onNews(event);
    if (event.type === 'lab-end') end();
  });
  await app.client.call('startLab', { job });
  await ended;
  unsubscribe();
  return heard;
}

it('draws samples with their way from noise, the same for the same seed, and forgets them', async () => {
  const job: LabJob = {
    ...{ kind: 'sample', network, count: 2, width: 16, height: 16 },
    options: { seed: 7, predictor: 'ddim', steps: 30 },
  };
  const news = await perform(job);
  const pictures = news.filter(({ type }) => type === 'lab-picture');
  expect(pictures).toHaveLength(2);
  const frames = news.filter((event) => event.type === 'lab-frame').map(({ frame }) => frame);
  expect(new Set(frames.map(({ sample }) => sample))).toEqual(new Set([0, 1]));
  expect(frames.filter(({ sample }) => sample === 0).length).toBeGreaterThanOrEqual(STRIP_FRAMES);
  expect(frames.filter(({ sample }) => sample === 1).length).toBeLessThanOrEqual(STRIP_FRAMES + 2);
  expect(frames[0]).toMatchObject({ step: 1, state: { width: 16, height: 16 } });
  expect(news.at(-1)).toMatchObject({ type: 'lab-end', status: 'done', report: { count: 2, seed: 7 } });
  const first = await latestPixels();
  await perform(job);
  expect(await latestPixels()).toEqual(first);
  const labs = await app.client.call('labs', {});
  expect(labs.map(({ kind, status }) => `${kind} ${status}`)).toEqual(['sample done', 'sample done']);
  const { id } = labs[0].pictures[0].file;
  await app.client.call('forgetLab', { lab: labs[0].lab });
  await expect(app.client.call('readPicture', { file: id })).rejects.toMatchObject({ code: 'file-not-found' });
});

async function latestPixels(): Promise<Uint8Array> {
  const { pictures } = (await app.client.call('labs', {})).at(-1)!;
  return (await app.client.call('readPicture', { file: pictures[1].file.id })).data;
}

it('is cancelled within a step and keeps what was finished', async () => {
  const job: LabJob = {
    ...{ kind: 'sample', network, count: 50, width: 64, height: 64 },
    options: { predictor: 'ddim', steps: 200 },
  };
  const news = await perform(job, ({ type, lab }) => {
    if (type === 'lab-picture') void app.client.call('cancelLab', { lab });
  });
  expect(news.at(-1)).toMatchObject({ type: 'lab-end', status: 'cancelled' });
  const { pictures, status } = (await app.client.call('labs', {})).at(-1)!;
  expect(status).toBe('cancelled');
  expect(pictures.length).toBeGreaterThan(0);
  expect(pictures.length).toBeLessThan(50);
});

it('measures one picture after the other, and says of one that cannot be why', async () => {
  const { bytes } = await greyFile({ width: 16, height: 16 });
  const good = await app.client.call('addFile', { name: 'good.png', bytes });
  const bad = await app.client.call('addFile', { name: 'bad.png', bytes: bytes.slice(0, 20) });
  const news = await perform({
    ...{ kind: 'likelihood', network, files: [bad.id, good.id], map: true },
    options: { repeats: 2, rtol: 1e-2, atol: 1e-2 },
  });
  const found = news.filter((event) => event.type === 'lab-likelihood').map(({ likelihood }) => likelihood);
  expect(found[0]).toMatchObject({ file: bad.id, problem: { message: expect.any(String) as string } });
  expect(found[1].report?.bitsPerDimension).toBeGreaterThan(0);
  expect(found[1].report?.standardError).toBeGreaterThanOrEqual(0);
  const map = await app.client.call('readPicture', { file: found[1].map!.file.id });
  expect([map.width, map.height]).toEqual([16, 16]);
  expect(news.at(-1)).toMatchObject({ status: 'done' });
});

it('encodes two pictures and decodes the way between; the ends come back, and another temperature encodes nothing anew', async () => {
  const added = await Promise.all(
    [0, 100].map(async (offset) => {
      const { bytes } = await greyFile({ width: 16, height: 16 }, undefined, {
        data: Uint8Array.from({ length: 256 }, (_, i) => (i + offset) % 200),
      });
      return app.client.call('addFile', { name: `end-${offset}.png`, bytes });
    }),
  );
  const files = added.map(({ id }) => id);
  const job: LabJob = { kind: 'latent', network, files, positions: [0, 0.5, 1], tolerance: 1e-4 };
  const news = await perform(job);
  expect(news.filter(({ type }) => type === 'lab-latent')).toHaveLength(2);
  const { pictures, latents } = (await app.client.call('labs', {})).at(-1)!;
  expect(latents.map(({ of, file }) => [of, file.name])).toEqual(files.map((id, i) => [id, `end-${i * 100}.npy`]));
  const pixels = async (file: Id) => (await app.client.call('readPicture', { file })).data;
  const [back, first] = [await pixels(pictures[2].file.id), await pixels(files[1])];
  back.forEach((value, i) => expect(Math.abs(value - first[i])).toBeLessThanOrEqual(2));
  const warm = await perform({ ...job, temperature: 0.5 });
  expect(warm.at(-1)).toMatchObject({ status: 'done' });
  expect(await pixels((await app.client.call('labs', {})).at(-1)!.pictures[0].file.id)).not.toEqual(
    await pixels(files[0]),
  );
});

it('refuses files that are not there, and says of a combination why it cannot be', async () => {
  const missing: LabJob = { kind: 'likelihood', network, files: ['0123456789'] };
  await expect(app.client.call('startLab', { job: missing })).rejects.toMatchObject({ code: 'file-not-found' });
  const news = await perform({
    ...{ kind: 'sample', network, count: 1, width: 16, height: 16 },
    options: { predictor: 'heun', eta: 0.5 },
  });
  expect(news.at(-1)).toMatchObject({ status: 'failed', problem: { code: 'unsupported-combination' } });
});

it('draws digits of every class by the classifier of the model, and says of which class each is', async () => {
  const digits = (await app.client.call('models', {})).find(({ name }) => name === 'digits');
  expect(digits).toMatchObject({ size: [28, 28], classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] });
  const job: LabJob = {
    ...{ kind: 'sample', network: { model: 'digits', provider: 'cpu' }, count: 1, width: 28, height: 28 },
    ...{ options: { seed: 1, predictor: 'ddim', steps: 2 }, classifier: { class: 'all', scale: 2 } },
  };
  const news = await perform(job);
  expect(news.at(-1)).toMatchObject({ status: 'done', report: { classes: 10, count: 10 } });
  const { pictures, model } = (await app.client.call('labs', {})).at(-1)!;
  expect(model).toBe('digits');
  expect(pictures.map((picture) => picture.class)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const wrong = await perform({ ...job, width: 32, height: 32, classifier: { class: 3 } });
  expect(wrong.at(-1)).toMatchObject({ status: 'failed', problem: { code: 'model-corrupt' } });
  const noClasses = await perform({ ...job, network, width: 16, height: 16 });
  expect(noClasses.at(-1)).toMatchObject({ status: 'failed', problem: { code: 'model-not-found' } });
});

it('ranks the pictures of folders and of those in them, and forgets them with the experiment', async () => {
  const { bytes } = await greyFile({ width: 16, height: 16 });
  const folder = await app.client.call('createFolder', { name: 'scans' });
  const put = (path: string, content: Uint8Array) =>
    app.client.call('addToFolder', { folder: folder.id, path, bytes: content });
  await put('b.png', bytes);
  await put('deep/a.png', bytes);
  await put('cut.png', bytes.slice(0, 20));
  await put('notes.txt', new Uint8Array(3));
  const job: LabJob = {
    ...{ kind: 'ranking', network, folders: [folder.id] },
    options: { repeats: 2, rtol: 1e-2, atol: 1e-2 },
  };
  expect((await perform(job)).at(-1)).toMatchObject({ status: 'done' });
  const { likelihoods, lab } = (await app.client.call('labs', {})).at(-1)!;
  expect(likelihoods.map(({ name, report }) => [name, report === undefined])).toEqual([
    ['b.png', false],
    ['cut.png', true],
    ['deep/a.png', false],
  ]);
  expect(await app.client.call('readPicture', { file: likelihoods[0].file })).toMatchObject({ width: 16 });
  await app.client.call('forgetLab', { lab });
  await expect(app.client.call('readPicture', { file: likelihoods[0].file })).rejects.toMatchObject({
    code: 'file-not-found',
  });
  const flat = await perform({ ...job, recursive: false });
  expect(flat.filter(({ type }) => type === 'lab-likelihood')).toHaveLength(2);
  const empty = await app.client.call('createFolder', { name: 'empty' });
  expect((await perform({ ...job, folders: [empty.id] })).at(-1)).toMatchObject({
    ...{ status: 'failed', problem: { code: 'nothing-to-do' } },
  });
});

it('says what sampling does where it is told nothing, with what is chosen', async () => {
  const usual = await app.client.call('samplerChoices', {});
  expect(usual.defaults).toMatchObject({ predictor: 'heun', steps: 40, sigmaMax: 80 });
  expect(Object.keys(usual.idle)).toEqual(expect.arrayContaining(['eta', 'snr', 'langevinSteps']));
  const langevin = await app.client.call('samplerChoices', { chosen: { predictor: 'annealed-langevin' } });
  expect(langevin.defaults).toMatchObject({ predictor: 'heun', langevinSteps: 3, steps: expect.any(Number) as number });
  expect(langevin.idle).toHaveProperty('corrector');
  const sde = await app.client.call('samplerChoices', { chosen: { sde: 've', predictor: 'euler-maruyama' } });
  expect(sde.sdeOptions.map(({ name }) => name)).toEqual(['sigmaMin', 'sigmaMax']);
});
