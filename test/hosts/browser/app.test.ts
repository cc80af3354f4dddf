import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppResult } from '../../../src-main/contract/app/replies.ts';
import type { RunRequest } from '../../../src-main/contract/app/runs.ts';
import type { Id } from '../../../src-main/contract/app/values.ts';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { readDicom } from '../../../src-main/images/dicom.ts';
import { openDataSet } from '../../../src-main/images/dicom/open.ts';
import { readNpy } from '../../../src-main/images/npy.ts';
import { displayedPicture } from '../../../src-main/images/orientation.ts';
import {
  appFolders,
  greyFile,
  openApp,
  removeFolders,
  type AppFolders,
  type OpenApp,
} from '../../fixtures/app/served-app.ts';
import { dicomFile, textElement } from '../../fixtures/dicom-file.ts';

let folders: AppFolders;
let app: OpenApp;

beforeAll(async () => {
  folders = await appFolders();
  app = await openApp(folders);
});
afterAll(async () => {
  await app.close();
  await removeFolders(folders);
});

const network = { model: 'tiny', provider: 'cpu' } as const;
const patch = { x: 4, y: 6, width: 5, height: 3, coverage: new Uint8Array(15).fill(200) };

async function addGrey(...args: Parameters<typeof greyFile>): Promise<{ file: Id; bytes: Uint8Array }> {
  const { bytes } = await greyFile(...args);
  const { id } = await app.client.call('addFile', { name: 'grey.png', bytes });
  return { file: id, bytes };
}

function inpainting(
  file: Id,
  options: Partial<RunRequest['options']> = {},
  more: Partial<RunRequest> = {},
): RunRequest {
  return { file, mask: patch, network, options: { task: 'inpaint', solver: 'ddnm', steps: 4, ...options }, ...more };
}

/** Enough steps to be caught in the middle of it. */
const endless = { solver: 'ddnm', steps: 10_000 };

async function download(result: Id, format: string, metadata: 'keep' | 'none' = 'keep'): Promise<Uint8Array> {
  const saved: AppResult<'saveResult'> = await app.client.call('saveResult', {
    result,
    save: { name: 'out', format, metadata },
  });
  if (saved.saved || !('download' in saved)) throw new Error('There is nothing to download.');
  return saved.download.bytes;
}

