/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppPage } from '../test/e2e/app-page.ts';
import { generatedPicture, HEIGHT, setBrush, WIDTH } from './large-photograph.ts';
import { leastDisturbed } from './painted-stroke.ts';
import { median, table, writeSection } from './report.ts';
import { withinTime } from './within-time.ts';

/** Documents that are open at once. */
const DOCUMENTS = 10;
/** First pages, each in a browser and with a program of its own. */
const STARTS = 3;

/**
 * `npm run bench -- app`: what people wait for and what the page needs. The time until the first page can be used, until a
 * picture of 24 megapixels is on the screen, frames while painting on it with all panels open, and the memory of the
 * page with ten of them.
 */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'langevin-bench-'));
  const paths = Array.from({ length: DOCUMENTS }, (_, i) => join(folder, `photo-${i + 1}.jpg`));
  await writeFile(paths[0], await generatedPicture());
  for (const path of paths.slice(1)) await copyFile(paths[0], path);
  const first: number[] = [];
  for (let i = 0; i < STARTS; i++) first.push(await withinTime(`first page ${i + 1}`, firstPage()));
  const window = await withinTime('the page of the measurements', openPage());
  window.context.setDefaultTimeout(240_000);
  try {
    const { page } = window;
    await page.locator('[data-action="open"]').first().waitFor();
    const opening = await withinTime('opening the first picture', openedAfter(window, paths[0]));
    await window.command('Film strip');
    await page.getByText('Advanced', { exact: true }).click();
    const rows: (string | number)[][] = [];
    for (const [name, zoom] of [
      ['whole picture', 'Fit the picture'],
      ['1:1', '1:1, actual pixels'],
    ] as const) {
      await window.command(zoom);
      await setBrush(page, 200);
      const { intervals } = await withinTime(`painting, ${name}`, leastDisturbed(page));
      const total = intervals.reduce((sum, interval) => sum + interval, 0);
      rows.push([
        `painting, ${name}, all panels open`,
        `${((1000 * intervals.length) / total).toFixed(1)} fps`,
        '≥ 55 fps',
      ]);
      await window.command('Clear the mask');
    }
    for (const path of paths.slice(1)) await withinTime(`opening ${path}`, openedAfter(window, path));
    const memory = await withinTime('the memory of the page', pageMemory(window));
    await writeSection(
      'app',
      [
        '## The app: waiting and memory',
        '',
        `\`npm run bench -- app\`: headless Chromium without a graphics card, window 1600 × 1000, pictures of ${WIDTH} × ${HEIGHT} (JPEG); ${cpus().length} processors, load average ${loadavg()[0].toFixed(1)}. The first page is the median of ${STARTS} fresh browsers, from the address to a button that works; *opening* is from the choice of the file (JPEG, a copy of it goes to the program) until all of the picture is there, on the canvas and ready to be painted. The memory is that of the page's process after a garbage collection (PSS of /proc, which counts shared pages in shares), with film strip and panels open and every picture looked at once.`,
        '',
        table(
          ['What', 'Measured', 'Goal'],
          [
            ['first usable page', `${(median(first) / 1000).toFixed(2)} s`, '≤ 1.5 s'],
            ['opening 24 megapixels', `${(opening / 1000).toFixed(2)} s`, '≤ 2.5 s'],
            ...rows,
            [`memory of the page, ${DOCUMENTS} pictures of 24 megapixels`, `${Math.round(memory)} MB`, '≤ 600 MB'],
          ],
        ),
      ].join('\n'),
    );
  } catch (error) {
    console.error(`The page has said: ${window.problems.join('; ') || 'nothing'}.`);
    throw error;
  } finally {
    await withinTime('the end of browser and program', window.close(), 30);
    await rm(folder, { recursive: true });
  }
}

function openPage(): Promise<AppPage> {
  return AppPage.open({ context: { viewport: { width: 1600, height: 1000 } } });
}

/** Milliseconds from the address until the picture button works, in a fresh browser; the program runs already. */
async function firstPage(): Promise<number> {
  const window = await openPage();
  try {
    await window.page.locator('[data-action="open"]').first().waitFor();
    await window.page.getByRole('button', { name: 'Scratches' }).waitFor();
    // The page counts from the beginning of its navigation.
    return await window.page.evaluate(() => performance.now());
  } finally {
    await window.close();
  }
}

/** Milliseconds from the choice of a file until its canvas has been drawn. */
async function openedAfter(window: AppPage, path: string): Promise<number> {
  const { page } = window;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const picker = page.waitForEvent('filechooser');
  await page.keyboard.press('Control+o');
  const chooser = await picker;
  const begun = performance.now();
  await chooser.setFiles(path);
  await page.getByRole('tab', { name, selected: true }).waitFor();
  await window.canvas.waitFor();
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(resolve));
      }),
  );
  return performance.now() - begun;
}

/** Megabytes of the process that the page is in. */
async function pageMemory({ browser, context, page }: AppPage): Promise<number> {
  const session = await context.newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await page.waitForTimeout(2000);
  await session.send('HeapProfiler.collectGarbage');
  const system = await browser.newBrowserCDPSession();
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => pssOf(id));
  return Math.max(...renderers);
}

function pssOf(pid: number): number {
  const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  return (Number(found?.[1] ?? 0) * 1024) / 1e6;
}

await main();
