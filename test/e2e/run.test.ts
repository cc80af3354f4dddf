import { readFile, readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { decodePicture } from '../../src-main/images/decode.ts';
import { AppPage, describeInBrowser, sample } from './harness.ts';

// Runs share the processor with the other test files.
vi.setConfig({ testTimeout: 150_000 });

/** Imports the mask of the scratched sample. */
async function importMask(window: AppPage): Promise<void> {
  const picker = window.page.waitForEvent('filechooser');
  await window.page.keyboard.press('Control+Shift+I');
  await (await picker).setFiles(sample('chelsea-mask.png'));
  await expect.poll(() => window.page.getByTestId('painted').textContent(), { timeout: 15_000 }).toMatch(/% marked/);
}

async function setSteps(window: AppPage, steps: number): Promise<void> {
  const { page } = window;
  const field = page.getByRole('spinbutton', { name: 'Steps' });
  if (!(await field.isVisible())) await page.getByText('Advanced', { exact: true }).click();
  await field.fill(String(steps));
  await field.press('Tab');
}

const restoreButton = ({ page }: AppPage) => page.getByRole('button', { name: /^Restore Ctrl/ });
const stepText = ({ page }: AppPage) => page.getByText(/^step \d+ of \d+$/);

describeInBrowser('a run', () => {
  let window: AppPage;

  beforeAll(async () => {
    window = await AppPage.open();
  });
  afterAll(() => window.close());

  test('says why it cannot start before anything is painted', async () => {
    const { page } = window;
    await window.openPictures(sample('chelsea-scratched.png'));
    expect(await restoreButton(window).getAttribute('aria-disabled')).toBe('true');
    await page.getByText('Nothing is painted yet.').waitFor();
    await window.expectAccessible();
  });

  test('shows its steps, and is cancelled within one', async () => {
    const { page } = window;
    await importMask(window);
    await setSteps(window, 400);
    await page.keyboard.press('Control+Enter');
    await stepText(window).waitFor();
    await page.getByRole('img', { name: /xₜ/ }).waitFor();
    await page.getByRole('button', { name: 'Runs: 1' }).click();
    await page.getByText(/of memory/).waitFor();
    await window.expectAccessible();
    await page.keyboard.press('Escape');

    await page.keyboard.press('Escape');
    await page.getByText('Cancelled. Picture and mask are as they were.').waitFor();
    expect(await page.getByTestId('painted').textContent()).toMatch(/% marked/);
  });

  test('ends with a result whose unpainted pixels are those of the picture', async () => {
    const { page } = window;
    await page.getByRole('button', { name: /^Balanced/ }).click();
    await setSteps(window, 3);
    await restoreButton(window).click();
    await page.getByRole('button', { name: 'Save', exact: true }).waitFor({ timeout: 110_000 });
    await window.expectAccessible();

    const split = page.getByRole('slider', { name: 'Border between before and after' });
    await split.focus();
    await page.keyboard.press('Home');
    expect(await split.getAttribute('aria-valuenow')).toBe('0');

    const download = page.waitForEvent('download');
    await page.keyboard.press('Control+s');
    const saved = await download;
    expect(saved.suggestedFilename()).toBe('chelsea-scratched_inpaint.png');
    const restored = await decodePicture(await readFile(await saved.path()), 'saved');
    const damaged = await decodePicture(await readFile(sample('chelsea-scratched.png')), 'damaged');
    const mask = await decodePicture(await readFile(sample('chelsea-mask.png')), 'mask');
    const channels = damaged.data.length / (damaged.width * damaged.height);
    const perMask = mask.data.length / (mask.width * mask.height);
    let unpaintedChanges = 0;
    let paintedChanges = 0;
    for (let i = 0; i < damaged.data.length; i++) {
      if (restored.data[i] === damaged.data[i]) continue;
      if (mask.data[Math.floor(i / channels) * perMask] >= 128) paintedChanges++;
      else unpaintedChanges++;
    }
    expect(unpaintedChanges).toBe(0);
    expect(paintedChanges).toBeGreaterThan(1000);
    await page.getByText('Downloaded chelsea-scratched_inpaint.png.').first().waitFor();
  });

  test('keeps its frames for scrubbing after the end', async () => {
    const { page } = window;
    await page.getByRole('group', { name: 'Shown' }).getByRole('button', { name: 'Live', exact: true }).click();
    const scrub = page.getByRole('slider', { name: 'Step shown' });
    await scrub.focus();
    await page.keyboard.press('Home');
    expect(await scrub.getAttribute('aria-valuetext')).toMatch(/^step [12] of/);
    await page.getByRole('button', { name: 'In the picture' }).click();
    await page.getByRole('slider', { name: /Blend/ }).waitFor();
    await window.expectAccessible();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'GIF of x̂₀' }).click();
    const recording = await readFile(await (await download).path());
    expect(recording.subarray(0, 6).toString('latin1')).toBe('GIF89a');
  });

  test('goes on after a reload of the page', async () => {
    const { page } = window;
    await setSteps(window, 150);
    await page.keyboard.press('Control+Enter');
    await stepText(window).waitFor();
    // The session is saved a moment after a change.
    await page.waitForTimeout(1500);
    await page.reload();
    await stepText(window).waitFor();
    await page.getByRole('img', { name: /xₜ/ }).waitFor();
    await page.getByRole('button', { name: /^Cancel/ }).click();
    await page.getByText('Cancelled. Picture and mask are as they were.').waitFor();
    expect(await page.getByTestId('painted').textContent()).toMatch(/% marked/);
  });

  test('fails when the engine is killed, keeps picture and mask, and can be run again', async () => {
    const { page } = window;
    await setSteps(window, 150);
    await page.keyboard.press('Control+Enter');
    await stepText(window).waitFor();
    const engines = await enginesOf(window.app.process.pid!);
    expect(engines.length).toBeGreaterThan(0);
    for (const pid of engines) process.kill(pid, 'SIGKILL');
    await page.getByText('The run failed').waitFor();
    expect(await page.getByTestId('painted').textContent()).toMatch(/% marked/);
    await window.expectAccessible();
    await page.getByRole('button', { name: /^Balanced/ }).click();
    await setSteps(window, 3);
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).waitFor({ timeout: 110_000 });
  });
});

/** Children of a process whose command line says that they are engines. */
async function enginesOf(parent: number): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const status = await readFile(`/proc/${entry}/status`, 'utf8').catch(() => '');
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (status.includes(`PPid:\t${parent}\n`) && command.includes('engine-process')) found.push(Number(entry));
  }
  return found;
}
