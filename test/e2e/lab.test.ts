import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppPage, describeInBrowser, sample } from './harness.ts';

describeInBrowser('the Lab', () => {
  let window: AppPage;

  beforeAll(async () => {
    window = await AppPage.open();
    await window.page.getByRole('button', { name: 'Lab', exact: true }).click();
  });
  afterAll(() => window.close());

  test('draws samples, shows their way, saves the sheet, and gives one to Restore', async () => {
    const { page } = window;
    await page.getByRole('spinbutton', { name: 'Pictures' }).fill('2');
    await page.getByRole('spinbutton', { name: 'Side, pixels' }).fill('32');
    await page.getByRole('spinbutton', { name: 'Steps' }).fill('6');
    await page.keyboard.press('Alt+Enter');
    await page.getByRole('button', { name: 'Sample 2' }).waitFor();
    await page.getByText(/^Done in/).waitFor();
    expect(await page.getByRole('img', { name: /^Estimate at step/ }).count()).toBeGreaterThan(3);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await window.expectAccessible();
    }
    const download = page.waitForEvent('download');
    await page.keyboard.press('Alt+Shift+S');
    expect((await download).suggestedFilename()).toBe('samples.png');
    const moving = page.waitForEvent('download');
    await page.getByRole('button', { name: /moving picture/ }).click();
    const gif = await readFile(await (await moving).path());
    expect(gif.subarray(0, 6).toString('latin1')).toBe('GIF89a');
    // 32 pixels each, and a gap between; one frame a step.
    expect([gif.readUInt16LE(6), gif.readUInt16LE(8)]).toEqual([66, 32]);
    expect(gif.toString('latin1').split('\x21\xf9\x04')).toHaveLength(6 + 1);
    // A reload forgets nothing.
    await page.reload();
    await page.getByRole('button', { name: 'Lab', exact: true }).click();
    await page.getByRole('button', { name: 'Sample 2' }).click();
    await page.getByRole('button', { name: 'Open in Restore' }).click();
    await window.canvas.waitFor();
    await page.getByRole('button', { name: 'Lab', exact: true }).click();
  });

  test('draws digits of every class, a row each, and takes a choice back', async () => {
    const { page } = window;
    await page.getByRole('combobox', { name: 'Model' }).selectOption('digits');
    await page.getByRole('combobox', { name: 'Class' }).selectOption('all');
    await page.getByRole('spinbutton', { name: 'Pictures' }).fill('1');
    await page.getByRole('spinbutton', { name: 'Steps' }).fill('4');
    await page.getByRole('button', { name: /^Draw samples/ }).click();
    await page.getByRole('list', { name: 'Samples of class 9' }).getByRole('button').waitFor();
    await page.getByText(/^Done in/).waitFor();
    await window.expectAccessible();
    await page.getByRole('heading', { name: 'Sampling' }).click();
    for (let step = 0; step < 4; step++) await page.keyboard.press('Control+z');
    await expect.poll(() => page.getByRole('combobox', { name: 'Model' }).inputValue()).toBe('photo');
  });

  test('is cancelled in the middle, and keeps what was finished', async () => {
    const { page } = window;
    await page.getByRole('spinbutton', { name: 'Pictures' }).fill('40');
    await page.getByRole('spinbutton', { name: 'Side, pixels' }).fill('32');
    await page.getByRole('spinbutton', { name: 'Steps' }).fill('10');
    await page.getByRole('button', { name: /^Draw samples/ }).click();
    await page.getByText(/of 40, /).waitFor();
    await page.getByRole('button', { name: 'Sample 1', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Cancelled. What was finished is kept.').waitFor();
    await page.getByRole('button', { name: 'Sample 1', exact: true }).waitFor();
  });

  test('goes from one picture to another by their latents', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Latents', exact: true }).click();
    await page.getByRole('spinbutton', { name: 'Side, pixels' }).fill('16');
    const picker = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: /^Choose one or two/ }).click();
    await (await picker).setFiles([sample('chelsea.png'), sample('chelsea-mask.png')]);
    await page.getByText('chelsea.png – chelsea-mask.png').waitFor();
    await page.getByRole('spinbutton', { name: 'Pictures, ends included' }).fill('3');
    await page.getByRole('button', { name: /^Encode and decode/ }).click();
    await page.getByRole('img', { name: 'Picture 3' }).waitFor({ timeout: 120_000 });
    await page.getByRole('slider', { name: /From the first/ }).press('End');
    await page.getByRole('img', { name: 'Picture at 100% of the way' }).waitFor();
    await window.expectAccessible();
  });

  test('measures pictures, ranks them, and saves the table', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Likelihood', exact: true }).click();
    const picker = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose pictures…' }).click();
    await (await picker).setFiles([sample('chelsea.png')]);
    await page.getByText('1 picture chosen').waitFor();
    await page.getByRole('spinbutton', { name: 'Crop, pixels' }).fill('16');
    await page.getByRole('spinbutton', { name: 'Repeats' }).fill('2');
    await page.getByRole('spinbutton', { name: 'Tolerance' }).fill('0.05');
    await page.getByRole('button', { name: /^Measure/ }).click();
    await page.getByRole('cell', { name: /^± / }).waitFor({ timeout: 120_000 });
    await window.expectAccessible();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: /Save the table/ }).click();
    expect((await download).suggestedFilename()).toBe('likelihood.csv');
    expect(window.problems).toEqual([]);
  }, 180_000);
});
