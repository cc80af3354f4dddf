import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRestoreOptions } from '../src-main/contract/restore-options.ts';
import { decodePicture } from '../src-main/images/decode.ts';
import { deviationOptions } from '../src-main/restore/calibrated.ts';
import { intervalFactor } from '../src-main/restore/posterior.ts';
import { CALIBRATED } from '../src-main/restore/calibrated.ts';
import { estimateNoise } from '../src-main/restore/noise-level.ts';
import { readTensor } from '../src-main/restore/picture-tensor.ts';
import { restore } from '../src-main/restore/restore.ts';
import type { PictureRequest, RestoreHost } from '../src-main/restore/request.ts';
import type { Picture } from '../src-main/tensor/picture.ts';
import { RandomGenerator } from '../src-main/tensor/random.ts';
import { writeSection, table } from './report.ts';
import { ROOT, SHARED_DATA, shippedNetwork } from './shipped-network.ts';

/**
 * What the deviation of real pictures is worth: its root mean square over the error of the calibrated samples' mean, and how
 * often the truth lies in intervals of a given probability (docs/uncertainty.md). And how well the noise is estimated.
 */
const SAMPLES = Number(process.env['LANGEVIN_BENCH_SAMPLES'] ?? 4);
const SIDE = 128;
const PICTURES = Number(process.env['LANGEVIN_BENCH_PICTURES'] ?? 3);

const network = await shippedNetwork('photo');
const folder = join(SHARED_DATA, 'val-photos');
const names = (await readdir(folder)).filter((name) => /\.(png|jpe?g)$/i.test(name)).sort();

async function crop(name: string, side: number): Promise<Picture> {
  const picture = await decodePicture(await readFile(join(folder, name)), name);
  const [left, top] = [(picture.width - side) >> 1, (picture.height - side) >> 1];
  const data = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    const from = 3 * ((top + y) * picture.width + left);
    data.set(picture.data.subarray(from, from + 3 * side), 3 * y * side);
  }
  return { width: side, height: side, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } };
}

/** Lines of 3 pixels; 5 × 7 letters; scattered pixels. */
const masks: Readonly<Record<string, (random: RandomGenerator) => Uint8Array>> = {
  scratch: (random) => {
    const mask = new Uint8Array(SIDE * SIDE);
    for (let k = 0; k < 5; k++) {
      let [x, slope] = [SIDE * random.uniform(), random.uniform() - 0.5];
      for (let y = 0; y < SIDE; y++) {
        x += slope;
        for (let d = -1; d <= 1; d++) {
          const at = Math.round(x) + d;
          if (at >= 0 && at < SIDE) mask[y * SIDE + at] = 1;
        }
      }
    }
    return mask;
  },
  text: (random) => {
    const mask = new Uint8Array(SIDE * SIDE);
    for (let top = 8; top + 14 < SIDE; top += 22) {
      for (let left = 6; left + 10 < SIDE; left += 13) {
        for (let y = 0; y < 14; y++) {
          for (let x = 0; x < 10; x++) {
            const isStroke = (x >> 1) % 4 === 0 ? random.uniform() < 0.9 : (y >> 1) % 3 === 0 && random.uniform() < 0.9;
            if (isStroke) mask[(top + y) * SIDE + left + x] = 1;
          }
        }
      }
    }
    return mask;
  },
  random: (random) => Uint8Array.from({ length: SIDE * SIDE }, () => (random.uniform() < 0.5 ? 1 : 0)),
};

/** All samples of a run in one array each. */
async function samplesOf(request: PictureRequest, host: Partial<RestoreHost>): Promise<Picture[]> {
  const run = restore(request, network, { now: () => performance.now(), companions: false, ...host });
  const pictures: Picture[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done) return pictures;
    if (next.value.type === 'sample') pictures.push(next.value.picture);
  }
}

interface Row {
  readonly label: string;
  readonly error: number;
  readonly spread: number;
  readonly defaultSpread: number;
  readonly defaultError: number;
}

/** Probabilities of the intervals, and of how many values the truth lay within. */
const probabilities = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const hits = { calibrated: probabilities.map(() => 0), samples: probabilities.map(() => 0) };
let counted = 0;

/** Rank of the truth among the samples as a share: uniform when the samples are draws of the posterior. */
function note(kind: keyof typeof hits, values: readonly number[], truth: number, random: RandomGenerator): void {
  const below = values.filter((value) => value < truth).length;
  const equal = values.filter((value) => value === truth).length;
  const rank = (below + random.uniform() * (equal + 1)) / (values.length + 1);
  probabilities.forEach((p, i) => {
    if (Math.abs(rank - 0.5) <= p / 2) hits[kind][i]++;
  });
}

