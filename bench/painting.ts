/// <reference lib="dom" />
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { AppPage } from '../test/e2e/app-page.ts';
import { generatedPicture, HEIGHT, setBrush, WIDTH } from './large-photograph.ts';
import { median, table, writeSection } from './report.ts';

const FRAME_MS = 1000 / 60;
const STROKES = 4;

/** What the page measured of one stroke. */
interface Stroke {
  /** Between successive frames, milliseconds. */
  readonly intervals: readonly number[];
  /** Spent in scripts of a frame: input, painting the mask, drawing. */
  readonly work: readonly number[];
}

/**
 * Frame times while strokes are painted on a 24-megapixel picture, in the real window: the pointer moves once a frame,
 * as fast as a hand, over the whole width.
 */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'langevin-bench-'));
  const path = join(folder, 'photo.jpg');
  await writeFile(path, await generatedPicture());
  const window = await AppPage.open({ context: { viewport: { width: 1600, height: 1000 } } });
  try {
    const opening = performance.now();
    window.context.setDefaultTimeout(120_000);
    await window.openPictures(path);
    const opened = performance.now() - opening;
    const rows: (string | number)[][] = [];
    for (const [name, zoom] of [
      ['whole picture', 'Fit the picture'],
      ['1:1', '1:1, actual pixels'],
    ]) {
      await window.command(zoom);
      for (const size of [24, 200, 1000]) {
        await setBrush(window.page, size);
        rows.push([name, size, ...summary(await leastDisturbed(window.page))]);
        await window.command('Clear the mask');
      }
    }
    await writeSection(
      'painting',
      [
        '## Painting on 24 megapixels',
        '',
        `\`npm run bench -- painting\`: frames of the editor in headless Chromium without a graphics card (everything is drawn by the processor), window 1600 × 1000, picture ${WIDTH} × ${HEIGHT}, one pointer event a frame across the canvas. *Work* is the time of all scripts of a frame (pointer event, painting the mask, drawing the canvases); *late* are frames that came more than half a frame after their turn. Of ${STROKES} strokes of 180 frames each, the least disturbed by other programs (load average ${loadavg()[0].toFixed(1)}). The picture was open ${(opened / 1000).toFixed(1)} s after it was chosen.`,
        '',
        table(
          ['View', 'Brush, px', 'Frame, median ms', 'Frame, 95 % ms', 'Late, %', 'Work, median ms', 'Work, 95 % ms'],
          rows,
        ),
      ].join('\n'),
    );
  } finally {
    await window.close();
    await rm(folder, { recursive: true });
  }
}

/** Of several strokes the one whose frames other programs held up least; the first also makes the surfaces. */
async function leastDisturbed(page: Page): Promise<Stroke> {
  const strokes: Stroke[] = [];
  for (let i = 0; i < STROKES; i++) strokes.push(await paintStroke(page));
  const total = ({ intervals }: Stroke): number => intervals.reduce((sum, interval) => sum + interval, 0);
  return strokes.reduce((best, stroke) => (total(stroke) < total(best) ? stroke : best));
}

/** Paints a wave across the canvas with pointer events made in the page, so that the driver's own pace does not count. */
async function paintStroke(page: Page): Promise<Stroke> {
  return page.getByTestId('mask-canvas').evaluate(async (element) => {
    const FRAMES = 180;
    const box = element.getBoundingClientRect();
    const intervals: number[] = [];
    const work: number[] = [];
    const send = (type: string, step: number): void => {
      const share = step / FRAMES;
      element.dispatchEvent(
        new PointerEvent(type, {
          pointerId: 1,
          pointerType: 'mouse',
          buttons: type === 'pointerup' ? 0 : 1,
          bubbles: true,
          cancelable: true,
          clientX: box.x + box.width * (0.05 + 0.9 * share),
          clientY: box.y + box.height * (0.5 + 0.35 * Math.sin(share * 20)),
        }),
      );
    };
    // There is no real pointer to be captured.
    element.setPointerCapture = () => undefined;
    const request = globalThis.requestAnimationFrame.bind(globalThis);
    let spent = 0;
    const timed = (part: () => void): void => {
      const begun = performance.now();
      part();
      spent += performance.now() - begun;
    };
    // The editor draws in the callbacks of its own.
    globalThis.requestAnimationFrame = (callback) => request((time) => timed(() => callback(time)));
    const frame = (): Promise<number> => new Promise((resolve) => request(resolve));
    let last = await frame();
    send('pointerdown', 0);
    for (let step = 1; step <= FRAMES; step++) {
      timed(() => send('pointermove', step));
      const now = await frame();
      intervals.push(now - last);
      work.push(spent);
      last = now;
      spent = 0;
    }
    globalThis.requestAnimationFrame = request;
    send('pointerup', FRAMES);
    return { intervals, work };
  });
}

function summary({ intervals, work }: Stroke): number[] {
  const late = intervals.filter((interval) => interval > 1.5 * FRAME_MS).length;
  const rounded = (value: number): number => Math.round(value * 10) / 10;
  return [
    rounded(median(intervals)),
    rounded(share(intervals, 0.95)),
    Math.round((100 * late) / intervals.length),
    rounded(median(work)),
    rounded(share(work, 0.95)),
  ];
}

/** The value that a share of all lie below. */
function share(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(part * values.length))];
}

await main();