describe('requests', () => {
  it('tells what the host is', async () => {
    const hello = await app.client.call('hello', {});
    expect(hello).toEqual({ kind: 'browser', version: '0.0.0', platform: process.platform, dialogs: false });
  });

  it('refuses unknown calls, unknown keys and unknown ids, naming them', async () => {
    const call = app.client.call.bind(app.client) as (name: string, request: unknown) => Promise<unknown>;
    await expect(call('toString', {})).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(call('hello', { path: '/etc' })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('path') as string,
    });
    await expect(call('readPicture', { file: '../../etc/passwd' })).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(call('readPicture', { file: '0123456789' })).rejects.toMatchObject({ code: 'file-not-found' });
    for (const model of ['../models/tiny', '/etc', 'C:\\models', '.']) {
      await expect(call('choices', { task: 'inpaint', model })).rejects.toMatchObject({ code: 'invalid-argument' });
      const run = { file: '0123456789', options: { task: 'denoise' }, network: { model } };
      await expect(call('startRun', run)).rejects.toMatchObject({ code: 'invalid-argument' });
    }
    await expect(call('chooseFiles', { purpose: 'picture' })).rejects.toMatchObject({
      code: 'unsupported-combination',
    });
  });

  it('reads pictures as they are displayed', async () => {
    const { file, bytes } = await addGrey({ width: 20, height: 12 }, undefined, { metadata: { orientation: 6 } });
    const content = await app.client.call('readPicture', { file });
    expect(content).toMatchObject({ width: 12, height: 20, format: 'png', mode: 'gray', orientation: 6 });
    const shown = displayedPicture(await decodePicture(bytes, 'test'));
    const grey = shown.data.map((_, i) => content.data[4 * i]);
    expect(Buffer.from(grey).equals(Buffer.from(shown.data as Uint8Array))).toBe(true);
    expect(content.data[3]).toBe(255);
  });

  it('says which solvers cannot run, and why', async () => {
    const clean = await app.client.call('choices', { task: 'inpaint', model: 'tiny' });
    expect(clean.solvers.find(({ name }) => name === 'ddnm')?.whyNot).toBeUndefined();
    expect(clean.solvers.map(({ name }) => name)).toContain(clean.defaultSolver);
    const noisy = await app.client.call('choices', { task: 'deblur', model: 'tiny', noisy: true });
    expect(noisy.solvers.some(({ whyNot }) => whyNot !== undefined && whyNot.length > 20)).toBe(true);
    await expect(app.client.call('choices', { task: 'colorize', model: 'tiny' })).rejects.toMatchObject({
      code: 'unsupported-combination',
    });
  });

  it('saves a mask at the size of the picture, and reads it back', async () => {
    const { file } = await addGrey({ width: 20, height: 12 }, undefined, { metadata: { orientation: 8 } });
    const saved = await app.client.call('saveMask', { picture: file, mask: patch });
    if (saved.saved || !('download' in saved)) throw new Error('There is nothing to download.');
    expect(saved.download.name).toBe('grey-mask.png');
    const mask = await app.client.call('addFile', { name: 'm.png', bytes: saved.download.bytes });
    const read = await app.client.call('readMask', { file: mask.id, picture: file });
    expect(read).toMatchObject({ width: 12, height: 20 });
    expect(read.coverage.reduce((sum, value) => sum + value, 0)).toBe(15 * 255);
    expect(read.coverage[6 * 12 + 4]).toBe(255);
    const other = await addGrey({ width: 8, height: 8 });
    await expect(app.client.call('readMask', { file: mask.id, picture: other.file })).rejects.toMatchObject({
      code: 'mask-size',
    });
  });
});

