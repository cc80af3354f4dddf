import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRestoreOptions } from '../src-main/contract/restore-options.ts';
import { decodePicture } from '../src-main/images/decode.ts';
import { restore } from '../src-main/restore/restore.ts';
import type { Picture } from '../src-main/tensor/picture.ts';
import { RandomGenerator } from '../src-main/tensor/random.ts';
import { zeros } from '../src-main/tensor/tensor.ts';
import { fillLook } from './picture-quality.ts';
import { median, table, writeSection } from './report.ts';
import { SHARED_DATA, shippedNetwork } from './shipped-network.ts';

/**
 * `npm run bench -- grain`: whether a wide crack across a grainy picture leaves a smooth band. Grain of 9 of 255, a little
 * soft, as film's, on the validation photographs; a crooked crack 14 pixels wide from top to bottom.
 */
const SIDE = 256;
const WIDTH = 14;
const network = await shippedNetwork('photo');
const looks: Record<string, number[]> = { instant: [], balanced: [] };
const folder = join(SHARED_DATA, 'val-photos');
for (const [k, name] of (await readdir(folder))
  .filter((file) => file.endsWith('.png'))
  .sort()
  .entries()) {
  const grainy = withFilmGrain(await decodePicture(await readFile(join(folder, name)), name), k);
  for (const preset of ['instant', 'balanced'] as const) {
    const options = parseRestoreOptions({ task: 'inpaint', preset });
    const run = restore({ picture: grainy, mask: crack(), options }, network, { now: () => performance.now() });
    for await (const event of run) {
      if (event.type === 'sample') looks[preset].push(fillLook(event.picture, grainy, crack()).detail);
    }
  }
}
await network.dispose();
await writeSection(
  'grain',
  `Energy of fine detail in a crack ${WIDTH} pixels wide ÷ the truth's, on ${looks.instant.length} validation photographs (${SIDE}²) with film grain of 9
of 255 (goal .7 to 1.4; \`npm run bench -- grain\`):

${table(
  ['preset', 'median', 'least', 'most'],
  Object.entries(looks).map(([preset, values]) => [
    preset,
    ...[median(values), Math.min(...values), Math.max(...values)].map((value) => value.toFixed(2)),
  ]),
)}`,
  'docs/fills.md',
);

/** The middle of a picture with grain of its own seed. */
function withFilmGrain({ width, height, data }: Picture, seed: number): Picture {
  const random = new RandomGenerator(5, seed);
  const grain = zeros([1, 1, SIDE, SIDE]);
  const raw = Float32Array.from({ length: SIDE * SIDE }, () => random.normal());
  for (let i = 0; i < raw.length; i++) {
    let [sum, squares] = [0, 0];
    for (const [step, weight] of [
      [0, 1],
      [-1, 0.4],
      [1, 0.4],
      [-SIDE, 0.4],
      [SIDE, 0.4],
    ]) {
      sum += weight * (raw[i + step] ?? 0);
      squares += weight * weight;
    }
    grain.data[i] = (9 * sum) / Math.sqrt(squares);
  }
  const [left, top] = [(width - SIDE) >> 1, (height - SIDE) >> 1];
  const out = Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, at) => {
    const i = Math.floor(at / 3);
    const from = (top + Math.floor(i / SIDE)) * width + left + (i % SIDE);
    return Math.max(0, Math.min(255, Math.round(data[3 * from + (at % 3)] + grain.data[i])));
  });
  return { width: SIDE, height: SIDE, mode: 'rgb', bitDepth: 8, data: out, metadata: { orientation: 1 } };
}

function crack(): Uint8Array {
  const mask = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    const x = Math.round(0.3 * SIDE + 0.4 * y + 6 * Math.sin(y / 17));
    mask.fill(1, y * SIDE + x, y * SIDE + x + WIDTH);
  }
  return mask;
}
