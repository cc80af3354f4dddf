import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppRequest } from '../../../src-main/contract/app/calls.ts';
import type { HealBlock } from '../../../src-main/contract/app/healing.ts';
import type { Id } from '../../../src-main/contract/app/values.ts';
import { decodePicture } from '../../../src-main/images/decode.ts';
import { displayedPicture } from '../../../src-main/images/orientation.ts';
import type { Picture } from '../../../src-main/tensor/picture.ts';
import {
  appFolders,
  greyFile,
  openApp,
  removeFolders,
  type AppFolders,
  type OpenApp,
} from '../../fixtures/app/served-app.ts';
import { writeTinyModel } from '../../fixtures/tiny-model.ts';

let folders: AppFolders;
let app: OpenApp;

beforeAll(async () => {
  folders = await appFolders();
  // The tiny network gives back what it is given, and so leaves a fill as it is; this one does not.
  await writeTinyModel(join(folders.root, 'models'), 'dim', {}, { kind: 'constant', value: 0.8 });
  app = await openApp(folders);
  // Starting the process takes its time on a busy machine.
  const { file } = await addGrey();
  await app.client.call('openHealing', { file, prepare: true });
}, 180_000);
afterAll(async () => {
  await app.close();
  await removeFolders(folders);
});

const network = { model: 'tiny', provider: 'cpu' } as const;
const recipe = { fill: 'auto', seed: 1 } as const;
const SIZE = { width: 40, height: 30 };

let variants = 0;
const newVariant = (): Id => `variant-${++variants}`;
const show = (...shown: Id[]): { variant: Id; opacity: number }[] => shown.map((variant) => ({ variant, opacity: 1 }));

async function addGrey(changes: Partial<Picture> = {}): Promise<{ file: Id; picture: Picture }> {
  const { bytes, picture } = await greyFile(SIZE, { format: 'png' }, changes);
  const { id } = await app.client.call('addFile', { name: 'grey.png', bytes });
  return { file: id, picture };
}

function block(x: number, y: number, width: number, height: number): AppRequest<'healStroke'>['mask'] {
  return { x, y, width, height, coverage: new Uint8Array(width * height).fill(255) };
}

async function heal(
  file: Id,
  mask: AppRequest<'healStroke'>['mask'],
  more: Partial<AppRequest<'healStroke'>> = {},
): Promise<{ variant: Id; blocks: readonly HealBlock[] }> {
  const variant = more.variant ?? newVariant();
  const { blocks } = await app.client.call('healStroke', {
    ...{ file, variant, mask, recipe, layers: show(variant) },
    ...more,
  });
  return { variant, blocks };
}

async function saved(file: Id, format = 'png'): Promise<Awaited<ReturnType<typeof decodePicture>>> {
  const answer = await app.client.call('saveHealed', { file, save: { name: 'out', format } });
  if (answer.saved || !('download' in answer)) throw new Error('There is nothing to download.');
  return decodePicture(answer.download.bytes, answer.download.name);
}

/** Indices of the samples that differ. */
function differences(a: Picture['data'], b: Picture['data']): number[] {
  return [...a.keys()].filter((i) => a[i] !== b[i]);
}

