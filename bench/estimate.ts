import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRestoreOptions, type Damage } from '../src-main/contract/restore-options.ts';
import type { PictureEstimates, Verdict } from '../src-main/contract/inspect.ts';
import { decodePicture } from '../src-main/images/decode.ts';
import { encodePicture } from '../src-main/images/encode.ts';
import { bicubicEnlargement } from '../src-main/restore/bicubic-enlargement.ts';
import { inspectPicture } from '../src-main/restore/estimate/inspect-picture.ts';
import { estimateNoise } from '../src-main/restore/noise-level.ts';
import { sampledRows } from '../src-main/restore/sampled-rows.ts';
import { simulateDamage } from '../src-main/restore/simulate.ts';
import { channelCount, type Picture } from '../src-main/tensor/picture.ts';
import { table, writeSection } from './report.ts';
import { SHARED_DATA } from './shipped-network.ts';

/** How far the estimates of damage are off, on photographs that were damaged by a known amount. */
const SIDE = 512;
const PICTURES = process.env['LANGEVIN_BENCH_SHORT'] ? 4 : 11;

type Damaging = (picture: Picture, index: number) => Picture | Promise<Picture>;

interface Case {
  readonly title: string;
  readonly truth: string;
  readonly damage: Damaging;
  readonly verdict: (found: PictureEstimates) => Verdict;
  /** The values to be found, and those that were. */
  readonly values: readonly {
    readonly name: string;
    readonly truth: number;
    readonly of: (found: PictureEstimates, picture: Picture) => number | undefined;
  }[];
}

const by =
  (damage: Damage): Damaging =>
  (picture, index) =>
    simulateDamage({ picture, options: parseRestoreOptions({ task: 'compound', damage, seed: index }) });
const kindOf =
  (kind: string) =>
  ({ blur }: PictureEstimates): Verdict =>
    blur.kind === kind ? blur.verdict : blur.verdict === 'yes' ? 'no' : blur.verdict;

const CASES: readonly Case[] = [
  ...[0, 5, 10, 25].map((sigma): Case => ({
    title: 'noise',
    truth: String(sigma),
    damage: by({ noise: sigma }),
    verdict: ({ noise }) => noise.verdict,
    values: [
      { name: 'σ', truth: sigma, of: ({ noise }) => noise.sigma },
      { name: 'σ by the median of Haar', truth: sigma, of: (_, p) => 127.5 * estimateNoise(sampledRows(p)) },
    ],
  })),
  ...[0.5, 1.5].map((slope): Case => ({
    title: 'Poisson–Gaussian noise',
    truth: `${slope}·s + 2²`,
    damage: by({ noise: { kind: 'poisson', slope, sigma: 2 } }),
    verdict: ({ noise }) => (noise.dependsOnSignal ? noise.verdict : 'no'),
    values: [{ name: 'slope', truth: slope, of: ({ noise }) => noise.slope }],
  })),
  ...(
    [
      [10, 0.8],
      [16, 1.4],
    ] as const
  ).map(([sigma, size]): Case => ({
    title: 'film grain',
    truth: `${sigma}, ${size} px`,
    damage: by({ noise: { kind: 'grain', sigma, size } }),
    verdict: ({ noise }) => (noise.grain.size >= 0.55 ? 'yes' : 'no'),
    values: [
      { name: 'σ', truth: sigma, of: ({ noise }) => noise.grain.sigma },
      { name: 'size', truth: size, of: ({ noise }) => noise.grain.size },
    ],
  })),
  ...[1.2, 2, 3].map((sigma): Case => ({
    title: 'Gaussian blur, noise 1',
    truth: `${sigma} px`,
    damage: by({ blur: sigma, noise: 1 }),
    verdict: kindOf('gaussian'),
    values: [{ name: 'σ', truth: sigma, of: ({ blur }) => blur.sigma }],
  })),
  ...[2, 4, 7].map((radius): Case => ({
    title: 'disk, noise 1',
    truth: `${radius} px`,
    damage: by({ blur: { kind: 'disk', radius }, noise: 1 }),
    verdict: kindOf('disk'),
    values: [{ name: 'radius', truth: radius, of: ({ blur }) => blur.radius }],
  })),
  ...(
    [
      [8, 0],
      [12, 30],
      [20, 75],
    ] as const
  ).map(([length, angle]): Case => ({
    title: 'motion, noise 1',
    truth: `${length} px, ${angle}°`,
    damage: by({ blur: { kind: 'motion', length, angle }, noise: 1 }),
    verdict: kindOf('motion'),
    values: [
      { name: 'length', truth: length, of: ({ blur }) => blur.length },
      {
        name: 'angle',
        truth: angle,
        // Angles are the same after half a turn.
        of: ({ blur }) => blur.angle && angle + ((((blur.angle - angle + 90) % 180) + 180) % 180) - 90,
      },
    ],
  })),
  ...([2, 3, 4] as const).map((scale): Case => ({
    title: 'enlarged',
    truth: `×${scale}`,
    damage: async (picture, index) => bicubicEnlargement(await by({ scale })(picture, index), scale),
    verdict: ({ enlarged }) => enlarged.verdict,
    values: [{ name: 'scale', truth: scale, of: ({ enlarged }) => enlarged.scale }],
  })),
  ...[0.7, 0.5].map((gain): Case => ({
    title: 'fading',
    truth: `${gain}·s + 40`,
    damage: by({ fading: { gain, offset: 40 } }),
    verdict: ({ fading }) => fading.verdict,
    values: [
      { name: 'gain', truth: gain, of: ({ fading }) => mean([fading.gain].flat() as number[]) },
      { name: 'offset', truth: 40, of: ({ fading }) => mean([fading.offset].flat() as number[]) },
    ],
  })),
  ...[30, 60, 85].map((quality): Case => ({
    title: 'JPEG saved as PNG',
    truth: String(quality),
    damage: async (picture) => {
      const coded = await encodePicture(picture, { format: 'jpeg', quality, chroma: '4:2:0' });
      const { data } = await decodePicture(coded, 'coded.jpg');
      return { ...picture, data };
    },
    verdict: ({ jpeg }) => jpeg.verdict,
    values: [{ name: 'quality', truth: quality, of: ({ jpeg }) => jpeg.quality }],
  })),
  {
    title: 'none',
    truth: 'sharp, clean',
    damage: (picture) => picture,
    verdict: ({ damage, warnings }) => (damage === undefined ? (warnings.length > 0 ? 'unsure' : 'no') : 'yes'),
    values: [],
  },
];

