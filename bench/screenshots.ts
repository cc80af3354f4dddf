/// <reference lib="dom" />
import { AppPage, sample } from '../test/e2e/app-page.ts';
import { takeScreenshot } from './take-screenshot.ts';

/** Pixels of the sample. */
const SAMPLE = { width: 451, height: 300 };

/** Along two of its scratches, as shares of its width and height. */
const SCRATCHES: readonly (readonly (readonly [x: number, y: number])[])[] = [
  [
    [0.305, 0.085],
    [0.38, 0.149],
    [0.447, 0.165],
    [0.513, 0.157],
    [0.578, 0.141],
    [0.644, 0.132],
    [0.711, 0.117],
    [0.777, 0.083],
    [0.85, 0.045],
  ],
  [
    [0.445, 0.275],
    [0.513, 0.296],
    [0.573, 0.332],
    [0.635, 0.371],
    [0.697, 0.393],
    [0.757, 0.429],
    [0.819, 0.469],
    [0.879, 0.533],
    [0.945, 0.625],
  ],
];

/** `npm run screenshots`: editor, dialogs and views, for docs/screenshots/; runs are in run-screenshots.ts. */
async function main(): Promise<void> {
  await withWindow('light', async (window) => {
    await editor(window, 'light');
    await window.page.getByRole('button', { name: 'Mask', exact: true }).click();
    await takeScreenshot(window, 'mask-menu-light');
    await window.page.keyboard.press('Escape');
    await heal(window, 'light');
    await dialog(window, '?', 'shortcuts-light');
  });
  await withWindow('dark', async (window) => {
    await editor(window, 'dark');
    await heal(window, 'dark');
    await dialog(window, 'Control+,', 'settings-dark');
    await dialog(window, 'Control+k', 'palette-dark', 'mask');
    await otherViews(window);
  });
}

async function withWindow(theme: 'light' | 'dark', work: (window: AppPage) => Promise<void>): Promise<void> {
  const window = await AppPage.open({ context: { colorScheme: theme, viewport: { width: 1320, height: 820 } } });
  try {
    await work(window);
  } finally {
    await window.close();
  }
}

async function editor(window: AppPage, theme: string): Promise<void> {
  const { page } = window;
  await page.getByRole('heading', { name: 'Open a picture to restore' }).waitFor();
  if (theme === 'light') await takeScreenshot(window, 'empty-light');
  await window.openPictures(sample('chelsea-scratched.png'));
  await window.command('Find damage');
  await page.getByTestId('findings-panel').getByRole('option').first().waitFor();
  await page.getByTestId('findings-panel').getByRole('progressbar').waitFor({ state: 'detached' });
  await page.getByRole('listbox').focus();
  await page.keyboard.press('ArrowDown');
  if (theme === 'light') await takeScreenshot(window, 'find-light');
  await page.keyboard.press('m');
  await page.keyboard.press('0');
  await window.paint([0.62, 0.3], [0.66, 0.34]);
  await takeScreenshot(window, `editor-${theme}`);
  if (theme === 'light') await adjust(window);
}

/** A crop, and tones as suggested. */
async function adjust(window: AppPage): Promise<void> {
  const { page } = window;
  await page.keyboard.press('a');
  await page.getByRole('button', { name: 'Auto' }).click();
  const edge = page.getByRole('button', { name: 'Left edge of the crop' });
  for (let i = 0; i < 3; i++) await edge.press('Shift+ArrowRight');
  await page.waitForTimeout(1500);
  await takeScreenshot(window, 'adjust-light');
  await page.keyboard.press('Escape');
}

/** Two scratches healed, the popover open on the second. */
async function heal(window: AppPage, theme: string): Promise<void> {
  const { page } = window;
  await window.command('Clear the mask');
  await page.keyboard.press('j');
  // Looking at findings has moved the picture.
  await page.keyboard.press('0');
  await page.getByRole('spinbutton', { name: 'Size' }).fill('11');
  await page.keyboard.press('Enter');
  await page.getByRole('checkbox', { name: 'Refine' }).uncheck();
  for (const scratch of SCRATCHES) await paintOn(window, ...scratch);
  await page.getByText('2 strokes healed').waitFor();
  await page.locator('[data-testid="healed"][data-filling="0"]').waitFor();
  await page.keyboard.press('Shift+J');
  await page.getByTestId('stroke-popover').waitFor();
  await page.mouse.move(0, 0);
  await takeScreenshot(window, `heal-${theme}`);
  await page.keyboard.press('Escape');
  await page.keyboard.press('b');
}

/** Drags over the sample, which lies in the middle of the canvas; positions are shares of the picture. */
async function paintOn(window: AppPage, ...points: readonly (readonly [x: number, y: number])[]): Promise<void> {
  const box = (await window.canvas.boundingBox())!;
  const zoom = await window.page.getByRole('combobox', { name: 'Zoom', exact: true }).locator(':checked').textContent();
  const factor = Number.parseFloat(zoom!) / 100;
  const share = (at: number, side: number, shown: number): number => 0.5 + ((at - 0.5) * side * factor) / shown;
  await window.paint(
    ...points.map(([x, y]) => [share(x, SAMPLE.width, box.width), share(y, SAMPLE.height, box.height)] as const),
  );
}

async function dialog(window: AppPage, keys: string, name: string, typed = ''): Promise<void> {
  const { page } = window;
  await page.keyboard.press(keys);
  await page.keyboard.type(typed);
  await takeScreenshot(window, name);
  await page.keyboard.press('Escape');
  // Escape empties a search field first.
  if (await page.getByRole('dialog').isVisible()) await page.keyboard.press('Escape');
}

async function otherViews(window: AppPage): Promise<void> {
  for (const view of ['CT', 'Batch', 'Learn']) {
    await window.page.getByRole('button', { name: view, exact: true }).click();
    await window.page.waitForTimeout(1500);
    await takeScreenshot(window, `${view.toLowerCase()}-dark`);
  }
}

await main();
