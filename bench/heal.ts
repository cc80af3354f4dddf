/// <reference lib="dom" />
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { AppPage } from '../test/e2e/app-page.ts';
import { generatedPicture, HEIGHT, setBrush, WIDTH } from './large-photograph.ts';
import { median, table, writeSection } from './report.ts';

const STROKES = 7;

/** `npm run bench -- heal`: from the release of a healing stroke on 24 megapixels until its pixels are on the screen. */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'langevin-bench-'));
  const path = join(folder, 'photo.jpg');
  await writeFile(path, await generatedPicture());
  const window = await AppPage.open({ context: { viewport: { width: 1600, height: 1000 } } });
  window.context.setDefaultTimeout(300_000);
  try {
    const { page } = window;
    await window.openPictures(path);
    await page.keyboard.press('j');
    await window.command('1:1, actual pixels');
    const rows: (string | number)[][] = [];
    for (const [name, size, length, refines] of [
      ['speck, 16 px', 16, 0, false],
      ['scratch, 8 × 300 px', 8, 300, false],
      ['blob, 48 × 96 px', 48, 48, false],
      ['scratch, 8 × 300 px, others being refined', 8, 300, true],
    ] as const) {
      await page.getByRole('checkbox', { name: 'Refine' }).setChecked(refines);
      await setBrush(page, size);
      const times: number[] = [];
      for (let i = 0; i < STROKES; i++) times.push(await healStroke(page, i, length));
      const sorted = times.toSorted((a, b) => a - b);
      rows.push([name, Math.round(sorted[0]), Math.round(median(times)), Math.round(sorted.at(-1) ?? 0)]);
    }
    await writeSection(
      'heal',
      [
        '## Healing on 24 megapixels',
        '',
        `\`npm run bench -- heal\`: milliseconds from the release of a stroke of the healing brush until its pixels are drawn, in headless Chromium, picture ${WIDTH} × ${HEIGHT} (JPEG), fill *Automatic*, ${STROKES} strokes each in new places; ${cpus().length} processors, load average ${loadavg()[0].toFixed(1)}.`,
        '',
        table(['Stroke', 'Least', 'Median', 'Most'], rows),
      ].join('\n'),
    );
  } finally {
    await window.close();
    await rm(folder, { recursive: true });
  }
}

/** Paints a stroke with pointer events made in the page and waits for the frame after its pixels have come. */
function healStroke(page: Page, index: number, length: number): Promise<number> {
  return page.getByTestId('mask-canvas').evaluate(
    async (element, [index, length]) => {
      const box = element.getBoundingClientRect();
      const [x, y] = [box.x + 60 + (index % 4) * 90, box.y + 60 + Math.floor(Math.random() * (box.height - 160))];
      const send = (type: string, at: number): void => {
        element.dispatchEvent(
          new PointerEvent(type, {
            pointerId: 1,
            pointerType: 'mouse',
            buttons: type === 'pointerup' ? 0 : 1,
            bubbles: true,
            cancelable: true,
            clientX: x + at,
            clientY: y + at / 4,
          }),
        );
      };
      element.setPointerCapture = () => undefined;
      send('pointerdown', 0);
      for (let step = 1; step <= 10; step++) send('pointermove', (length * step) / 10);
      const released = performance.now();
      send('pointerup', length);
      const isFilled = (): boolean =>
        document.querySelector<HTMLElement>('[data-testid="healed"]')?.dataset['filling'] === '0';
      // The strokes before it are filled: it is this one that counts.
      await new Promise(requestAnimationFrame);
      while (!isFilled()) await new Promise((resolve) => setTimeout(resolve, 1));
      await new Promise(requestAnimationFrame);
      return performance.now() - released;
    },
    [index, length] as const,
  );
}

await main();
