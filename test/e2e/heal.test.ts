import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodePicture, type DecodedPicture } from '../../src-main/images/decode.ts';
import { AppPage, describeInBrowser, sample, ServedApp } from './harness.ts';

describeInBrowser('the healing brush', () => {
  let window: AppPage;
  let original: DecodedPicture;

  beforeAll(async () => {
    original = await decodePicture(await readFile(sample('chelsea-scratched.png')), 'the sample');
    window = await AppPage.open();
    window.context.setDefaultTimeout(120_000);
  }, 120_000);
  afterAll(() => window.close());

  const healed = () => window.page.getByTestId('healed');
  /** Waits until so many strokes show and none is being filled. */
  const settled = async (count: number): Promise<void> => {
    if (count === 0) return healed().waitFor({ state: 'detached' });
    await healed()
      .filter({ hasText: new RegExp(`^\\s*${count} stroke`) })
      .waitFor();
    await expect.poll(() => healed().getAttribute('data-filling'), { timeout: 120_000 }).toBe('0');
  };

  /** Pixels of the picture that differ from the original, as saved. */
  async function changedPixels(): Promise<{ picture: DecodedPicture; pixels: number[]; digest: string }> {
    const download = window.page.waitForEvent('download');
    await window.page.keyboard.press('Control+s');
    const file = await (await download).path();
    const picture = await decodePicture(await readFile(file), 'saved');
    const pixels: number[] = [];
    for (let i = 0; i < picture.width * picture.height; i++) {
      if ([0, 1, 2].some((c) => picture.data[i * 3 + c] !== original.data[i * 3 + c])) pixels.push(i);
    }
    return { picture, pixels, digest: createHash('sha256').update(picture.data).digest('hex') };
  }

  test('heals a stroke at once, and everything else is saved bit for bit', async () => {
    const { page } = window;
    await window.openPictures(sample('chelsea-scratched.png'));
    await page.keyboard.press('j');
    await page.getByRole('button', { name: 'Heal', exact: true, pressed: true }).waitFor();
    await page.getByRole('checkbox', { name: 'Refine' }).uncheck();
    await window.command('Actual pixels');
    await window.paint([0.5, 0.5], [0.54, 0.54]);
    await settled(1);
    const { picture, pixels } = await changedPixels();
    expect(picture).toMatchObject({ format: 'png', width: original.width, height: original.height });
    expect(pixels.length).toBeGreaterThan(200);
    const box = await window.canvas.boundingBox();
    const left = Math.round(((box?.width ?? 0) - original.width) / 2);
    const top = Math.round(((box?.height ?? 0) - original.height) / 2);
    for (const i of pixels) {
      const x = ((i % original.width) + left) / (box?.width ?? 1);
      const y = (Math.floor(i / original.width) + top) / (box?.height ?? 1);
      expect(x > 0.48 && x < 0.56 && y > 0.47 && y < 0.57).toBe(true);
    }
    expect(await page.getByTestId('painted').textContent()).toBe('Nothing marked');
    await page.mouse.move(0, 0);
    await window.expectAccessible();
  });

  test('takes the stroke back and repeats it, pixels and all', async () => {
    const { page } = window;
    const before = (await changedPixels()).digest;
    await page.getByRole('button', { name: 'Undo healed stroke' }).click();
    await settled(0);
    expect(await page.getByRole('button', { name: 'Save', exact: true }).count()).toBe(0);
    await page.keyboard.press('Control+Shift+z');
    await settled(1);
    expect((await changedPixels()).digest).toEqual(before);
  });

  test('heals it another way from its popover', async () => {
    const { page } = window;
    const before = (await changedPixels()).digest;
    await page.keyboard.press('Shift+J');
    const popover = page.getByTestId('stroke-popover');
    await popover.getByRole('button', { name: 'Smooth' }).click();
    await popover.getByRole('button', { name: 'Smooth', pressed: true }).waitFor();
    await settled(1);
    const smooth = (await changedPixels()).digest;
    expect(smooth).not.toEqual(before);
    await popover.getByRole('button', { name: 'Texture' }).click();
    await popover.getByRole('button', { name: 'Texture', pressed: true }).waitFor();
    await settled(1);
    const texture = (await changedPixels()).digest;
    expect(texture).not.toEqual(smooth);
    await popover.getByRole('button', { name: 'Try again' }).click();
    await settled(1);
    await expect.poll(async () => (await changedPixels()).digest, { timeout: 60_000 }).not.toEqual(texture);
    await popover.getByRole('spinbutton', { name: 'Opacity' }).fill('0');
    await popover.getByRole('spinbutton', { name: 'Opacity' }).press('Enter');
    await expect.poll(async () => (await changedPixels()).pixels.length, { timeout: 60_000 }).toBe(0);
    await window.expectAccessible();
    await popover.getByRole('button', { name: 'Close' }).press('Escape');
    await popover.waitFor({ state: 'detached' });
    for (let i = 0; i < 4; i++) await page.keyboard.press('Control+z');
    await expect.poll(async () => (await changedPixels()).digest, { timeout: 60_000 }).toEqual(before);
  });

  test('shows the original while X is held', async () => {
    const { page } = window;
    const centre = (): Promise<number[]> =>
      window.canvas
        .locator('canvas')
        .first()
        .evaluate((canvas) => {
          const { width, height } = canvas as HTMLCanvasElement;
          const context = (canvas as HTMLCanvasElement).getContext('2d')!;
          return [...context.getImageData(0.47 * width, 0.47 * height, 0.1 * width, 0.1 * height).data];
        });
    const shown = await centre();
    await window.canvas.focus();
    await page.keyboard.down('x');
    await expect.poll(centre).not.toEqual(shown);
    await page.keyboard.up('x');
    await expect.poll(centre).toEqual(shown);
  });

  test('refines a stroke in the background', async () => {
    const { page } = window;
    await page.getByRole('checkbox', { name: 'Refine' }).check();
    await window.paint([0.4, 0.5], [0.42, 0.52]);
    await settled(2);
    await page.locator('[data-testid="stroke-chip"][data-status="refined"]').waitFor({ timeout: 280_000 });
    await page.getByRole('checkbox', { name: 'Refine' }).uncheck();
  }, 300_000);

  test('comes back after the program was killed', async () => {
    const before = (await changedPixels()).digest;
    // The session is saved a moment after the last change.
    await window.page.waitForTimeout(2000);
    await window.browser.close();
    await window.app.stop('kill');
    const app = await ServedApp.start({ home: window.app.home });
    window = await AppPage.open({ app });
    window.context.setDefaultTimeout(120_000);
    await window.canvas.waitFor();
    await settled(2);
    expect((await changedPixels()).digest).toEqual(before);
    expect(window.problems).toEqual([]);
  }, 180_000);
});
