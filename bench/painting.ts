/// <reference lib="dom" />
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppPage } from '../test/e2e/app-page.ts';
import { generatedPicture, HEIGHT, setBrush, WIDTH } from './large-photograph.ts';
import { leastDisturbed, STROKES, type Stroke } from './painted-stroke.ts';
import { median, table, writeSection } from './report.ts';

const FRAME_MS = 1000 / 60;
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
