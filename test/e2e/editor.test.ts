import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppPage, describeInBrowser, sample } from './harness.ts';

describeInBrowser('the mask editor', () => {
  let window: AppPage;

  beforeAll(async () => {
    window = await AppPage.open();
  });
  afterAll(() => window.close());

  const painted = (): Promise<string | null> => window.page.getByTestId('painted').textContent();

  test('opens empty, says what to do, and is accessible', async () => {
    await window.page.getByRole('heading', { name: 'Open a picture to restore' }).waitFor();
    await window.expectAccessible();
  });

  test('opens a picture, paints with the pointer, takes back and repeats', async () => {
    const { page } = window;
    await window.openPictures(sample('chelsea-scratched.png'));
    expect(await painted()).toBe('Nothing marked');
    await window.paint([0.4, 0.4], [0.6, 0.6]);
    const after = await painted();
    expect(after).toMatch(/% marked/);
    await page.getByRole('button', { name: 'Undo brush stroke' }).click();
    expect(await painted()).toBe('Nothing marked');
    await page.keyboard.press('Control+Shift+z');
    expect(await painted()).toBe(after);
    await window.expectAccessible();
  });
});
