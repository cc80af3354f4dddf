import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppPage, describeInBrowser, sample } from './harness.ts';

describeInBrowser('two tabs of one session', () => {
  let window: AppPage;
  beforeAll(async () => {
    window = await AppPage.open();
    window.context.setDefaultTimeout(60_000);
  });
  afterAll(() => window.close());

  it('are edited one at a time, and the second goes on where the first one was', async () => {
    const { page, context } = window;
    await window.openPictures(sample('chelsea-scratched.png'));
    await window.paint([0.3, 0.3], [0.4, 0.4]);
    await page.waitForTimeout(1500);

    // As the browser's own command to duplicate a tab does: with the same session storage.
    const stored = await page.evaluate(() => ({ ...sessionStorage }) as Record<string, string>);
    const second = await context.newPage();
    await second.addInitScript((items) => {
      if (sessionStorage.length === 0)
        for (const [name, value] of Object.entries(items)) sessionStorage.setItem(name, value);
    }, stored);
    await second.goto(page.url());
    await second.getByRole('heading', { name: 'Langevin is open in another tab' }).waitFor();
    expect(await second.locator('canvas').count()).toBe(0);

    // A stroke that the first has not saved yet when it is asked to leave.
    await window.paint([0.6, 0.6], [0.7, 0.7]);
    const marked = await page.getByText(/% marked/).textContent();
    await second.getByRole('button', { name: 'Use it here' }).click();
    await page.getByRole('heading', { name: 'Langevin is open in another tab' }).waitFor();
    await window.expectAccessible();
    await second.locator('canvas').first().waitFor();
    await second.getByText(/% marked/).waitFor();
    expect(await second.getByText(/% marked/).textContent()).toBe(marked);

    // When the second is closed, the first goes on by itself.
    await second.close();
    await page.locator('canvas').first().waitFor();
    await page.getByText(/% marked/).waitFor();
    expect(await page.getByText(/% marked/).textContent()).toBe(marked);
  }, 240_000);
});
