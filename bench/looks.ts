import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRestoreOptions, type Damage } from '../src-main/contract/restore-options.ts';
import { decodePicture } from '../src-main/images/decode.ts';
import { encodePicture } from '../src-main/images/encode.ts';
import { simulateDamage } from '../src-main/restore/simulate.ts';
import { RandomGenerator } from '../src-main/tensor/random.ts';
import type { Picture } from '../src-main/tensor/picture.ts';
import { damages } from './damage.ts';
import { resized } from './resized.ts';
import { ROOT } from './shipped-network.ts';

/** What each damage looks like, for docs/compound.md: docs/images/looks.png, in rows of four. */
const SIDE = 112;
const SHOWN = 2 * SIDE;
const GAP = 6;
const COLUMNS = 4;

const LOOKS: readonly Damage[] = [
  {},
  { jpeg: 12 },
  { blur: 2.2 },
  { blur: { kind: 'motion', length: 12, angle: 30 } },
  { blur: { kind: 'disk', radius: 4 } },
  { noise: 18 },
  { noise: { kind: 'poisson', slope: 2.5, sigma: 2 } },
  { noise: { kind: 'grain', sigma: 16, size: 1.1 } },
  { fading: { gain: [0.62, 0.55, 0.42], offset: [62, 52, 44] } },
  { scale: 4 },
  { grey: true },
];

const sharp = await crop();
const tiles = LOOKS.map((damage) => {
  if (Object.keys(damage).length === 0) return sharp;
  return simulateDamage({ picture: sharp, options: parseRestoreOptions({ task: 'compound', damage, seed: 5 }) });
});
const width = COLUMNS * (SHOWN + GAP) - GAP;
const rows = Math.ceil((tiles.length + 1) / COLUMNS);
const sheet = new Uint8Array(3 * width * (rows * (SHOWN + GAP) - GAP)).fill(255);
[...tiles, scratched(sharp)].forEach((tile, i) => put(tile, i % COLUMNS, Math.floor(i / COLUMNS)));
const picture = { width, height: rows * (SHOWN + GAP) - GAP, mode: 'rgb', bitDepth: 8, data: sheet } as const;
await writeFile(
  join(ROOT, 'docs/images/looks.png'),
  await encodePicture({ ...picture, metadata: { orientation: 1 } }, { format: 'png' }),
);

/** The eye of the cat. */
async function crop(): Promise<Picture> {
  const path = join(ROOT, 'resources/samples/chelsea.png');
  const whole = await decodePicture(await readFile(path), path);
  const [left, top] = [150, 80];
  const data = Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return whole.data[((top + Math.floor(pixel / SIDE)) * whole.width + left + (pixel % SIDE)) * 3 + (i % 3)];
  });
  return { width: SIDE, height: SIDE, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } };
}

function scratched(tile: Picture): Picture {
  const mask = new Uint8Array(SIDE * SIDE);
  for (const seed of [1, 4]) {
    damages.scratch(SIDE, SIDE, new RandomGenerator(seed)).forEach((value, i) => (mask[i] = Math.max(mask[i], value)));
  }
  return { ...tile, data: tile.data.map((value, i) => (mask[Math.floor(i / 3)] === 0 ? value : 238)) };
}

function put(tile: Picture, column: number, row: number): void {
  const { data } = resized(tile, SHOWN, 'nearest');
  const stride = tile.mode === 'gray' ? 1 : 3;
  for (let y = 0; y < SHOWN; y++) {
    for (let x = 0; x < SHOWN; x++) {
      const to = ((row * (SHOWN + GAP) + y) * width + column * (SHOWN + GAP) + x) * 3;
      for (let c = 0; c < 3; c++) sheet[to + c] = data[(y * SHOWN + x) * stride + (stride === 1 ? 0 : c)];
    }
  }
}