describe('a run', () => {
  it('plans the passes that it then makes', async () => {
    const { file } = await addGrey({ width: 40, height: 32 });
    for (const options of [{}, { solver: 'pigdm', steps: 3 }, { solver: 'daps', steps: 5 }, { predictor: 'heun' }]) {
      const request = inpainting(file, options);
      const plan = await app.client.call('planRun', request);
      const { run } = await app.client.call('startRun', request);
      const end = await app.waitFor('run-end', (event) => event.run === run);
      if (end.status !== 'done') throw new Error(JSON.stringify(end));
      expect(plan).toMatchObject({ solver: end.report.solver, windows: 1, paintedPixels: 15 });
      expect(plan.passes).toBe(end.report.nfe + 2 * end.report.vjps);
      expect(plan.seconds).toBeGreaterThan(0);
      // Little more than that of a process, as the picture is tiny.
      expect(plan.memory).toBeGreaterThan(300e6);
      expect(plan.memory).toBeLessThan(600e6);
    }
  });

  it.each([
    { task: 'denoise', noise: 10 },
    { task: 'denoise', noise: 10, samples: 2 },
    { task: 'deblur', blurSigma: 1.2, steps: 4, solver: 'ddrm' },
    { task: 'super-resolve', scale: 2, steps: 4, solver: 'ddnm' },
    { task: 'reconstruct', angles: 10, steps: 4, solver: 'ddnm' },
  ] as const)('plans the passes of $task', async (options) => {
    const { file } = await addGrey({ width: 36, height: 36 });
    const request = { file, options, network };
    const plan = await app.client.call('planRun', request);
    const { run } = await app.client.call('startRun', request);
    const end = await app.waitFor('run-end', (event) => event.run === run);
    if (end.status !== 'done') throw new Error(JSON.stringify(end));
    const { solver, paintedPixels, windows, settings, nfe, vjps } = end.report;
    expect(plan).toMatchObject({ solver, paintedPixels, windows, settings });
    expect(plan.passes).toBe(nfe + 2 * vjps);
  });

  it('goes through its steps, shows the newest frame, and leaves unpainted pixels and metadata as they are', async () => {
    const xmp = new TextEncoder().encode('<x:xmpmeta xmlns:x="adobe:ns:meta/">grey</x:xmpmeta>');
    const metadata = { orientation: 6, xmp, dpi: { x: 300, y: 300 } };
    const { file, bytes } = await addGrey({ width: 32, height: 40 }, undefined, { metadata });
    const { run } = await app.client.call('startRun', inpainting(file));
    const frame = await app.waitFor('run-frame', (event) => event.run === run);
    // As displayed: 40 × 32 pixels.
    expect(frame.frame.frame).toMatchObject({ x: 0, y: 0, width: 40, height: 32 });
    expect(frame.frame.state).toMatchObject({ width: 40, height: 32, channels: 1 });
    const end = await app.waitFor('run-end', (event) => event.run === run);
    expect(end.status).toBe('done');
    const steps = app.events.filter((event) => event.type === 'run-step' && event.run === run);
    expect(steps).toHaveLength(4);
    // Never acknowledged: no second one comes.
    expect(app.events.filter((event) => event.type === 'run-frame' && event.run === run)).toHaveLength(1);

    const snapshot = await app.client.call('readRun', { run });
    expect(snapshot).toMatchObject({ status: 'done', file, task: 'inpaint' });
    expect(snapshot.steps).toHaveLength(4);
    const [result] = snapshot.results;
    expect(result).toMatchObject({ kind: 'sample', width: 40, height: 32, isScan: false, format: 'png' });

    const before = await decodePicture(bytes, 'before');
    for (const format of ['png', 'tiff']) {
      const after = await decodePicture(await download(result.id, format), format);
      expect(after.metadata.orientation).toBe(6);
      // PNG counts pixels in metres.
      expect(after.metadata.dpi?.x).toBeCloseTo(300, 2);
      expect(Buffer.from(after.metadata.xmp!).equals(Buffer.from(xmp))).toBe(true);
      const shown = displayedPicture(after);
      const was = displayedPicture(before);
      const changed: number[] = [];
      shown.data.forEach((value, i) => value === was.data[i] || changed.push(i));
      expect(changed.length).toBeGreaterThan(0);
      for (const i of changed) {
        expect(i % 40).toBeGreaterThanOrEqual(4);
        expect(i % 40).toBeLessThan(9);
        expect(Math.floor(i / 40)).toBeGreaterThanOrEqual(6);
        expect(Math.floor(i / 40)).toBeLessThan(9);
      }
    }
    const bare = await decodePicture(await download(result.id, 'png', 'none'), 'bare');
    expect(bare).toMatchObject({ width: 40, height: 32, metadata: { orientation: 1 } });
    expect(bare.metadata.xmp).toBeUndefined();
    const jpeg = await decodePicture(await download(result.id, 'jpeg'), 'jpeg');
    expect(jpeg).toMatchObject({ format: 'jpeg', metadata: { orientation: 6 } });
    await expect(download(result.id, 'npy')).rejects.toMatchObject({ code: 'unsupported-format' });
  });

  it('sends a frame for each acknowledgement', async () => {
    const { file } = await addGrey({ width: 32, height: 32 });
    const stop = app.client.onEvent((event) => {
      if (event.type === 'run-frame') void app.client.call('acknowledgeFrame', { run: event.run });
    });
    const { run } = await app.client.call('startRun', inpainting(file, { steps: 60 }));
    await app.waitFor('run-end', (event) => event.run === run);
    stop();
    const frames = app.events.filter((event) => event.type === 'run-frame' && event.run === run);
    expect(frames.length).toBeGreaterThan(1);
    expect(frames.length).toBeLessThanOrEqual(60);
  });

  it('restores a part of the picture', async () => {
    const { file } = await addGrey({ width: 64, height: 48 }, undefined, { metadata: { orientation: 3 } });
    const crop = { x: 2, y: 3, width: 24, height: 16 };
    const { run } = await app.client.call('startRun', inpainting(file, {}, { crop }));
    const { result } = await app.waitFor('run-result', (event) => event.run === run);
    expect(result).toMatchObject({ width: 24, height: 16 });
    await app.waitFor('run-end', (event) => event.run === run);
    const step = app.events.find((event) => event.type === 'run-step' && event.run === run);
    expect(step).toMatchObject({ step: { frame: { x: 2, y: 3, width: 24, height: 16 } } });
    const part = await app.client.call('readResult', { result: result.id });
    const whole = await app.client.call('readPicture', { file });
    if (!('data' in part)) throw new Error('Not a picture.');
    expect(part.data[0]).toBe(whole.data[4 * (3 * 64 + 2)]);
  });

  it('makes several samples with their mean and spread, and gives one back as a file', async () => {
    const { file } = await addGrey({ width: 32, height: 32 });
    const { run } = await app.client.call('startRun', inpainting(file, { samples: 2 }));
    await app.waitFor('run-end', (event) => event.run === run);
    const { results } = await app.client.call('readRun', { run });
    expect(results.map(({ kind, sample }) => `${kind} ${sample}`)).toEqual([
      'sample 0',
      'sample 1',
      'mean 0',
      'std 0',
      'interval 0',
    ]);
    const again = await app.client.call('reuseResult', { result: results[1].id });
    expect(again.name).toBe('grey-restored.png');
    expect(await app.client.call('readPicture', { file: again.id })).toMatchObject({ width: 32, height: 32 });
    await app.client.call('forgetResult', { result: results[0].id });
    expect((await app.client.call('readRun', { run })).results).toHaveLength(4);
    await expect(app.client.call('readResult', { result: results[0].id })).rejects.toMatchObject({
      code: 'file-not-found',
    });
  });

  it('is cancelled while it runs, and while it waits', async () => {
    const { file } = await addGrey({ width: 32, height: 32 });
    const first = await app.client.call('startRun', inpainting(file, endless));
    const second = await app.client.call('startRun', inpainting(file, endless));
    await app.waitFor('run-step', (event) => event.run === first.run);
    expect(await app.client.call('readRun', second)).toMatchObject({ status: 'waiting' });
    expect(app.app.service.isBusy).toBe(true);
    await app.client.call('cancelRun', second);
    expect(await app.waitFor('run-end', (event) => event.run === second.run)).toMatchObject({ status: 'cancelled' });
    expect(await app.client.call('readRun', first)).toMatchObject({ status: 'running' });
    await app.client.call('cancelRun', first);
    expect(await app.waitFor('run-end', (event) => event.run === first.run)).toMatchObject({ status: 'cancelled' });
    expect(app.app.service.isBusy).toBe(false);
  });

  it('fails with the reason, and the next one works', async () => {
    const { file } = await addGrey({ width: 32, height: 32 });
    const empty = { ...patch, coverage: new Uint8Array(15).fill(127) };
    const { run } = await app.client.call('startRun', inpainting(file, {}, { mask: empty }));
    expect(await app.waitFor('run-end', (event) => event.run === run)).toMatchObject({
      status: 'failed',
      problem: { code: 'nothing-to-do' },
    });
    const outside = { ...patch, x: 30 };
    const other = await app.client.call('startRun', inpainting(file, {}, { mask: outside }));
    expect(await app.waitFor('run-end', (event) => event.run === other.run)).toMatchObject({
      problem: { code: 'mask-size' },
    });
  });

  it('ends as failed when the engine is killed; nothing else is lost and the next one works', async () => {
    const { file } = await addGrey({ width: 32, height: 32 });
    const { run } = await app.client.call('startRun', inpainting(file, endless));
    const waiting = await app.client.call('startRun', inpainting(file));
    await app.waitFor('run-step', (event) => event.run === run);
    process.kill(app.app.processes.engine.pid!, 'SIGKILL');
    const end = await app.waitFor('run-end', (event) => event.run === run);
    expect(end).toMatchObject({ status: 'failed', problem: { code: 'engine-crashed' } });
    expect(await app.waitFor('run-end', (event) => event.run === waiting.run)).toMatchObject({ status: 'done' });
    const snapshot = await app.client.call('readRun', { run });
    expect(snapshot.steps.length).toBeGreaterThan(0);
    expect(await app.client.call('readPicture', { file })).toMatchObject({ width: 32 });
  });

  it('goes on without its page, which catches up after it has connected again', async () => {
    const { file } = await addGrey({ width: 32, height: 32 });
    const { run } = await app.client.call('startRun', inpainting(file, { steps: 400 }));
    await app.waitFor('run-frame', (event) => event.run === run);
    const states: string[] = [];
    const stop = app.client.onConnection((state) => states.push(state));
    const lost = app.client.call('doctor', {}).catch((error: unknown) => error);
    app.app.server.dropPages();
    expect(await lost).toMatchObject({ code: 'connection-lost' });
    await expect.poll(() => states, { timeout: 30_000 }).toEqual(['open', 'lost', 'open']);
    stop();
    // The frame that was lost with the connection holds nothing up.
    await app.waitFor('run-frame', (event) => event.run === run && event.frame.step > 1);
    const { status } = await app.client.call('readRun', { run });
    expect(['running', 'done']).toContain(status);
    await expect.poll(async () => (await app.client.call('readRun', { run })).status, { timeout: 30_000 }).toBe('done');
    expect((await app.client.call('readRun', { run })).steps).toHaveLength(400);
  });
});