describe('healing', () => {
  it('fills a stroke, shows what it changed and saves everything else to the bit', async () => {
    const { file, picture } = await addGrey();
    const { blocks } = await heal(file, block(10, 8, 6, 4));
    expect(blocks).toMatchObject([{ x: 10, y: 8, width: 6, height: 4 }]);
    const result = await saved(file);
    const changed = differences(result.data, picture.data);
    expect(changed.length).toBeGreaterThan(12);
    for (const i of changed) {
      expect(i % 40).toBeGreaterThanOrEqual(10);
      expect(i % 40).toBeLessThan(16);
      expect(Math.floor(i / 40)).toBeGreaterThanOrEqual(8);
      expect(Math.floor(i / 40)).toBeLessThan(12);
    }
    const [shown] = blocks;
    expect(shown.data[0]).toBe(result.data[8 * 40 + 10]);
  });

  it('keeps 16 bits, alpha, orientation and metadata', async () => {
    const data = Uint16Array.from({ length: 40 * 30 * 2 }, (_, i) => (i * 8191) % 65536);
    const metadata = { orientation: 6, icc: undefined, dpi: { x: 300, y: 300 } };
    const { icc: _none, ...rest } = metadata;
    const { file, picture } = await addGrey({ mode: 'gray-alpha', bitDepth: 16, data, metadata: rest });
    // As displayed it is 30 × 40.
    await heal(file, block(2, 30, 5, 3));
    const result = await saved(file);
    expect(result).toMatchObject({ bitDepth: 16, mode: 'gray-alpha', width: 40, height: 30 });
    expect(result.metadata.orientation).toBe(6);
    const turned = { before: displayedPicture(picture).data, after: displayedPicture(result).data };
    for (const i of differences(turned.after, turned.before)) {
      const pixel = Math.floor(i / 2);
      expect(i % 2).toBe(0);
      expect(pixel % 30).toBeGreaterThanOrEqual(2);
      expect(pixel % 30).toBeLessThan(7);
      expect(Math.floor(pixel / 30)).toBeGreaterThanOrEqual(30);
    }
    expect(differences(turned.after, turned.before).length).toBeGreaterThan(8);
  });

  it('takes strokes off and puts them back, and fades them', async () => {
    const { file, picture } = await addGrey();
    const first = await heal(file, block(5, 5, 4, 4));
    const second = newVariant();
    await heal(file, block(7, 7, 4, 4), { variant: second, layers: show(first.variant, second) });
    const both = await saved(file);
    const undone = await app.client.call('arrangeHealing', { file, layers: show(first.variant) });
    expect(undone.blocks).toMatchObject([{ x: 7, y: 7, width: 4, height: 4 }]);
    await app.client.call('arrangeHealing', { file, layers: [] });
    expect((await saved(file)).data).toEqual(picture.data);
    await app.client.call('arrangeHealing', { file, layers: show(first.variant, second) });
    expect((await saved(file)).data).toEqual(both.data);
    await app.client.call('arrangeHealing', { file, layers: [{ variant: first.variant, opacity: 0.5 }] });
    const at = 5 * 40 + 5;
    const half = (await saved(file)).data[at];
    expect(half).toBe(Math.round(picture.data[at] + (both.data[at] - picture.data[at]) * 0.5));
  });

  it('heals the same stroke in another way', async () => {
    const { file } = await addGrey();
    const { variant } = await heal(file, block(5, 5, 4, 4));
    const other = newVariant();
    const request = {
      file,
      variant: other,
      of: variant,
      recipe: { fill: 'smooth', seed: 2 },
      layers: show(other),
    } as const;
    const {
      variants: [info],
    } = await app.client.call('varyStroke', request);
    expect(info).toMatchObject({ variant: other, x: 5, y: 5, width: 4, height: 4, pixels: 16, recipe: request.recipe });
    await expect(app.client.call('varyStroke', request)).rejects.toMatchObject({ code: 'invalid-argument' });
    const unknown = { ...request, variant: newVariant(), of: 'variant-unknown' };
    await expect(app.client.call('varyStroke', unknown)).rejects.toMatchObject({ code: 'file-not-found' });
  });

  it('refines a stroke when the engine is free, and tells of it', async () => {
    const { file, picture } = await addGrey();
    const mask = block(10, 8, 6, 4);
    const { variant } = await heal(file, mask, { refine: { network: { ...network, model: 'dim' } } });
    const filled = (await saved(file)).data;
    const news = await app.waitFor('healing', (event) => event.variants.some((one) => one.status === 'refined'));
    expect(news).toMatchObject({ file, blocks: [{ x: 10, y: 8, width: 6, height: 4 }] });
    const refined = await saved(file);
    expect(refined.data).not.toEqual(filled);
    for (const i of differences(refined.data, picture.data)) expect(i % 40 >= 10 && i % 40 < 16).toBe(true);
    // What is refined stays so when it is taken off and put back.
    await app.client.call('arrangeHealing', { file, layers: [] });
    await app.client.call('arrangeHealing', { file, layers: show(variant) });
    expect((await saved(file)).data).toEqual(refined.data);
  });

  it('says why a stroke could not be refined, and keeps the fill', async () => {
    const { file } = await addGrey();
    const { variant } = await heal(file, block(10, 8, 6, 4), { refine: { network: { ...network, model: 'missing' } } });
    const news = await app.waitFor('healing', (event) =>
      event.variants.some((one) => one.variant === variant && one.status === 'failed'),
    );
    expect(news.variants[0].problem).toMatch(/missing/);
    const again = await app.client.call('refineStroke', { file, variant, refine: { network } });
    expect(again.variants).toMatchObject([{ variant, status: 'waiting' }]);
    await app.waitFor('healing', (event) =>
      event.variants.some((one) => one.variant === variant && one.status === 'refined'),
    );
  });

  it('does not refine what has been cancelled or undone', async () => {
    const { file } = await addGrey();
    const first = newVariant();
    const second = newVariant();
    const refine = { network };
    await app.client.call('watchHealing', { file, x: 0, y: 0, width: 40, height: 30 });
    await heal(file, block(2, 2, 3, 3), { variant: first, refine });
    await heal(file, block(20, 2, 3, 3), { variant: second, layers: show(first, second), refine });
    const { variants: waiting } = await app.client.call('cancelRefining', { file });
    for (const info of waiting) expect(info.status).toBe('filled');
    const state = await app.client.call('openHealing', { file });
    expect(state.layers).toEqual(show(first, second));
    expect(state.variants.find(({ variant }) => variant === second)?.status).not.toBe('waiting');
  });

  it('is where the next run begins', async () => {
    const { file } = await addGrey();
    await heal(file, block(2, 2, 3, 3));
    const healed = await saved(file);
    const mask = block(20, 20, 4, 4);
    const options = { task: 'inpaint', solver: 'ddnm', steps: 3 } as const;
    const { run } = await app.client.call('startRun', { file, mask, network, options, healed: true });
    const { result } = await app.waitFor('run-result', (event) => event.run === run);
    const answer = await app.client.call('saveResult', { result: result.id, save: { name: 'out', format: 'png' } });
    if (answer.saved || !('download' in answer)) throw new Error('There is nothing to download.');
    const { data } = await decodePicture(answer.download.bytes, 'out.png');
    for (const i of differences(data, healed.data)) expect(i % 40 >= 20 && Math.floor(i / 40) >= 20).toBe(true);
    expect(data[2 * 40 + 2]).toBe(healed.data[2 * 40 + 2]);
  });

  it('refuses strokes that are empty, leave the picture or cover it, and goes on', async () => {
    const { file } = await addGrey();
    const empty = { ...block(0, 0, 2, 2), coverage: new Uint8Array(4) };
    await expect(heal(file, empty)).rejects.toMatchObject({ code: 'nothing-to-do' });
    await expect(heal(file, block(39, 29, 2, 2))).rejects.toMatchObject({ code: 'mask-size' });
    await expect(heal(file, block(0, 0, 40, 30))).rejects.toMatchObject({ code: 'nothing-to-do' });
    const { blocks } = await heal(file, block(0, 0, 2, 2));
    expect(blocks).toHaveLength(1);
  });

  it('goes on when the healing process has died', async () => {
    const { file } = await addGrey();
    const { variant } = await heal(file, block(2, 2, 3, 3));
    const before = await saved(file);
    process.kill(app.app.processes.healer.pid!, 'SIGKILL');
    const second = newVariant();
    // The request that was on its way when it died may fail; the next one starts it again.
    await expect.poll(() => app.app.processes.healer.pid).toBeUndefined();
    await heal(file, block(30, 20, 3, 3), { variant: second, layers: show(variant, second) });
    const after = await saved(file);
    for (const i of differences(after.data, before.data)) expect(i % 40).toBeGreaterThanOrEqual(30);
  });

  it('comes back after the host has ended, without what was undone, and goes when the picture is closed', async () => {
    const { file, picture } = await addGrey();
    const kept = await heal(file, block(2, 2, 3, 3));
    const undone = newVariant();
    await heal(file, block(20, 2, 3, 3), { variant: undone, layers: show(kept.variant, undone) });
    const layers = [{ variant: kept.variant, opacity: 0.5 }];
    await app.client.call('arrangeHealing', { file, layers });
    const before = await saved(file);
    const tab = { file, options: { task: 'inpaint' }, model: 'tiny' } as const;
    await app.client.call('saveSession', { tabs: [tab] });
    await app.close();

    app = await openApp(folders);
    const state = await app.client.call('openHealing', { file });
    expect(state.layers).toEqual(layers);
    expect(state.variants).toMatchObject([{ variant: kept.variant, pixels: 9, status: 'filled' }]);
    expect(state.blocks).toMatchObject([{ x: 2, y: 2, width: 3, height: 3 }]);
    expect((await saved(file)).data).toEqual(before.data);
    expect(before.data).not.toEqual(picture.data);
    // The undone one is gone; its id means nothing any more.
    await app.client.call('arrangeHealing', { file, layers: show(undone) });
    expect((await saved(file)).data).toEqual(picture.data);
    await app.client.call('forgetFile', { file });
    await expect(app.client.call('openHealing', { file })).rejects.toMatchObject({ code: 'file-not-found' });
  });
});
