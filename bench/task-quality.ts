import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRestoreOptions } from '../src-main/contract/restore-options.ts';
import { decodePicture } from '../src-main/images/decode.ts';
import { restore } from '../src-main/restore/restore.ts';
import { simulateDamage } from '../src-main/restore/simulate.ts';
import type { Picture } from '../src-main/tensor/picture.ts';
import { SHARED_DATA, shippedNetwork } from './shipped-network.ts';

/** Central square of the first pictures that are used, and how many. */
const CROP = 128;
const PICTURES = 4;

/** Tasks with the damage of the table. */
const damages = [
  { task: 'denoise', noise: 25 },
  { task: 'deblur', blurSigma: 1.6, noise: 2 },
  { task: 'super-resolve', scale: 4 },
  { task: 'colorize' },
] as const;

/** Solver and levels; absent: the task's default. */
const solvers = [{}, { solver: 'ddrm', steps: 20 }, { solver: 'diffpir', steps: 30 }, { solver: 'daps', steps: 30 }];

/**
 * Prints the table task × solver of the mean PSNR over whole pictures, network passes (a gradient counts three) and
 * seconds a picture, as markdown, for the section "Tasks" of docs/benchmarks.md.
 */
export async function taskQuality(): Promise<void> {
  const folder = join(SHARED_DATA, 'val-photos');
  const network = await shippedNetwork('photo');
  const files = (await readdir(folder)).sort().slice(0, PICTURES);
  const truths = await Promise.all(
    files.map(async (file) => centre(await decodePicture(new Uint8Array(await readFile(join(folder, file))), file))),
  );
  console.log('| task | solver | passes | PSNR | seconds |\n| --- | --- | --- | --- | --- |');
  for (const damage of damages) {
    for (const solver of solvers) {
      const options = parseRestoreOptions({ ...damage, ...solver });
      const total = { psnr: 0, seconds: 0, passes: 0, name: '' };
      for (const truth of truths) {
        const picture = simulateDamage({ picture: truth, options });
        const run = restore({ picture, options }, network, { now: () => performance.now() });
        for (;;) {
          const next = await run.next();
          if (next.done) {
            total.seconds += next.value.seconds / truths.length;
            total.passes = next.value.nfe + 2 * next.value.vjps;
            total.name = next.value.solver;
            break;
          }
          if (next.value.type === 'sample') total.psnr += psnr(next.value.picture, truth) / truths.length;
        }
      }
      const { name, passes, seconds } = total;
      console.log(`| ${damage.task} | ${name} | ${passes} | ${total.psnr.toFixed(2)} | ${seconds.toFixed(1)} |`);
    }
  }
  await network.dispose();
}

function psnr(a: Picture, b: Picture): number {
  let squares = 0;
  b.data.forEach((value, i) => (squares += (value - a.data[i]) ** 2));
  return 10 * Math.log10((255 ** 2 * b.data.length) / squares);
}

function centre({ width, height, data, ...rest }: Picture): Picture {
  const left = (width - CROP) >> 1;
  const top = (height - CROP) >> 1;
  const out = new Uint8Array(CROP * CROP * 3);
  for (let y = 0; y < CROP; y++) {
    const start = ((top + y) * width + left) * 3;
    out.set(data.subarray(start, start + CROP * 3), y * CROP * 3);
  }
  return { ...rest, width: CROP, height: CROP, mode: 'rgb', bitDepth: 8, data: out, metadata: { orientation: 1 } };
}
