import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodePicture } from '../../src-main/images/decode.ts';
import { encodePicture } from '../../src-main/images/encode.ts';
import { AppPage, describeInBrowser, sample } from './harness.ts';

describeInBrowser('several damages at once', () => {
  let window: AppPage;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'langevin-compound-'));
    const good = await decodePicture(await readFile(sample('chelsea.png')), 'chelsea.png');
    const jpeg = await encodePicture(good, { format: 'jpeg', quality: 20, chroma: '4:2:0' });
    await writeFile(join(folder, 'web.jpg'), jpeg);
    window = await AppPage.open();
    await window.openPictures(join(folder, 'web.jpg'));
  });
  afterAll(async () => {
    await window.close();
    await rm(folder, { recursive: true });
  });

  test('are ticked, and a part of the picture shows what comes of it', async () => {
    const { page } = window;
    await page.getByRole('radio', { name: /Several at once/ }).check();
    await page.getByText(/Found in this picture: .*Saved as JPEG \(quality 20\)/).waitFor();
    await page.getByRole('button', { name: 'Undo what was found' }).click();
    expect(await page.getByRole('checkbox', { name: 'Saved as JPEG' }).isChecked()).toBe(true);
    // A recipe sets the same, and its chain is that of the picture.
    await page.getByRole('combobox', { name: 'Recipe for pictures of this kind' }).selectOption('Phone photo at night');
    await page.getByRole('button', { name: 'Use', exact: true }).click();
    await page.getByText('Set as the recipe Phone photo at night says.').waitFor();
    expect(await page.getByRole('checkbox', { name: 'Saved as JPEG' }).isChecked()).toBe(true);
    await window.expectAccessible();
    await page.getByRole('button', { name: 'Preview here' }).click();
    await page.getByRole('group', { name: 'What to do with the result' }).waitFor();
    await page.getByText('Report', { exact: true }).click();
    await page.getByText(/mmps/).first().waitFor();
    expect(window.problems).toEqual([]);
  });
});
