import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodePicture } from '../../src-main/images/decode.ts';
import { AppPage, describeInBrowser, sample } from './harness.ts';

describeInBrowser('the result of a preview with samples', () => {
  let window: AppPage;

  beforeAll(async () => {
    window = await AppPage.open({ context: { permissions: ['clipboard-read', 'clipboard-write'] } });
    const { page } = window;
    await window.openPictures(sample('chelsea-scratched.png'));
    await window.paint([0.5, 0.5], [0.55, 0.55]);
    await page.getByText('Advanced', { exact: true }).click();
    for (const [name, value] of [
      ['Steps', '3'],
      ['Samples', '2'],
    ]) {
      await page.getByRole('spinbutton', { name }).fill(value);
      await page.keyboard.press('Tab');
    }
    await page.getByRole('button', { name: 'Preview here' }).click();
    await page.getByRole('button', { name: 'Uncertainty' }).waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Save', exact: true }).waitFor({ timeout: 60_000 });
  });
  afterAll(() => window.close());

  test('is compared in every layout, and says where the samples differ', async () => {
    const { page } = window;
    for (const layout of ['Side by side', 'After', 'Difference', 'Split']) {
      const button = page.getByRole('button', { name: layout, exact: true });
      await button.click();
      await expect.poll(() => button.getAttribute('aria-pressed')).toBe('true');
    }
    await page.getByRole('button', { name: 'Uncertainty' }).click();
    await page.getByRole('img', { name: /to bright, \d+: standard deviation, of 255/ }).waitFor();
    // Black places of the map show the picture below.
    const sum = (): Promise<number> => page.getByTestId('compare-stage').locator('canvas').last().evaluate(inkOf);
    const over = await sum();
    const opacity = page.getByRole('spinbutton', { name: 'Over the picture' });
    await opacity.fill('100');
    await opacity.press('Tab');
    await expect.poll(sum).toBeLessThan(over);
    await window.expectAccessible();
    await page.getByRole('button', { name: 'Sample 2' }).click();
    await page.keyboard.down('x');
    await page.getByRole('application', { name: 'Before' }).waitFor();
    await page.keyboard.up('x');
    await page.getByRole('application', { name: 'Split' }).waitFor();
  });

  test('is not saved for the picture: the rest is restored first', async () => {
    const { page } = window;
    for (const name of ['Save', 'Save as…', 'Continue from this']) {
      expect(await page.getByRole('button', { name, exact: true }).isDisabled(), name).toBe(true);
    }
    await page.keyboard.press('Control+s');
    await page.getByText('This is a preview of a part of the picture.').first().waitFor();
    await page
      .getByRole('group', { name: 'What to do with the result' })
      .getByRole('button', { name: 'Restore the rest' })
      .click();
    const save = page.getByRole('button', { name: 'Save', exact: true });
    await expect.poll(() => save.isEnabled(), { timeout: 50_000 }).toBe(true);
  });

  test('is saved as JPEG with a chosen name', async () => {
    const { page } = window;
    const strength = page.getByRole('spinbutton', { name: 'Strength' });
    await strength.fill('50');
    await strength.press('Tab');
    await page.getByRole('button', { name: 'Save as…' }).click();
    await window.expectAccessible();
    await page.getByRole('textbox', { name: 'Name' }).fill('eye');
    await page.getByRole('combobox', { name: 'Format' }).selectOption('jpeg');
    const download = page.waitForEvent('download');
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toMatch(/^eye\.jpe?g$/);
    const picture = await decodePicture(await readFile(await saved.path()), 'eye.jpg');
    expect([picture.format, picture.width, picture.height]).toEqual(['jpeg', 451, 300]);
    await page.getByRole('button', { name: 'All of it' }).click();
  });

  test('goes to the clipboard, with its report', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByText('The result is in the clipboard.').first().waitFor();
    const types = await page.evaluate(async () => (await navigator.clipboard.read()).flatMap(({ types }) => types));
    expect(types).toEqual(['image/png']);
    await page.getByText('Report', { exact: true }).click();
    await page.getByRole('button', { name: 'Copy report' }).click();
    await page.getByText('The report is in the clipboard.').first().waitFor();
    const report = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as Record<string, unknown>;
    expect(report).toMatchObject({ task: 'inpaint', seed: 0, settings: { steps: 3 } });
  });

  test('is compared with another run, and gone on from where it is', async () => {
    const { page } = window;
    const history = page.getByRole('region', { name: 'Results of this picture' });
    await expect.poll(() => history.getByRole('listitem').count()).toBe(3);
    await history.getByRole('checkbox', { name: 'Compare Result 1' }).check();
    await history.getByRole('checkbox', { name: 'Compare Result 2' }).check();
    await page.getByRole('button', { name: 'Side by side' }).click();
    await page.getByRole('application', { name: /Result 2/ }).waitFor();
    await page.getByText('Reports side by side').click();
    await window.expectAccessible();
    await page.getByRole('button', { name: 'More' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export comparison as page' }).click();
    const folder = await mkdtemp(join(tmpdir(), 'langevin-e2e-page-'));
    // A browser goes by the ending of a file's name.
    const path = join(folder, 'comparison.html');
    await (await download).saveAs(path);
    await history.getByRole('button', { name: 'End comparison' }).click();
    await page.getByRole('button', { name: 'Continue from this' }).click();
    await window.canvas.waitFor();
    expect(await page.getByRole('tab').count()).toBe(1);
    await page.getByText('Nothing marked').first().waitFor();
    // Undo comes back to where people were, with the mask.
    await page.keyboard.press('Control+z');
    await page.getByRole('button', { name: 'Continue from this' }).waitFor();
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await expect.poll(() => page.getByTestId('painted').textContent()).toMatch(/%/);
    expect(window.problems).toEqual([]);

    // The exported page works by itself.
    const exported = await window.context.newPage();
    const problems: string[] = [];
    exported.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await exported.goto(`file://${path}`);
    await exported.getByRole('button', { name: 'Side by side' }).click();
    await exported.getByRole('button', { name: '1:1' }).click();
    await expect.poll(() => exported.locator('output').textContent()).toBe('100 %');
    expect(problems).toEqual([]);
    await exported.close();
    await rm(folder, { recursive: true });
  });
});

/** How much light a canvas shows. */
function inkOf(canvas: SVGElement | HTMLElement): number {
  if (!(canvas instanceof HTMLCanvasElement)) return 0;
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, value, i) => (i % 4 === 3 ? sum : sum + value), 0);
}
