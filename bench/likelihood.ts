import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePicture } from '../src-main/images/decode.ts';
import { encodePicture } from '../src-main/images/encode.ts';
import { readNpy } from '../src-main/images/npy.ts';
import type { ScoreNetwork } from '../src-main/prior/score-network.ts';
import { planCrops } from '../src-main/restore/crops.ts';
import { readLevels } from '../src-main/restore/levels.ts';
import { measureBits, meanWithError, type MeasureBitsOptions } from '../src-main/sampling/measure-bits.ts';
import type { Picture } from '../src-main/tensor/picture.ts';
import { table, writeSection } from './report.ts';
import { SHARED_DATA, shippedNetwork } from './shipped-network.ts';

/** Bits per dimension of the shipped networks on pictures they were not trained on, for docs/likelihood.md. */
const SIDE = Number(process.env['LANGEVIN_BENCH_CROP'] ?? 64);
const PICTURES = Number(process.env['LANGEVIN_BENCH_PICTURES'] ?? 11);
const REPEATS = Number(process.env['LANGEVIN_BENCH_REPEATS'] ?? 2);

const settings: MeasureBitsOptions = {
  repeats: REPEATS,
  probe: 'rademacher',
  rtol: 1e-4,
  atol: 1e-4,
  seed: 1,
  index: 0,
  roundTrip: true,
};

interface Source {
  readonly name: string;
  readonly picture: Picture;
}

async function photographs(): Promise<Source[]> {
  const folder = join(SHARED_DATA, 'val-photos');
  const files = (await readdir(folder)).sort().slice(0, PICTURES);
  return Promise.all(
    files.map(async (name) => ({
      name,
      picture: await decodePicture(new Uint8Array(await readFile(join(folder, name))), name),
    })),
  );
}

/** The held-out slices, already 8-bit levels of −1024 … 2000 HU. */
async function slices(): Promise<Source[]> {
  const file = join(SHARED_DATA, 'ct', 'holdout-slices.npy');
  const { shape, data } = readNpy(new Uint8Array(await readFile(file)), file);
  const [count, height, width] = shape;
  return Array.from({ length: Math.min(count, PICTURES) }, (_, i) => {
    const levels = Uint8Array.from(data.subarray(i * height * width, (i + 1) * height * width));
    const picture: Picture = { width, height, mode: 'gray', bitDepth: 8, data: levels, metadata: { orientation: 1 } };
    return { name: `slice ${50 + i}`, picture };
  });
}

/** Bits per value of the crop as a PNG file, for scale. */
async function pngBits(levels: Uint8Array, channels: number): Promise<number> {
  const data = new Uint8Array(levels.length);
  const pixels = SIDE * SIDE;
  for (let c = 0; c < channels; c++) for (let i = 0; i < pixels; i++) data[channels * i + c] = levels[c * pixels + i];
  const mode = channels === 1 ? 'gray' : 'rgb';
  const picture: Picture = { width: SIDE, height: SIDE, mode, bitDepth: 8, data, metadata: { orientation: 1 } };
  return ((await encodePicture(picture, { format: 'png' })).length * 8) / levels.length;
}

interface Row {
  readonly name: string;
  readonly bits: number;
  readonly error: number;
  readonly png: number;
  readonly rms: number;
  readonly vjps: number;
  readonly seconds: number;
}

async function measure(network: ScoreNetwork, sources: readonly Source[]): Promise<Row[]> {
  const { channels } = network.manifest;
  const rows: Row[] = [];
  for (const [index, { name, picture }] of sources.entries()) {
    const [crop] = planCrops(picture.width, picture.height, 'centre', SIDE);
    const levels = readLevels(picture, crop, channels);
    const start = performance.now();
    const result = await measureBits(network, levels, [channels, SIDE, SIDE], { ...settings, index });
    const { mean, standardError = NaN } = meanWithError(result.estimates);
    rows.push({
      name,
      bits: mean,
      error: standardError,
      png: await pngBits(levels, channels),
      rms: result.roundTrip?.rms ?? NaN,
      vjps: result.vjps / REPEATS,
      seconds: (performance.now() - start) / 1000,
    });
    process.stderr.write(`${name} ${mean.toFixed(3)}\n`);
  }
  return rows;
}