const pictures = await crops();
const rows: (string | number)[][] = [];
for (const { title, truth, damage, verdict, values } of CASES) {
  const verdicts = { yes: 0, unsure: 0, no: 0 };
  const found: { estimates: PictureEstimates; damaged: Picture }[] = [];
  const start = performance.now();
  for (const [index, picture] of pictures.entries()) {
    const damaged = await damage(picture, index);
    const estimates = inspectPicture(damaged);
    verdicts[verdict(estimates)]++;
    found.push({ estimates, damaged });
    if (process.env['LANGEVIN_BENCH_VERBOSE']) console.log(index, JSON.stringify(estimates));
  }
  const seconds = (performance.now() - start) / 1000 / pictures.length;
  const errors = values.map(({ name, truth: wanted, of }) => {
    const estimated = found.flatMap(({ estimates, damaged }) => of(estimates, damaged) ?? []);
    if (estimated.length === 0) return `${name}: none`;
    const off = mean(estimated.map((value) => Math.abs(value - wanted)));
    return `${name} ${mean(estimated).toFixed(2)} ± ${off.toFixed(2)}`;
  });
  rows.push([title, truth, `${verdicts.yes} / ${verdicts.unsure} / ${verdicts.no}`, errors.join('; ')]);
  console.log(`${title} ${truth}: yes/unsure/no ${rows.at(-1)![2]}; ${errors.join('; ')} (${seconds.toFixed(2)} s)`);
}
await writeSection(
  'estimate',
  `## Estimates of damage

\`npm run bench -- estimate\`: the central ${SIDE}² (or less) of ${pictures.length} validation photographs, damaged by a known amount.
How many were found, left open and not found; the mean of the estimates ± their mean absolute error, of all pictures where there is one.

${table(['damage', 'amount', 'yes / unsure / no', 'estimated'], rows)}`,
);

async function crops(): Promise<Picture[]> {
  const folder = join(SHARED_DATA, 'val-photos');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.png')).sort();
  return Promise.all(
    names.slice(0, PICTURES).map(async (name) => {
      const whole = await decodePicture(await readFile(join(folder, name)), name);
      const channels = channelCount(whole.mode);
      const side = 24 * Math.floor(Math.min(SIDE, whole.width, whole.height) / 24);
      const [left, top] = [(whole.width - side) >> 1, (whole.height - side) >> 1];
      const data = new Uint8Array(side * side * channels);
      for (let y = 0; y < side; y++) {
        const from = ((top + y) * whole.width + left) * channels;
        data.set(whole.data.subarray(from, from + side * channels), y * side * channels);
      }
      return { width: side, height: side, mode: whole.mode, bitDepth: 8 as const, data, metadata: { orientation: 1 } };
    }),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
