import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodePicture } from '../../src-main/images/decode.ts';
import { encodePicture } from '../../src-main/images/encode.ts';
import { AppPage, describeInBrowser, sample } from './harness.ts';

describeInBrowser('repairing an old photograph', () => {
  let window: AppPage;
  let photo: Buffer;

  beforeAll(async () => {
    photo = Buffer.from(await scratchedPart());
    window = await AppPage.open();
    window.page.setDefaultTimeout(180_000);
  });
  afterAll(() => window.close());

  test('goes from the first screen to a picture whose places can be decided on', async () => {
    const { page } = window;
    const picker = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Repair an old photo' }).click();
    await (await picker).setFiles({ name: 'old.png', mimeType: 'image/png', buffer: photo });
    const panel = page.getByTestId('repair-panel');
    const question = page.getByRole('alertdialog');
    await panel.or(question).waitFor();
    if (await question.isVisible()) {
      await window.expectAccessible();
      await page.getByRole('button', { name: 'Fill them too' }).click();
    }
    await panel.waitFor();
    await page.getByRole('button', { name: 'Side by side', pressed: true }).waitFor();
    await window.expectAccessible();
  }, 240_000);

  test('saves the original to the bit where every place is taken back, and takes that back with Undo', async () => {
    const { page } = window;
    const list = page.getByRole('listbox', { name: 'Repaired places' });
    const count = await list.getByRole('option').count();
    expect(count).toBeGreaterThan(0);
    const repaired = await saved();
    const original = await decodePicture(photo, 'the photograph');
    expect(differing(repaired.data, original.data)).toBeGreaterThan(100);
    await list.focus();
    await page.keyboard.press('Home');
    for (let i = 0; i < count; i++) {
      await page.keyboard.press('u');
      await page.keyboard.press('ArrowDown');
    }
    await expect.poll(() => list.getByText('taken back').count()).toBe(count);
    expect((await saved()).data).toEqual(original.data);
    for (let i = 0; i < count; i++) await page.keyboard.press('Control+z');
    await expect.poll(() => list.getByText('taken back').count()).toBe(0);
    expect((await saved()).data).toEqual(repaired.data);
  }, 120_000);

  test('fills one place anew and nothing else', async () => {
    const { page } = window;
    const before = await saved();
    const list = page.getByRole('listbox', { name: 'Repaired places' });
    await list.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('r');
    await page.getByText('Filling anew…').waitFor();
    await page.getByText('Filling anew…').waitFor({ state: 'detached' });
    const after = await saved();
    const changed = differing(after.data, before.data);
    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThan(after.data.length / 4);
    await page.keyboard.press('Control+z');
    expect((await saved()).data).toEqual(before.data);
  }, 240_000);

  test('had no errors in the console', () => expect(window.problems).toEqual([]));

  async function saved() {
    const download = window.page.waitForEvent('download');
    await window.page.getByRole('button', { name: 'Save', exact: true }).click();
    return decodePicture(await readFile(await (await download).path()), 'the download');
  }
});

function differing(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++;
  return count;
}

/** A part of the scratched sample, small enough to be repaired in seconds. */
async function scratchedPart(): Promise<Uint8Array> {
  const whole = await decodePicture(await readFile(sample('chelsea-scratched.png')), 'the sample');
  const [left, top, width, height] = [200, 60, 192, 128];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * whole.width + left) * 3;
    data.set(whole.data.subarray(from, from + width * 3) as Uint8Array, y * width * 3);
  }
  return encodePicture(
    { width, height, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } },
    { format: 'png' },
  );
}