describe('a result with places of others', () => {
  it.each([
    ['8 bits', {}],
    [
      '16 bits, turned',
      {
        bitDepth: 16 as const,
        data: Uint16Array.from({ length: 40 * 30 }, (_, i) => (i * 4093) % 65_521),
        metadata: { orientation: 6 },
      },
    ],
  ])('takes them to the bit: %s', async (_, changes) => {
    const size = { width: 40, height: 30 };
    const { file, bytes } = await addGrey(size, { format: 'png' }, changes);
    const restored = async (seed: number): Promise<Id> => {
      const { run } = await app.client.call('startRun', inpainting(file, { seed }));
      return (await app.waitFor('run-result', (event) => event.run === run)).result.id;
    };
    const [base, other] = [await restored(1), await restored(2)];
    const left = { ...patch, width: 2, coverage: new Uint8Array(6).fill(255) };
    const right = { ...patch, x: patch.x + 3, width: 2, coverage: new Uint8Array(6).fill(255) };
    const composed = await app.client.call('composeResult', {
      result: base,
      parts: [{ mask: left }, { mask: right, from: other }],
    });
    const shown = async (png: Uint8Array) => displayedPicture(await decodePicture(png, 'picture'));
    const [original, one, two, made] = [
      await shown(bytes),
      await shown(await download(base, 'png')),
      await shown(await download(other, 'png')),
      await shown(await download(composed.id, 'png')),
    ];
    expect(made.bitDepth).toBe(original.bitDepth);
    for (let y = 0; y < made.height; y++) {
      for (let x = 0; x < made.width; x++) {
        const isRow = y >= patch.y && y < patch.y + 3;
        const from = isRow && x >= 4 && x < 6 ? original : isRow && x >= 7 && x < 9 ? two : one;
        expect(made.data[y * made.width + x]).toBe(from.data[y * made.width + x]);
      }
    }
    expect(made.data).not.toEqual(one.data);
    // A page that comes later finds the composed one first.
    expect((await app.client.call('readRun', { run: composed.run })).results[0].id).toBe(composed.id);
  });

  it('refuses masks that leave the picture', async () => {
    const { file } = await addGrey({ width: 40, height: 30 });
    const { run } = await app.client.call('startRun', inpainting(file));
    const { result } = await app.waitFor('run-result', (event) => event.run === run);
    const outside = { ...patch, x: 38 };
    await expect(
      app.client.call('composeResult', { result: result.id, parts: [{ mask: outside }] }),
    ).rejects.toMatchObject({ code: 'mask-size' });
  });
});

