import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodePicture } from '../../src-main/images/encode.ts';
import { AppPage, describeInBrowser, ServedApp } from './harness.ts';

async function picture(side: number): Promise<Uint8Array> {
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => 128 + 60 * Math.sin(i / 37) + ((i * 7919) % 31));
  return encodePicture(
    { width: side, height: side, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } },
    { format: 'png' },
  );
}

describeInBrowser('the Batch view', () => {
  let root: string;
  let window: AppPage;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'langevin-e2e-batch-'));
    await mkdir(join(root, 'scans', 'old'), { recursive: true });
    await mkdir(join(root, 'restored'));
    for (const name of ['a.png', 'b.png', 'old/c.png']) await writeFile(join(root, 'scans', name), await picture(48));
    await writeFile(join(root, 'scans', 'broken.png'), (await picture(48)).subarray(0, 300));
    await writeFile(join(root, 'scans', 'notes.txt'), 'no picture');
    const app = await ServedApp.start({ args: ['--folder', join(root, 'scans'), join(root, 'restored')] });
    window = await AppPage.open({ app });
    await window.page.getByRole('button', { name: 'Batch', exact: true }).click();
  });
  afterAll(async () => {
    await window.close();
    await rm(root, { recursive: true, force: true });
  });

  test('begins with what is missing, and is accessible', async () => {
    await window.page.getByText('Add a folder with pictures first.').waitFor();
    await window.page.getByRole('button', { name: /^Balanced/ }).waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await window.page.emulateMedia({ colorScheme });
      await window.expectAccessible();
    }
  });

  test('plans a granted folder', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Add scans' }).click();
    await page.getByRole('combobox', { name: 'What to repair' }).selectOption('denoise');
    await page.getByRole('combobox', { name: 'Folder' }).selectOption({ label: 'restored' });
    await page.getByRole('button', { name: 'Make plan' }).click();
    await page.getByRole('button', { name: /^Restore \d pictures/ }).waitFor({ timeout: 60_000 });
    await window.expectAccessible();
  });

  test('restores all but the damaged one, and says which and why', async () => {
    const { page } = window;
    await page.getByRole('button', { name: /^Restore \d pictures/ }).click();
    await page.getByRole('heading', { name: 'Finished, but 1 picture failed' }).waitFor({ timeout: 60_000 });
    await page.getByRole('article', { name: 'a.png', exact: true }).locator('img').first().waitFor();
    await window.expectAccessible();
    await page.getByRole('button', { name: 'Compare a.png before and after' }).click();
    await page
      .getByRole('region', { name: /a\.png/ })
      .getByRole('button', { name: 'Back to the batch' })
      .waitFor();
    await window.expectAccessible('[aria-label*="a.png"]');
    await page.keyboard.press('Escape');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: /^Download all/ }).click();
    expect((await download).suggestedFilename()).toBe('restored.zip');
    await page.getByRole('button', { name: 'List', exact: true }).click();
    await page.getByRole('button', { name: /^Failed/ }).click();
    await page.getByRole('row', { name: /broken\.png failed .+/ }).waitFor();
    await window.expectAccessible();
    expect((await readdir(join(root, 'restored'))).sort()).toEqual(
      expect.arrayContaining(['a_denoise.png', 'b_denoise.png', 'old']),
    );
  });

  test('survives a reload, and retries what failed once it is mended', async () => {
    const { page } = window;
    await page.reload();
    await page.getByRole('button', { name: 'Batch', exact: true }).click();
    await page.getByRole('heading', { name: 'Finished, but 1 picture failed' }).waitFor();
    await writeFile(join(root, 'scans', 'broken.png'), await picture(48));
    await page.getByRole('button', { name: 'Retry 1 picture' }).click();
    await page.getByRole('heading', { name: 'Finished', exact: true }).waitFor({ timeout: 60_000 });
    expect(await readdir(join(root, 'restored'))).toContain('broken_denoise.png');
  });

  test('downloads a result and opens it in the editor', async () => {
    const { page } = window;
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download a_denoise.png' }).click();
    expect((await download).suggestedFilename()).toBe('a_denoise.png');
    await page.getByRole('button', { name: 'Touch up a_denoise.png in the editor' }).click();
    await window.canvas.waitFor();
    await page.getByRole('tab', { name: /a_denoise\.png/ }).waitFor();
  });

  test('uploads a folder of the page', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Batch', exact: true }).click();
    await page.getByRole('button', { name: 'New batch' }).click();
    const picker = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Add folder…' }).click();
    await (await picker).setFiles(join(root, 'scans'));
    await page
      .getByText(/Remove|scans/)
      .first()
      .waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Remove scans' }).count()).toBe(2);
    expect(window.problems).toEqual([]);
  });
});