const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function summary(network: string, rows: readonly Row[]): string[] {
  const { mean, standardError = NaN } = meanWithError(rows.map(({ bits }) => bits));
  return [
    network,
    `${rows.length}`,
    `${mean.toFixed(3)} ± ${standardError.toFixed(3)}`,
    average(rows.map(({ error }) => error)).toFixed(3),
    average(rows.map(({ png }) => png)).toFixed(2),
    Math.max(...rows.map(({ rms }) => rms)).toExponential(1),
    average(rows.map(({ vjps }) => vjps)).toFixed(0),
    average(rows.map(({ seconds }) => seconds)).toFixed(0),
  ];
}

/** How the estimate depends on the solver's tolerance and the probe, on one small crop. */
async function toleranceRows(network: ScoreNetwork, { picture }: Source): Promise<string[][]> {
  const side = 32;
  const [crop] = planCrops(picture.width, picture.height, 'centre', side);
  const levels = readLevels(picture, crop, 3);
  const rows: string[][] = [];
  for (const tolerance of [1e-2, 1e-3, 1e-4, 1e-5]) {
    const cells = [tolerance.toExponential(0)];
    for (const probe of ['rademacher', 'gaussian'] as const) {
      const options = { ...settings, probe, rtol: tolerance, atol: tolerance, repeats: 4 };
      const result = await measureBits(network, levels, [3, side, side], {
        ...options,
        roundTrip: probe === 'rademacher',
      });
      const { mean, standardError = NaN } = meanWithError(result.estimates);
      cells.push(`${mean.toFixed(3)} ± ${standardError.toFixed(3)}`);
      if (probe === 'rademacher') {
        cells.push((result.vjps / 4).toFixed(0), result.roundTrip?.rms.toExponential(1) ?? '');
      }
    }
    rows.push(cells);
    process.stderr.write(`tolerance ${tolerance}\n`);
  }
  return rows;
}

const photo = await shippedNetwork('photo');
const photos = await photographs();
const tolerances = await toleranceRows(photo, photos[0]);
const photoRows = await measure(photo, photos);
await photo.dispose();
const ct = await shippedNetwork('ct');
const ctRows = await measure(ct, await slices());
await ct.dispose();

const head = ['network', 'crops', 'bits/dim', 'error of one', 'PNG', 'round trip', 'gradients', 's'];
const perPicture = [...photoRows, ...ctRows].map(({ name, bits, error, png, rms }) => [
  name,
  `${bits.toFixed(3)} ± ${error.toFixed(3)}`,
  png.toFixed(2),
  rms.toExponential(1),
]);
await writeSection(
  'likelihood',
  `The central ${SIDE} × ${SIDE} pixels of ${photoRows.length} pictures (of the CID22 validation set, Cloudinary, CC BY-SA 4.0; not part of the
repository) for \`photo\`, and of ${ctRows.length} held-out slices for \`ct\`, whose levels are 8 bits over −1024…2000 HU. rtol = atol =
1e-4, Rademacher probes, ${REPEATS} repeats, σ from 0.002 to 80. The error of the mean is from the spread between the pictures;
"error of one" is the mean standard error of a picture, from its repeats. Round trip: the largest root mean square of
x0 → x_T → x0, on [−1, 1]. PNG: bits per value of the crop as a file, headers included. Gradients are vector–Jacobian
products for one estimate; seconds a picture, all repeats and the round trip, on a machine busy with other work.

${table(head, [summary('photo', photoRows), summary('ct', ctRows)])}

Each picture:

${table(['picture', 'bits/dim', 'PNG', 'round trip'], perPicture)}

How far the solver's tolerance matters: the central 32 × 32 pixels of ${photos[0].name}, 4 repeats.

${table(['rtol = atol', 'Rademacher', 'gradients', 'round trip', 'Gaussian'], tolerances)}

Rerun: \`npm run bench -- likelihood\`; \`LANGEVIN_BENCH_DATA\` names the folder that has \`val-photos\` and \`ct\`.`,
  'docs/likelihood.md',
);
