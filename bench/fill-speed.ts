import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseRestoreOptions } from '../src-main/contract/restore-options.ts';
import { decodePicture } from '../src-main/images/decode.ts';
import type { ScoreNetwork } from '../src-main/prior/score-network.ts';
import { fillPicture } from '../src-main/restore/fill-picture.ts';
import { restore } from '../src-main/restore/restore.ts';
import type { TunedSolver } from '../src-main/restore/tuned.ts';
import type { Picture } from '../src-main/tensor/picture.ts';
import { RandomGenerator } from '../src-main/tensor/random.ts';
import { damages } from './damage.ts';
import { median, table, writeSection } from './report.ts';
import { ROOT, shippedNetwork } from './shipped-network.ts';

/**
 * `npm run bench -- fill-speed`: seconds of fills and of the default on decoded pictures, for the goals of docs/fills.md. Large
 * pictures are the sample picture, mirrored side by side, so that no other data is needed.
 */
const sample = await readSample('chelsea.png');
const network = await shippedNetwork('photo');
const rows: (string | number)[][] = [];
const add = (name: string, goal: string, { seconds, cpu, passes }: Measured): void => {
  rows.push([name, goal, seconds.toFixed(2), cpu.toFixed(2), passes === undefined ? '–' : passes.toFixed(0)]);
  process.stderr.write(`${name}: ${seconds.toFixed(2)} s, processors ${cpu.toFixed(2)} s\n`);
};

const square = mirrored(sample, 256, 256);
add('fill, hole of 48 × 48 in 256²', '≤ 0.4', await fillSeconds(square, holes(256, 256, [[104, 104, 48]]), 5));

const [wide, high] = [6000, 4000];
const large = mirrored(sample, wide, high);
const random = new RandomGenerator(12);
const specks = Array.from({ length: 200 }, (): [number, number, number] => [
  40 + Math.floor(random.uniform() * (wide - 80)),
  40 + Math.floor(random.uniform() * (high - 80)),
  4 + Math.floor(random.uniform() * 8),
]);
add('fill, 200 specks of 4–11 px in 24 MP', '≤ 3', await fillSeconds(large, holes(wide, high, specks), 3));

const speck = holes(wide, high, [[3000, 2000, 10]]);
add('balanced, speck in 24 MP', '≤ 3', await restoreSeconds(large, speck, network, 3));

const crop = mirrored(sample, 192, 192);
const crossed = damages.scratch(192, 192, new RandomGenerator(2026, 0, 0));
add('balanced, scratches in 192²', '≤ 0.8', await restoreSeconds(crop, crossed, network, 5));

const mask = await sampleMask();
const damaged = await readSample('chelsea-scratched.png');
const before: TunedSolver = {
  solver: 'mmps',
  settings: { predictor: 'renoise', steps: 15, sigmaMax: 1, sigmaMin: 0.03, eta: 1, method: { iterations: 1 } },
};
const old = await restoreSeconds(damaged, mask, network, 1, before);
const now = await restoreSeconds(damaged, mask, network, 3);
add('sample picture, default before presets (MMPS)', '–', old);
add('balanced, sample picture', `≤ ${(old.seconds / 3).toFixed(1)}, ≤ 20 passes`, now);

const scan = mirrored(sample, 3000, 2000);
add('fill, four scratches across 6 MP', '–', await fillSeconds(scan, fourScratches(3000, 2000), 1));
add('balanced, four scratches across 6 MP', '≤ 60', await restoreSeconds(scan, fourScratches(3000, 2000), network, 1));
await network.dispose();

await writeSection(
  'fill-speed',
  `## Speed of fills

\`npm run bench -- fill-speed\`: seconds on decoded pictures, medians, the photo network on two threads; passes a window, one with a
gradient counts 3. *Processors* is the time of both together. Load average ${loadavg()[0].toFixed(1)} at the end. Specks at seed 12, scratches at seed 2026.

${table(['what', 'goal, s', 's', 'processors, s', 'passes'], rows)}`,
);

