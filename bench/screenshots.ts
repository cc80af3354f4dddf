/// <reference lib="dom" />
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withCodec } from '../src-main/images/codec.ts';
import { AppPage, sample } from '../test/e2e/app-page.ts';
import { ROOT } from './shipped-network.ts';

/** `npm run screenshots`: pictures of the window for the documentation, docs/screenshots/. */
const FOLDER = join(ROOT, 'docs/screenshots');

async function main(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await withWindow('light', async (window) => {
    await editor(window, 'light');
    await window.page.getByRole('button', { name: 'Mask', exact: true }).click();
    await shot(window, 'mask-menu-light');
    await window.page.keyboard.press('Escape');
    await dialog(window, '?', 'shortcuts-light');
    await run(window);
  });
  await withWindow('dark', async (window) => {
    await editor(window, 'dark');
    await dialog(window, 'Control+,', 'settings-dark');
    await dialog(window, 'Control+k', 'palette-dark', 'mask');
    await otherViews(window);
  });
}

async function withWindow(theme: 'light' | 'dark', work: (window: AppPage) => Promise<void>): Promise<void> {
  const window = await AppPage.open({ context: { colorScheme: theme, viewport: { width: 1280, height: 800 } } });
  // A run takes a while on a machine that does other things.
  window.context.setDefaultTimeout(180_000);
  try {
    await work(window);
  } finally {
    await window.close();
  }
}

async function editor(window: AppPage, theme: string): Promise<void> {
  const { page } = window;
  await page.getByRole('heading', { name: 'Open a picture to restore' }).waitFor();
  if (theme === 'light') await shot(window, 'empty-light');
  await window.openPictures(sample('chelsea-scratched.png'));
  await window.command('Suggest a mask');
  const notice = page.getByText(/A proposal has been added/).first();
  await notice.waitFor();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await window.paint([0.62, 0.3], [0.66, 0.34]);
  await shot(window, `editor-${theme}`);
}

async function dialog(window: AppPage, keys: string, name: string, typed = ''): Promise<void> {
  const { page } = window;
  await page.keyboard.press(keys);
  await page.keyboard.type(typed);
  await shot(window, name);
  await page.keyboard.press('Escape');
  // Escape empties a search field first.
  if (await page.getByRole('dialog').isVisible()) await page.keyboard.press('Escape');
}

async function run(window: AppPage): Promise<void> {
  const { page } = window;
  await page.keyboard.press('Control+Enter');
  await page.getByText(/step [3-9] of/).waitFor();
  await shot(window, 'live-light');
  await page.getByRole('button', { name: 'Save', exact: true }).waitFor();
  await shot(window, 'result-light');
}

async function otherViews(window: AppPage): Promise<void> {
  for (const view of ['CT', 'Batch', 'Learn']) {
    await window.page.getByRole('button', { name: view, exact: true }).click();
    await window.page.waitForTimeout(1500);
    await shot(window, `${view.toLowerCase()}-dark`);
  }
}

async function shot({ page }: AppPage, name: string): Promise<void> {
  // Frames that are due, and pictures that are being drawn.
  await page.waitForTimeout(300);
  const taken = await page.screenshot();
  // 256 colours: a third of the size, and nothing that anybody would miss.
  const small = await withCodec((codec) =>
    codec.Image.newFromBuffer(taken).pngsaveBuffer({ palette: true, Q: 90, effort: 8, compression: 9 }),
  );
  await writeFile(join(FOLDER, `${name}.png`), small);
  process.stdout.write(`docs/screenshots/${name}.png\n`);
}

await main();
