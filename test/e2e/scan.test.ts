import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readNpy, writeNpy } from '../../src-main/images/npy.ts';
import { dicomFile, textElement } from '../fixtures/dicom-file.ts';
import { AppPage, describeInBrowser } from './harness.ts';

const SIDE = 64;

/** A disk of water with a bone and an air bubble, in HU. */
function phantom(): Float32Array {
  const inside = (i: number, x: number, y: number, radius: number) =>
    Math.hypot((i % SIDE) - x, Math.floor(i / SIDE) - y) < radius;
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    if (inside(i, 24, 24, 5)) return 800;
    if (inside(i, 40, 38, 6)) return -900;
    return inside(i, 32, 32, 26) ? 20 : -1000;
  });
}

describeInBrowser('the CT view', () => {
  let window: AppPage;

  beforeAll(async () => {
    window = await AppPage.open();
    await window.page.getByRole('button', { name: 'CT', exact: true }).click();
  });
  afterAll(() => window.close());

  test('says what to do, and what is wrong with a file', async () => {
    const { page } = window;
    await page.getByRole('heading', { name: 'Reconstruct a CT slice from few views' }).waitFor();
    await window.expectAccessible();
    const picker = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Open file…' }).click();
    await (await picker).setFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no slice') });
    await page.getByRole('alert').getByText('Open another file').waitFor();
  });

  test('opens a slice, simulates the scan, reconstructs, compares and saves', async () => {
    const { page } = window;
    const picker = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Open file…' }).click();
    const npy = writeNpy({ shape: [SIDE, SIDE], data: phantom() });
    await (await picker).setFiles({ name: 'phantom.npy', mimeType: '', buffer: Buffer.from(npy) });
    await page.getByText('Slice, 64 × 64 pixels').waitFor();
    await page.getByRole('spinbutton', { name: 'Views over 180°' }).fill('20');
    await page.getByRole('button', { name: 'Simulate scan' }).click();
    await page.getByRole('img', { name: /^Sinogram, 64 × 20/ }).waitFor();
    await page.getByRole('img', { name: /^FBP, 64 × 64/ }).waitFor();

    await page.getByRole('button', { name: 'Reconstruct', exact: true }).click();
    await page.getByRole('img', { name: /^Reconstruction, 64 × 64/ }).waitFor({ timeout: 60_000 });
    const row = page.getByRole('row', { name: /^PSNR/ });
    const [fbp, ours] = (await row.getByRole('cell').allTextContents()).map(Number.parseFloat);
    expect(ours).toBeGreaterThan(fbp);
    await page.getByRole('img', { name: /^Error, root mean square/ }).waitFor();
    await window.expectAccessible();

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save reconstruction' }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe('phantom-reconstructed.npy');
    const { shape } = readNpy(new Uint8Array(await readFile(await saved.path())), 'the download');
    expect(shape).toEqual([SIDE, SIDE]);
  });

  test('drags window and level, and zooms all slices together', async () => {
    const { page } = window;
    const fbp = page.getByRole('img', { name: /^FBP/ });
    const truth = page.getByRole('img', { name: /^Slice \(truth\)/ });
    await page.getByRole('combobox', { name: 'Preset' }).selectOption('bone');
    const box = (await fbp.boundingBox())!;
    await page.mouse.move(box.x + 50, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + 50, box.y + 20, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => truth.getAttribute('aria-label')).toMatch(/level 5\d\d, window 1,800/);
    await page.mouse.wheel(0, -400);
    const transform = (panel: typeof fbp) => panel.locator('canvas').evaluate((canvas) => canvas.style.transform);
    await expect.poll(() => transform(truth)).toContain('scale(2.7');
    expect(await transform(fbp)).toBe(await transform(truth));
    await page.keyboard.press('Tab');
    await fbp.focus();
    await page.keyboard.press('0');
    expect(await transform(truth)).toContain('scale(1)');
  });

  test('a reload keeps slice, sinogram and reconstruction', async () => {
    const { page } = window;
    await page.reload();
    await page.getByRole('button', { name: 'CT', exact: true }).click();
    await page.getByRole('img', { name: /^Reconstruction, 64 × 64/ }).waitFor();
    await page.getByRole('img', { name: /^Sinogram, 64 × 20/ }).waitFor();
    await page.getByRole('row', { name: /^PSNR/ }).waitFor();
  });

  test('opens a folder of slices as a series, and shows planes, a profile and a figure', async () => {
    const { page } = window;
    const files = [8, 0, 4].map((z, i) => {
      const place = [textElement(0x00200032, 'DS', `0\\0\\${z}`), textElement(0x00200037, 'DS', '1\\0\\0\\0\\1\\0')];
      const pixels = Int16Array.from(phantom(), (hu) => hu + 10 * z);
      const bytes = dicomFile({ width: SIDE, height: SIDE, pixels, extra: place });
      return { name: `IM${i}`, mimeType: '', buffer: Buffer.from(bytes) };
    });
    const picker = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Open another…' }).click();
    await (await picker).setFiles(files);
    const slider = page.getByRole('slider', { name: 'Slice (of 3)' });
    await slider.waitFor();
    await page.getByText('IM2', { exact: true }).waitFor();
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('IM0', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Planes', exact: true }).click();
    // Three slices of 4 mm, pixels of half a millimetre.
    await page.getByRole('img', { name: /^Sagittal, 64 × 24/ }).waitFor();
    await page.getByRole('button', { name: 'Profile line' }).click();
    await page.getByRole('img', { name: /^Values along 64 pixels/ }).waitFor();
    await window.expectAccessible();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export figure…' }).click();
    expect((await download).suggestedFilename()).toBe('IM0-figure.png');
    await page.getByRole('combobox', { name: 'Rays' }).selectOption('fan');
    await page.getByRole('spinbutton', { name: 'Source to axis, pixels' }).fill('80');
    await page.getByRole('button', { name: 'Simulate scan' }).click();
    await page.getByRole('img', { name: /^Sinogram, 70 × 20/ }).waitFor();
  });

  test('cancels a reconstruction and says so', async () => {
    const { page } = window;
    await page.getByRole('spinbutton', { name: 'Samples' }).fill('40');
    await page.getByRole('button', { name: 'Reconstruct', exact: true }).click();
    await page.getByRole('button', { name: /^Cancel/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Cancelled. Sinogram and settings are as they were.').waitFor();
    expect(window.problems).toEqual([]);
  });
});