async function readSample(name: string): Promise<Picture> {
  return decodePicture(new Uint8Array(await readFile(join(ROOT, 'resources/samples', name))), name);
}

async function sampleMask(): Promise<Uint8Array> {
  const { data, width, height } = await readSample('chelsea-mask.png');
  const channels = data.length / (width * height);
  return Uint8Array.from({ length: width * height }, (_, i) => (data[i * channels] > 127 ? 1 : 0));
}

/** A picture of another size, made of mirror images of a picture side by side. */
function mirrored(picture: Picture, width: number, height: number): Picture {
  const fold = (i: number, n: number): number => (i % (2 * n) < n ? i % (2 * n) : 2 * n - 1 - (i % (2 * n)));
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = fold(y, picture.height) * picture.width;
    for (let x = 0; x < width; x++) {
      const from = 3 * (row + fold(x, picture.width));
      for (let c = 0; c < 3; c++) data[3 * (y * width + x) + c] = picture.data[from + c];
    }
  }
  return { width, height, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } };
}

/** Squares of x, y, side. */
function holes(width: number, height: number, squares: readonly (readonly [number, number, number])[]): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (const [x, y, side] of squares) {
    for (let row = y; row < y + side; row++) mask.fill(1, row * width + x, row * width + x + side);
  }
  return mask;
}

/** Four crooked lines 4 pixels wide from edge to edge, two across and two diagonally. */
function fourScratches(width: number, height: number): Uint8Array {
  const mask = new Uint8Array(width * height);
  const lines = [
    [0, 0.2, 1, 0.35],
    [0, 0.7, 1, 0.6],
    [0, 0, 1, 1],
    [1, 0.05, 0, 0.95],
  ];
  for (const [x0, y0, x1, y1] of lines) {
    for (let step = 0; step <= 2 * width; step++) {
      const t = step / (2 * width);
      const x = Math.round((x0 + (x1 - x0) * t) * (width - 5));
      const y = Math.round((y0 + (y1 - y0) * t) * (height - 25) + 10 + 8 * Math.sin(40 * t));
      for (let row = y; row < y + 4; row++) mask.fill(1, row * width + x, row * width + x + 4);
    }
  }
  return mask;
}

/** Of a round: seconds, and those of both processors together, which other programs disturb less. */
interface Measured {
  readonly seconds: number;
  readonly cpu: number;
  /** Network evaluations of a window, one with a gradient counted as three. */
  readonly passes?: number | undefined;
}

/** Medians over the rounds. */
async function measured(rounds: number, work: () => Promise<number | undefined>): Promise<Measured> {
  const seconds: number[] = [];
  const cpu: number[] = [];
  let passes: number | undefined;
  for (let round = 0; round < rounds; round++) {
    const [start, before] = [performance.now(), process.cpuUsage()];
    passes = await work();
    const { user, system } = process.cpuUsage(before);
    seconds.push((performance.now() - start) / 1000);
    cpu.push((user + system) / 1e6);
  }
  return { seconds: median(seconds), cpu: median(cpu), passes };
}

function fillSeconds(picture: Picture, mask: Uint8Array, rounds: number): Promise<Measured> {
  return measured(rounds, async () => {
    await fillPicture({ picture, mask, seed: 1 });
    return undefined;
  });
}

function restoreSeconds(
  picture: Picture,
  mask: Uint8Array,
  network: ScoreNetwork,
  rounds: number,
  tuned?: TunedSolver,
): Promise<Measured> {
  const options = parseRestoreOptions({ task: 'inpaint', seed: 1 });
  const host = { now: () => performance.now(), ...(tuned === undefined ? {} : { tuned: { inpaint: [tuned] } }) };
  return measured(rounds, async () => {
    const run = restore({ picture, mask, options }, network, host);
    for (;;) {
      const next = await run.next();
      if (next.done) return (next.value.nfe + 2 * next.value.vjps) / next.value.windows;
    }
  });
}