describe('a search for damage', () => {
  it('says which detector is missing, and the host goes on', async () => {
    const { file } = await addGrey({ width: 40, height: 30 });
    const { find } = await app.client.call('startFind', { file });
    const end = await app.waitFor('find-end', (event) => event.find === find);
    expect(end).toMatchObject({ status: 'failed', problem: { message: expect.stringContaining('damage') } });
    await app.client.call('cancelFind', { find });
    expect(await app.client.call('readPicture', { file })).toMatchObject({ width: 40 });
  });
});

describe('a scan', () => {
  it('is simulated, reconstructed and saved as numbers', async () => {
    const { bytes } = await greyFile({ width: 32, height: 32 });
    const { id: file } = await app.client.call('addFile', { name: 'slice.png', bytes });
    const slice = await app.client.call('readScan', { file });
    expect(slice).toMatchObject({ kind: 'slice', width: 32, height: 32, slices: 1, unit: 'HU' });
    const simulated = await app.client.call('simulateScan', { file, views: 12 });
    expect(simulated.content).toMatchObject({ kind: 'sinogram', width: 32, height: 12, unit: 'projection' });
    expect(simulated.angles).toHaveLength(12);
    expect(simulated.fbp).toMatchObject({ kind: 'slice', width: 32, height: 32 });
    expect(await app.client.call('readScan', { file: simulated.sinogram.id })).toMatchObject({ kind: 'sinogram' });
    const { run } = await app.client.call('startRun', {
      file: simulated.sinogram.id,
      isSinogram: true,
      angles: [...simulated.angles],
      truth: file,
      network,
      options: { task: 'reconstruct', solver: 'ddnm', steps: 3 },
    });
    const end = await app.waitFor('run-end', (event) => event.run === run);
    if (end.status !== 'done') throw new Error(JSON.stringify(end));
    expect(end.report.measured.psnr).toBeDefined();
    const { results } = await app.client.call('readRun', { run });
    expect(results.map(({ kind, isScan, format }) => [kind, isScan, format])).toEqual([
      ['fbp', true, 'npy'],
      ['sample', true, 'npy'],
    ]);
    const content = await app.client.call('readResult', { result: results[0].id });
    if (!('values' in content)) throw new Error('Not a scan.');
    // The scan of the app and the reconstruction of the pipeline agree about the classical one.
    expect(Buffer.from(content.values).equals(Buffer.from(simulated.fbp.values))).toBe(true);
    const npy = await download(results[1].id, 'npy');
    expect(Buffer.from(npy.subarray(1, 6)).toString()).toBe('NUMPY');
    const png = await decodePicture(await download(results[1].id, 'png'), 'png');
    expect(png).toMatchObject({ width: 32, height: 32, bitDepth: 16 });
    const tiff = await download(results[1].id, 'tiff');
    expect(Buffer.from(tiff.subarray(0, 2)).toString()).toBe('II');
    // The patient is that of the slice which is named as the source.
    const name = textElement(0x00100010, 'CS', 'Doe^Jane');
    const bytesOfSource = dicomFile({ width: 4, height: 4, pixels: new Int16Array(16), extra: [name] });
    const source = (await app.client.call('addFile', { name: 'IM1', bytes: bytesOfSource })).id;
    const save = { name: 'out', format: 'dicom', source };
    const saved = await app.client.call('saveResult', { result: results[1].id, save });
    if (saved.saved || !('download' in saved)) throw new Error('There is nothing to download.');
    expect(saved.download.name).toBe('out.dcm');
    const { data } = openDataSet(saved.download.bytes, 'out.dcm');
    expect(data.text(0x00100010)).toBe('Doe^Jane');
    expect(data.text(0x00082111)).toMatch(/Reconstructed by Langevin: sample 1, ddnm, seed 0/);
    const values = readNpy(npy, 'npy').data;
    const image = await readDicom(saved.download.bytes, 'out.dcm');
    expect([...image.data]).toEqual(Array.from(values, (hu) => Math.min(32_767, Math.max(-32_768, Math.round(hu)))));
  });
});