const rows: Row[] = [];
for (const [label, draw] of Object.entries(masks)) {
  let [error, spread, defaultSpread, defaultError, count] = [0, 0, 0, 0, 0];
  for (const [k, name] of names.slice(0, PICTURES).entries()) {
    const random = new RandomGenerator(7, k);
    const picture = await crop(name, SIDE);
    const mask = draw(random);
    const options = parseRestoreOptions({ task: 'inpaint', samples: SAMPLES, seed: 1 });
    const usual = await samplesOf({ picture, mask, options }, {});
    const own = await samplesOf({ picture, mask, options: deviationOptions(options, network)! }, { tuned: CALIBRATED });
    for (let i = 0; i < picture.data.length; i++) {
      if (mask[Math.floor(i / 3)] === 0) continue;
      const truth = picture.data[i];
      for (const [kind, samples] of [
        ['calibrated', own],
        ['samples', usual],
      ] as const) {
        const values = samples.map(({ data }) => data[i]);
        const mean = values.reduce((sum, value) => sum + value, 0) / SAMPLES;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (SAMPLES - 1);
        // The mean of K samples is off by σ²/K more than the posterior's.
        const squared = (mean - truth) ** 2 - variance / SAMPLES;
        if (kind === 'calibrated') [error, spread] = [error + squared, spread + variance];
        else [defaultError, defaultSpread] = [defaultError + squared, defaultSpread + variance];
        note(kind, values, truth, random);
      }
      count++;
    }
    process.stderr.write(`${label}: ${name} done\n`);
  }
  counted += count;
  const root = (value: number): number => Math.sqrt(Math.max(0, value) / count);
  rows.push({
    label,
    error: root(error),
    spread: root(spread),
    defaultSpread: root(defaultSpread),
    defaultError: root(defaultError),
  });
}
await network.dispose();

const noises: (string | number)[][] = [];
for (const sigma of [0, 2, 5, 10, 15, 25, 50]) {
  const errors: number[] = [];
  for (const [k, name] of names.entries()) {
    const picture = await crop(name, 256);
    const { x } = readTensor(picture, undefined, { x: 0, y: 0, width: 256, height: 256 }, 1, 3);
    const random = new RandomGenerator(11, k);
    for (let i = 0; i < x.data.length; i++) x.data[i] += (sigma / 127.5) * random.normal();
    errors.push(127.5 * estimateNoise(x) - sigma);
  }
  const mean = errors.reduce((sum, value) => sum + value, 0) / errors.length;
  const rms = Math.sqrt(errors.reduce((sum, value) => sum + value * value, 0) / errors.length);
  noises.push([sigma, (sigma + mean).toFixed(2), mean.toFixed(2), rms.toFixed(2)]);
}

/** Share of the truth inside of intervals against their probability; the diagonal is right. */
function plot(): string {
  const at = (share: number): number => 40 + 300 * share;
  const line = (values: readonly number[], colour: string): string => {
    const points = [0, ...probabilities, 1].map((p, i) => {
      const share = i === 0 ? 0 : i > probabilities.length ? 1 : values[i - 1] / counted;
      return `${at(p).toFixed(1)},${(380 - at(share)).toFixed(1)}`;
    });
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`;
  };
  const text = (x: number, y: number, words: string, more = ''): string =>
    `<text x="${x}" y="${y}" font-family="sans-serif" font-size="12" ${more}>${words}</text>`;
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 380 390" width="380" height="390">',
    '<title>Share of true values inside of intervals of a given probability</title>',
    '<rect width="380" height="390" fill="white"/>',
    '<rect x="40" y="40" width="300" height="300" fill="none" stroke="#888"/>',
    '<line x1="40" y1="340" x2="340" y2="40" stroke="#888" stroke-dasharray="4 4"/>',
    line(hits.calibrated, '#0868ac'),
    line(hits.samples, '#c23b22'),
    text(50, 60, 'calibrated sampler', 'fill="#0868ac"'),
    text(50, 78, 'samples of the default solver', 'fill="#c23b22"'),
    text(110, 372, 'probability of the interval'),
    text(8, 250, 'share of true values', 'transform="rotate(-90 18 250)"'),
    ...[0, 0.5, 1].flatMap((v) => [text(at(v) - 8, 356, `${v}`), text(16, 384 - at(v), `${v}`)]),
    '</svg>',
    '',
  ].join('\n');
}

await mkdir(join(ROOT, 'docs/pictures'), { recursive: true });
await writeFile(join(ROOT, 'docs/pictures/reliability.svg'), plot());
const within = (kind: keyof typeof hits): number => hits[kind][8] / counted;
await writeSection(
  'uncertainty',
  `${PICTURES} pictures of val-photos, ${SIDE} × ${SIDE} from the middle, ${SAMPLES} samples each; grey levels, root mean square over the filled values.
Error is that of an infinite number of samples' mean (σ²/K taken off).

${table(
  ['mask', 'spread', 'error of the mean', 'spread ÷ error', 'default solver: spread', 'error', 'spread ÷ error'],
  rows.map(({ label, spread, error, defaultSpread, defaultError }) => [
    label,
    spread.toFixed(2),
    error.toFixed(2),
    (spread / error).toFixed(2),
    defaultSpread.toFixed(2),
    defaultError.toFixed(2),
    (defaultSpread / defaultError).toFixed(2),
  ]),
)}

Of the true values ${(100 * within('calibrated')).toFixed(0)} % lie in intervals of 90 % by the calibrated sampler, ${(100 * within('samples')).toFixed(0)} % by the default
solver's samples. The interval map multiplies the deviation by ${intervalFactor(SAMPLES).toFixed(2)} at K = ${SAMPLES}.`,
  'docs/uncertainty.md',
);
await writeSection(
  'noise',
  `Noise of that standard deviation (0…255) added to ${names.length} pictures of val-photos, 256 × 256 from the middle, and what is estimated.

${table(['true', 'estimated, mean', 'mean error', 'root mean square error'], noises)}`,
  'docs/uncertainty.md',
);
