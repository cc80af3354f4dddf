import { AppPage, sample } from '../test/e2e/app-page.ts';
import { takeScreenshot } from './take-screenshot.ts';

/** `npm run bench -- run-screenshots`: the restore panel, the live view and the result view, light and dark. */
async function main(): Promise<void> {
  const window = await AppPage.open({ context: { viewport: { width: 1280, height: 800 } } });
  // A run takes a while on a machine that does other things.
  window.context.setDefaultTimeout(300_000);
  try {
    await panel(window);
    await live(window);
    await result(window);
  } finally {
    await window.close();
  }
}

async function panel(window: AppPage): Promise<void> {
  const { page } = window;
  await window.openPictures(sample('chelsea-scratched.png'));
  await inBoth(window, 'panel-obstacle');
  const picker = page.waitForEvent('filechooser');
  await page.keyboard.press('Control+Shift+I');
  await (await picker).setFiles(sample('chelsea-mask.png'));
  await page.getByText(/% marked/).waitFor();
  await page.getByText('Advanced', { exact: true }).click();
  for (const [name, value] of [
    ['Steps', '20'],
    ['Samples', '2'],
  ]) {
    await page.getByRole('spinbutton', { name }).fill(value);
    await page.keyboard.press('Tab');
  }
  await page.getByText(/^(Takes about|How long it takes is known)/).waitFor();
  await page.getByRole('spinbutton', { name: 'Steps' }).evaluate((field) => field.scrollIntoView({ block: 'center' }));
  await inBoth(window, 'panel-advanced');
}

async function live(window: AppPage): Promise<void> {
  const { page } = window;
  await page.keyboard.press('Control+Enter');
  await page.getByText(/^step [6-9] of/).waitFor();
  await inBoth(window, 'live');
  await page.getByRole('button', { name: 'In the picture' }).click();
  await page.getByRole('slider', { name: /^Blend/ }).fill('0.5');
  await inBoth(window, 'live-in-picture');
}

async function result(window: AppPage): Promise<void> {
  const { page } = window;
  await page.getByRole('button', { name: 'Uncertainty' }).waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).waitFor();
  await inBoth(window, 'result');
  await page.getByRole('button', { name: 'Uncertainty' }).click();
  await inBoth(window, 'result-uncertainty');
  await page.getByRole('button', { name: 'Sample 1' }).click();
  await page.getByRole('button', { name: 'Compare samples' }).click();
  await inBoth(window, 'history');
  await page.getByRole('button', { name: 'End comparison' }).click();
  await page.getByRole('button', { name: 'Difference' }).click();
  await page.getByText('Report', { exact: true }).click();
  await inBoth(window, 'result-difference');
  await page.getByRole('button', { name: 'Save as…' }).click();
  await page.getByRole('combobox', { name: 'Format' }).selectOption('jpeg');
  await inBoth(window, 'result-save');
}

async function inBoth(window: AppPage, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await window.page.emulateMedia({ colorScheme });
    await takeScreenshot(window, `${name}-${colorScheme}`);
  }
}

await main();
