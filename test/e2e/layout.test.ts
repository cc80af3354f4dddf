import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppPage, describeInBrowser, sample } from './harness.ts';

const SIZES = [
  [1920, 1080],
  [1280, 720],
  [900, 600],
] as const;
const OPEN = 13;
const LONG_NAME = `${'ein-sehr-langer-Name-ohne-Leerzeichen'.repeat(6)}.png`;

/** Controls that lie outside of the window, where nobody can press them; those that scroll inside of it are left out. */
function outside(): string[] {
  const found: string[] = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push(`page ${document.documentElement.scrollWidth}`);
  for (const element of document.querySelectorAll(
    'header button, aside button, aside input, aside select, footer button',
  )) {
    const { left, right, width } = element.getBoundingClientRect();
    const scrolls = element.closest('[role="tablist"]') !== null;
    if (width > 0 && !scrolls && (right > innerWidth + 1 || left < -1)) {
      found.push(`${element.textContent.trim() || element.getAttribute('aria-label')} ends at ${right}`);
    }
  }
  return found;
}

describeInBrowser('the window with many pictures', () => {
  let window: AppPage;

  beforeAll(async () => {
    window = await AppPage.open({ context: { viewport: { width: 1280, height: 720 } } });
    const { page } = window;
    const base64 = await readFile(sample('chelsea.png'), 'base64');
    await page.getByRole('button', { name: 'Scratches' }).click();
    await window.canvas.waitFor();
    for (let i = 1; i < OPEN; i++) {
      const name = i === 5 ? LONG_NAME : `holiday in the mountains ${i}.png`;
      await page.evaluate(
        ([name, base64]) => {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([bytes], name, { type: 'image/png' }));
          document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
        },
        [name, base64] as const,
      );
      await page.getByRole('tab', { name, selected: true }).waitFor();
    }
  });
  afterAll(() => window.close());

  test.each(SIZES)('keeps every control in the window at %i × %i', async (width, height) => {
    const { page } = window;
    await page.setViewportSize({ width, height });
    expect(await page.getByRole('tab').count()).toBe(OPEN);
    for (const view of ['Restore', 'CT', 'Batch', 'Lab', 'Learn']) {
      await page.getByRole('button', { name: view, exact: true }).first().click();
      await page.waitForTimeout(200);
      expect(await page.evaluate(outside), view).toEqual([]);
      const shots = process.env['LANGEVIN_TEST_SCREENSHOTS'];
      if (shots) await page.screenshot({ path: `${shots}/${width}-${view}.png` });
    }
    await page.getByRole('button', { name: 'Restore', exact: true }).first().click();
    const canvas = await window.canvas.boundingBox();
    expect(canvas!.x + canvas!.width).toBeLessThanOrEqual(width - 300);
  });

  test('the tab of the picture in front can always be seen', async () => {
    const { page } = window;
    const inSight = (): Promise<boolean> =>
      page.evaluate(() => {
        const list = document.querySelector('[role="tablist"]')!.getBoundingClientRect();
        const tab = document.querySelector('[role="tab"][aria-selected="true"]')!.getBoundingClientRect();
        return tab.left >= list.left - 1 && tab.right <= list.right + 1;
      });
    const steps: readonly (() => Promise<void>)[] = [
      () => page.keyboard.press('Alt+PageDown'),
      () => page.keyboard.press('Alt+PageUp'),
      () => page.setViewportSize({ width: 800, height: 600 }),
      () => page.keyboard.press('Alt+Shift+B'),
      () => page.keyboard.press('Alt+Shift+R'),
    ];
    for (const step of steps) {
      await step();
      if ((await page.getByRole('tablist').count()) > 0) await expect.poll(inSight).toBe(true);
    }
  });
});
