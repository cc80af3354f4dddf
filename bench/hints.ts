import { parseRestoreOptions } from '../src-main/contract/restore-options.ts';
import type { ColourHints } from '../src-main/restore/request.ts';
import { restore, type PictureRequest } from '../src-main/restore/restore.ts';
import { simulateDamage } from '../src-main/restore/simulate.ts';
import { RandomGenerator } from '../src-main/tensor/random.ts';
import { channelCount, type Picture } from '../src-main/tensor/picture.ts';
import { psnr } from './picture-quality.ts';
import { table, writeSection } from './report.ts';
import { shippedNetwork } from './shipped-network.ts';
import { validationCrops } from './validation-crops.ts';

/**
 * Colourizing without and with colour hints: dabs of the true colour at a few places. LANGEVIN_BENCH_PICTURES is the number of
 * photographs [4].
 */
const SIDE = 256;
const PICTURES = Number(process.env['LANGEVIN_BENCH_PICTURES'] ?? 4);
const COUNTS = [0, 6, 24];
/** Of a dab, pixels. */
const RADIUS = 5;

const network = await shippedNetwork('photo');
const rows: (string | number)[][] = [];
const pictures = await validationCrops(PICTURES, SIDE);
for (const count of COUNTS) {
  const values: number[] = [];
  const errors: number[] = [];
  let passes = 0;
  for (const [index, truth] of pictures.entries()) {
    const grey = simulateDamage({ picture: truth, options: parseRestoreOptions({ task: 'colorize' }) });
    const hints = count === 0 ? undefined : dabs(truth, count, index);
    const { picture, nfe } = await colorized({ picture: grey, hints });
    values.push(psnr(picture, truth));
    errors.push(chromaError(picture, truth));
    passes = nfe;
  }
  rows.push([count, mean(values).toFixed(2), Math.min(...values).toFixed(2), mean(errors).toFixed(1), passes]);
  console.log(...rows.at(-1)!);
}
await network.dispose();
await writeSection(
  'hints',
  `\`npm run bench -- hints\`: ${SIDE}² of ${pictures.length} validation photographs without their colours, and dabs of the true colour, ${RADIUS}
pixels in radius, at random places. Chroma: root mean square error of Cb and Cr, 0…255; passes, a gradient counted as three.

${table(['dabs', 'PSNR, dB', 'worst', 'chroma error', 'passes'], rows)}`,
  'docs/recipes.md',
);

async function colorized(
  request: Pick<PictureRequest, 'picture' | 'hints'>,
): Promise<{ picture: Picture; nfe: number }> {
  const options = parseRestoreOptions({ task: 'colorize' });
  const run = restore({ ...request, options }, network, { now: () => performance.now() });
  let picture: Picture | undefined;
  for (;;) {
    const next = await run.next();
    if (next.done) return { picture: picture!, nfe: next.value.nfe + 2 * next.value.vjps };
    if (next.value.type === 'sample') ({ picture } = next.value);
  }
}

/** The true colours within small disks. */
function dabs({ width, height, data, mode }: Picture, count: number, seed: number): ColourHints {
  const random = new RandomGenerator(seed);
  const stride = channelCount(mode);
  const rgba = new Uint8Array(4 * width * height);
  for (let k = 0; k < count; k++) {
    const [cx, cy] = [random.uniform() * width, random.uniform() * height];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (Math.hypot(x - cx, y - cy) > RADIUS) continue;
        const at = y * width + x;
        rgba.set([...data.subarray(stride * at, stride * at + 3), 255], 4 * at);
      }
    }
  }
  return { width, height, rgba };
}

function chromaError(a: Picture, b: Picture): number {
  const stride = channelCount(b.mode);
  let sum = 0;
  for (let i = 0; i < b.data.length; i += stride) {
    const d = [0, 1, 2].map((c) => a.data[i + c] - b.data[i + c]);
    const luma = 0.299 * d[0] + 0.587 * d[1] + 0.114 * d[2];
    sum += (0.564 * (d[2] - luma)) ** 2 + (0.713 * (d[0] - luma)) ** 2;
  }
  return Math.sqrt((sum * stride) / (2 * b.data.length));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
