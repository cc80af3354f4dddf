import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppPage, describeInBrowser, sample, ServedApp } from './harness.ts';

const shipped = new URL('../../models/', import.meta.url).pathname;

describeInBrowser('a detector of damage that cannot be used', () => {
  let home: string;
  let window: AppPage;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'langevin-detector-'));
    await mkdir(folder(), { recursive: true });
    await cp(join(shipped, 'damage'), folder(), { recursive: true });
    window = await AppPage.open({ app: await ServedApp.start({ home }) });
    await window.openPictures(sample('chelsea-scratched.png'));
  });
  afterAll(async () => {
    await window.close();
    await rm(home, { recursive: true, force: true });
  });

  /** The user's own comes before the shipped one. */
  const folder = (): string => join(home, 'data', 'langevin', 'models', 'damage');
  const panel = () => window.page.getByTestId('findings-panel');

  /** Looks for damage, again where that has failed before, and says why it does not work. */
  async function expectComplaint(pattern: RegExp): Promise<void> {
    const again = panel().getByRole('button', { name: 'Try again' });
    if (await again.isVisible()) await again.click();
    else await window.page.keyboard.press('s');
    const alert = panel().getByRole('alert');
    const words = async (): Promise<string> => ((await alert.isVisible()) ? alert.innerText() : '');
    await expect.poll(words, { timeout: 30_000 }).toMatch(pattern);
  }

  test('is named with what is wrong with it: a damaged file', async () => {
    const network = await readFile(join(folder(), 'damage.onnx'));
    network[network.length >> 1] ^= 255;
    await writeFile(join(folder(), 'damage.onnx'), network);
    await expectComplaint(/damage\.onnx.*sha256/s);
    await window.expectAccessible();
  });

  test('a missing file', async () => {
    await rm(join(folder(), 'damage.onnx'));
    await expectComplaint(/damage\.onnx.*(not|missing)/s);
  });

  test('a network of another shape', async () => {
    const other = await readFile(join(shipped, 'ct', 'denoiser.onnx'));
    await writeFile(join(folder(), 'damage.onnx'), other);
    const manifest = JSON.parse(await readFile(join(folder(), 'manifest.json'), 'utf8')) as Record<string, unknown>;
    manifest['sha256'] = createHash('sha256').update(other).digest('hex');
    await writeFile(join(folder(), 'manifest.json'), JSON.stringify(manifest));
    await expectComplaint(/does not describe damage\.onnx/);
  });

  test('painting works all the same', async () => {
    const { page } = window;
    await page.keyboard.press('Escape');
    await panel().waitFor({ state: 'detached' });
    await page.keyboard.press('b');
    await window.paint([0.4, 0.4], [0.6, 0.6]);
    await page
      .getByTestId('painted')
      .getByText(/% marked/)
      .waitFor();
  });

  test('and the search, once it is mended', async () => {
    const { page } = window;
    await cp(join(shipped, 'damage'), folder(), { recursive: true, force: true });
    await page.keyboard.press('s');
    // Opened anew, the panel looks by itself.
    await panel().getByRole('option').first().waitFor();
  });

  test('had no errors in the console', () => expect(window.problems).toEqual([]));
});
