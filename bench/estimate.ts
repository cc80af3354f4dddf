import { parseRestoreOptions, type Damage } from '../src-main/contract/restore-options.ts';
import type { PictureEstimates, Verdict } from '../src-main/contract/inspect.ts';
import { decodePicture } from '../src-main/images/decode.ts';
import { encodePicture } from '../src-main/images/encode.ts';
import { fadingOf, unfaded } from '../src-main/restore/chain/fading.ts';
import { inspectPicture, type InspectHints } from '../src-main/restore/estimate/inspect-picture.ts';
import { readTensor } from '../src-main/restore/picture-tensor.ts';
import { estimateNoise } from '../src-main/restore/noise-level.ts';
import { sampledRows } from '../src-main/restore/sampled-rows.ts';
import { simulateDamage } from '../src-main/restore/simulate.ts';
import { channelCount, type Picture } from '../src-main/tensor/picture.ts';
import { KERNELS, resized, type Kernel } from './resized.ts';
import { psnr } from './picture-quality.ts';
import { table, writeSection } from './report.ts';
import { validationCrops } from './validation-crops.ts';

/**
 * How far the estimates of damage are off, on photographs that were damaged by a known amount. LANGEVIN_BENCH_SHORT takes four,
 * LANGEVIN_BENCH_CASE picks damages by part of their name and writes nothing.
 */
const SIDE = 512;
const ONLY = process.env['LANGEVIN_BENCH_CASE'];
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
  /** What a person marks, who knows the picture as it was. */
  readonly marks?: (sharp: Picture) => InspectHints;
  /** Other figures, of which the means are printed. */
  readonly figures?: (found: PictureEstimates, damaged: Picture, sharp: Picture) => Readonly<Record<string, number>>;
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
  ...[1.2, 2, 3].map((sigma): Case => ({
    title: 'Gaussian blur by a marked edge, noise 3',
    truth: `${sigma} px`,
    damage: by({ blur: sigma, noise: 3 }),
    verdict: kindOf('gaussian'),
    values: [{ name: 'σ', truth: sigma, of: ({ blur }) => blur.sigma }],
    marks: (sharp) => ({ edge: clearestEdge(sharp) }),
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
  ...([1.5, 2, 3, 4] as const).flatMap((scale) =>
    KERNELS.map((kernel): Case => ({
      title: `enlarged, ${kernel}`,
      truth: `×${scale}`,
      damage: (picture) => enlarged(picture, scale, kernel),
      verdict: ({ enlarged }) => enlarged.verdict,
      values: [
        { name: 'scale', truth: scale, of: ({ enlarged }) => (enlarged.verdict === 'no' ? undefined : enlarged.scale) },
      ],
    })),
  ),
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
  ...[undefined, 0.85, 0.7, 0.5].map((gain): Case => ({
    title: 'fading=auto',
    truth: gain === undefined ? 'none' : `${gain}·s + ${gain > 0.8 ? 20 : 40}`,
    damage: gain === undefined ? (picture) => picture : by({ fading: { gain, offset: gain > 0.8 ? 20 : 40 } }),
    verdict: ({ fading }) => fading.verdict,
    values: [],
    figures: ({ fading }, damaged, sharp) => ({
      'PSNR before': error(damaged, sharp),
      'PSNR after': error(undone(damaged, fading), sharp),
    }),
  })),
  {
    title: 'none',
    truth: 'sharp, clean',
    damage: (picture) => picture,
    verdict: ({ damage, warnings }) => (damage === undefined ? (warnings.length > 0 ? 'unsure' : 'no') : 'yes'),
    values: [],
  },
];

/** The block of 48² whose middle has the steepest slope. */
function clearestEdge({ width, height, data, mode }: Picture): NonNullable<InspectHints['edge']> {
  const stride = channelCount(mode);
  const at = (x: number, y: number): number => data[(y * width + x) * stride + Math.min(1, stride - 1)];
  const half = 24;
  let best = { slope: -1, x: half, y: half };
  for (let y = half; y < height - half; y += 2) {
    for (let x = half; x < width - half; x += 2) {
      // Steep for a while along it: an edge, not a speck.
      let slope = 0;
      for (let k = -8; k <= 8; k++) {
        slope += Math.max(Math.abs(at(x + 2, y + k) - at(x - 2, y + k)) - 20, 0);
      }
      if (slope > best.slope) best = { slope, x, y };
    }
  }
  return { x: best.x - half, y: best.y - half, width: 2 * half, height: 2 * half };
}

/** Made small with averages, and large again by a kernel. */
function enlarged(picture: Picture, scale: number, kernel: Kernel): Picture {
  const side = Math.floor(picture.width / scale);
  return resized(resized(picture, side, 'bicubic'), Math.round(side * scale), kernel);
}

function undone(picture: Picture, { gain, offset }: PictureEstimates['fading']): Picture {
  const copied = (value: number | readonly [number, number, number]) =>
    typeof value === 'number' ? value : ([...value] as [number, number, number]);
  const fading = fadingOf({ gain: copied(gain), offset: copied(offset) }, 3);
  const frame = { x: 0, y: 0, width: picture.width, height: picture.height };
  const { data } = unfaded(fading, readTensor(picture, undefined, frame, 1, 3).x);
  const plane = picture.width * picture.height;
  const out = Uint8Array.from({ length: 3 * plane }, (_, i) =>
    Math.round((data[(i % 3) * plane + Math.floor(i / 3)] + 1) * 127.5),
  );
  return { ...picture, mode: 'rgb', data: out };
}

/** PSNR in dB, 60 where nothing differs. */
function error(a: Picture, b: Picture): number {
  return Math.min(60, psnr(a, b));
}

const pictures = await validationCrops(PICTURES, SIDE, 24);
const rows: (string | number)[][] = [];
for (const { title, truth, damage, verdict, values, marks, figures } of CASES.filter(({ title }) =>
  title.includes(ONLY ?? ''),
)) {
  const sums = new Map<string, number>();
  const verdicts = { yes: 0, unsure: 0, no: 0 };
  const found: { estimates: PictureEstimates; damaged: Picture }[] = [];
  const start = performance.now();
  for (const [index, picture] of pictures.entries()) {
    const damaged = await damage(picture, index);
    const estimates = inspectPicture(damaged, marks?.(picture));
    for (const [name, value] of Object.entries(figures?.(estimates, damaged, picture) ?? {})) {
      sums.set(name, (sums.get(name) ?? 0) + value / pictures.length);
    }
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
  for (const [name, value] of sums) errors.push(`${name} ${value.toFixed(1)}`);
  rows.push([title, truth, `${verdicts.yes} / ${verdicts.unsure} / ${verdicts.no}`, errors.join('; ')]);
  console.log(`${title} ${truth}: yes/unsure/no ${rows.at(-1)![2]}; ${errors.join('; ')} (${seconds.toFixed(2)} s)`);
}
if (ONLY === undefined) {
  await writeSection(
    'estimate',
    `## Estimates of damage

\`npm run bench -- estimate\`: the central ${SIDE}² (or less) of ${pictures.length} validation photographs, damaged by a known amount.
How many were found, left open and not found; the mean of the estimates ± their mean absolute error, of all pictures where there is one.

${table(['damage', 'amount', 'yes / unsure / no', 'estimated'], rows)}`,
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
