import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PART_BYTES, PARTS_PATH, type BytesInParts } from '../../../src-main/contract/app/parts.ts';
import { PartStore } from '../../../src-main/hosts/app/part-store.ts';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { encodePicture } from '../../../src-main/images/encode.ts';
import { decodeMask } from '../../../src-main/images/mask.ts';
import type { Picture } from '../../../src-main/tensor/picture.ts';
import { RandomGenerator } from '../../../src-main/tensor/random.ts';
import { upload } from '../../../src-renderer/client/add-file.ts';
import {
  appFolders,
  greyFile,
  openApp,
  removeFolders,
  type AppFolders,
  type OpenApp,
} from '../../fixtures/app/served-app.ts';

let folders: AppFolders;
let page: OpenApp;

beforeAll(async () => {
  folders = await appFolders();
  page = await openApp(folders);
});
afterAll(async () => {
  await page.close();
  await removeFolders(folders);
});

/** In one session folder. */
const left = (name: string): Promise<string[]> =>
  readdir(join(folders.options.stateFolder, 'sessions', '0', name)).catch(() => []);

describe('large pictures', () => {
  it('come from the host in parts, with every pixel, and leave nothing behind', async () => {
    const { bytes, picture } = await greyFile({ width: 2500, height: 2000 });
    const file = await page.client.call('addFile', { name: 'large.png', bytes });
    const { data, width, height } = await page.client.call('readPicture', { file: file.id });
    expect([width, height, data.length]).toEqual([2500, 2000, 4 * 2500 * 2000]);
    expect(data.length).toBeGreaterThan(2 * PART_BYTES);
    expect(picture.data.every((value, i) => data[4 * i] === value && data[4 * i + 3] === 255)).toBe(true);
    expect(await left('parts')).toEqual([]);
  });

  it('go to the host in parts', async () => {
    const bytes = Uint8Array.from({ length: 2 * PART_BYTES + 7 }, (_, i) => (i * 31) % 253);
    const file = await upload(page.client, new File([bytes], 'ünnamed/x.bin'));
    expect(file).toMatchObject({ name: 'x.bin', bytes: bytes.length });
    const saved = await page.client.call('saveFile', { file: file.id });
    expect('download' in saved && Buffer.from(saved.download.bytes).equals(Buffer.from(bytes))).toBe(true);
    expect((await left('files')).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('that a run has made are saved and restored again without passing through the host', async () => {
    const size = { width: 3200, height: 3000 };
    const random = new RandomGenerator(1);
    const data = Uint8Array.from({ length: size.width * size.height }, () => random.uint32() & 255);
    const noise: Picture = { ...size, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } };
    const bytes = await encodePicture(noise, { format: 'png' });
    expect(bytes.length).toBeGreaterThan(2 * PART_BYTES);
    const file = await upload(page.client, new File([bytes as Uint8Array<ArrayBuffer>], 'noise.png'));
    const mask = { x: 40, y: 50, width: 6, height: 4, coverage: new Uint8Array(24).fill(255) };
    const { run } = await page.client.call('startRun', {
      ...{ file: file.id, mask, frames: false },
      options: { task: 'inpaint', preset: 'instant', samples: 1 },
      network: { model: 'tiny', provider: 'cpu' },
    });
    const end = await page.waitFor('run-end', (event) => event.run === run);
    expect(end).toMatchObject({ status: 'done' });
    const { results } = await page.client.call('readRun', { run });
    const [{ id }] = results;
    const saved = await page.client.call('saveResult', { result: id, save: { name: 'noise', format: 'png' } });
    const png = 'download' in saved ? saved.download.bytes : new Uint8Array();
    const restored = await decodePicture(png, 'restored', { isTrusted: true });
    const changed = [...restored.data.keys()].filter((i) => restored.data[i] !== data[i]);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every((i) => i % size.width >= 40 && i % size.width < 46 && Math.floor(i / size.width) < 54)).toBe(
      true,
    );
    const again = await page.client.call('reuseResult', { result: id });
    expect(again.bytes).toBe(png.length);
    expect(await left('parts')).toEqual([]);
    expect((await left('results')).every((name) => /^[\w-]+\.png$/.test(name))).toBe(true);
  }, 120_000);

  it('are refused when they were never begun, and when they were given up', async () => {
    const unknown = { upload: 'nothing1', bytes: new Uint8Array(3) };
    await expect(page.client.call('extendUpload', unknown)).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(page.client.call('readPart', { inParts: '../../x', at: 0 })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    await expect(page.client.call('readPart', { inParts: 'nothing1', at: 0 })).rejects.toMatchObject({
      code: 'file-not-found',
    });
  });
});

it('gives all bytes at once to who knows the page, and only once', async () => {
  const { bytes } = await greyFile({ width: 2500, height: 2000 });
  const file = await page.client.call('addFile', { name: 'large.png', bytes });
  const reply = await page.app.service.answer('readPicture', { file: file.id });
  const { inParts, length } = (reply as { value: { data: BytesInParts } }).value.data;
  const address = `http://127.0.0.1:${page.app.server.port}${page.path}${PARTS_PATH}${inParts}`;
  const elsewhere = address.replace(/p\/[^/]+/, 'p/other');
  expect((await fetch(elsewhere)).status).toBe(401);
  expect((await fetch(address, { headers: { origin: 'http://evil' } })).status).toBe(403);
  expect((await fetch(address, { method: 'HEAD' })).status).toBe(404);
  const answer = await fetch(address);
  const data = new Uint8Array(await answer.arrayBuffer());
  expect([answer.headers.get('content-length'), data.length]).toEqual([`${length}`, length]);
  expect(data.every((value, i) => i % 4 !== 3 || value === 255)).toBe(true);
  expect((await fetch(address)).status).toBe(404);
  await expect(page.client.call('readPart', { inParts, at: 0 })).rejects.toMatchObject({ code: 'file-not-found' });
});

it('gives up what pages have asked for and never read', async () => {
  const store = new PartStore(join(folders.root, 'parts'));
  const places = [];
  for (let i = 0; i < 9; i++) places.push(await store.place());
  await expect(store.read(places[0].id, 0)).rejects.toMatchObject({ code: 'file-not-found' });
  await store.clear();
});

it('reads a mask of any size that its picture has, however few its bytes are', async () => {
  // Flat pictures of this size are refused for themselves: they could be bombs.
  const [width, height] = [13_000, 10_000];
  const bytes = whitePng(width, height);
  await expect(decodePicture(bytes, 'flat.png')).rejects.toMatchObject({ code: 'picture-too-large' });
  const mask = await decodeMask(bytes, 'flat.png', { width, height, metadata: { orientation: 1 } });
  expect(mask.every((value) => value === 1)).toBe(true);
  await expect(
    decodeMask(bytes, 'flat.png', { width: 10, height: 10, metadata: { orientation: 1 } }),
  ).rejects.toMatchObject({ code: 'picture-too-large' });
});

/** Of one bit a pixel: filters are 0, samples 1. */
function whitePng(width: number, height: number): Uint8Array {
  const row = Uint8Array.from({ length: 1 + Math.ceil(width / 8) }, (_, i) => (i === 0 ? 0 : 255));
  const samples = new Uint8Array(row.length * height);
  for (let y = 0; y < height; y++) samples.set(row, y * row.length);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const out = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
    out.writeUInt32BE(data.length);
    out.writeUInt32BE(crc32(out.subarray(4, -4)), out.length - 4);
    return out;
  };
  return new Uint8Array(
    Buffer.concat([
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(samples)),
      chunk('IEND', new Uint8Array(0)),
    ]),
  );
}
