import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRestoreOptions, type Damage } from '../src-main/contract/restore-options.ts';
import { decodePicture } from '../src-main/images/decode.ts';
import { encodePicture } from '../src-main/images/encode.ts';
import { bicubicEnlargement } from '../src-main/restore/bicubic-enlargement.ts';
import { simulateDamage } from '../src-main/restore/simulate.ts';
import { RandomGenerator } from '../src-main/tensor/random.ts';
import { channelCount, type Picture } from '../src-main/tensor/picture.ts';
import { damages } from './damage.ts';
import { psnr, ssim } from './picture-quality.ts';
import { table, writeSection } from './report.ts';
import { ROOT } from './shipped-network.ts';
import { validationCrops } from './validation-crops.ts';

/**
 * The recipes of the program on damage that they are for, made by a script and given to the program as people would, as a file.
 * LANGEVIN_BENCH_PICTURES is the number of photographs [4], LANGEVIN_BENCH_CASE picks recipes by part of their name.
 */
const SIDE = 288;
const PICTURES = Number(process.env['LANGEVIN_BENCH_PICTURES'] ?? 4);
const ONLY = process.env['LANGEVIN_BENCH_CASE'] ?? '';

interface Made {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What the result is compared with, and the file as it is, of the same size. */
  readonly truth: Picture;
  readonly before: Picture;
}

interface Case {
  readonly recipe: string;
  readonly damage: string;
  readonly make: (truth: Picture, index: number) => Promise<Made>;
}

const CASES: readonly Case[] = [
  {
    recipe: 'old-photo',
    damage: 'faded (0.65·s + 45), grain 6 of 0.9 px, scratches, JPEG 85',
    make: async (truth, index) => {
      const grain = { kind: 'grain', sigma: 6, size: 0.9 } as const;
      const old = by({ fading: { gain: 0.65, offset: 45 }, noise: grain }, truth, index);
      return asJpeg(painted(old, masked('scratch', old, index), 235), truth, 85);
    },
  },
  {
    recipe: 'phone-photo-at-night',
    damage: "a camera's noise (1.5·s + 4²), JPEG 80",
    make: (truth, index) => asJpeg(by({ noise: { kind: 'poisson', slope: 1.5, sigma: 4 } }, truth, index), truth, 80),
  },
  {
    recipe: 'small-web-jpeg',
    damage: 'reduced by 2, JPEG 50',
    make: async (truth, index) => {
      const made = await asJpeg(by({ scale: 2 }, truth, index), truth, 50);
      return { ...made, before: bicubicEnlargement(made.before, 2) };
    },
  },
  {
    recipe: 'negative-or-slide-scan',
    damage: 'a reddish cast (0.85/0.75/0.7·s + 25/15/10), grain 4 of 0.8 px, light scratches',
    make: async (truth, index) => {
      const cast = { gain: [0.85, 0.75, 0.7], offset: [25, 15, 10] } satisfies Damage['fading'];
      const grainy = by({ fading: cast, noise: { kind: 'grain', sigma: 4, size: 0.8 } }, truth, index);
      return asPng(painted(grainy, masked('scratch', grainy, index), 240), truth);
    },
  },
  {
    recipe: 'screenshot-text-removal',
    damage: 'two lines of white lettering with a dark rim',
    make: async (truth, index) => {
      const mask = lastLines(masked('text', truth, index), truth);
      return asPng(painted(painted(truth, grown(mask, truth), 20), mask, 250), truth);
    },
  },
];

const folder = await mkdtemp(join(tmpdir(), 'langevin-recipes-'));
const pictures = await validationCrops(PICTURES, SIDE);
const rows: (string | number)[][] = [];
for (const { recipe, damage, make } of CASES.filter(({ recipe }) => recipe.includes(ONLY))) {
  const sums = { before: 0, after: 0, ssimBefore: 0, ssimAfter: 0, passes: 0, seconds: 0, worst: Infinity };
  for (const [index, truth] of pictures.entries()) {
    const { name, bytes, before, truth: wanted } = await make(truth, index);
    const input = join(folder, `${index}-${recipe}-${name}`);
    const output = join(folder, `${index}-${recipe}-out.png`);
    await writeFile(input, bytes);
    const start = performance.now();
    const report = run(['restore', input, '-o', output, '--recipe', recipe, '--json']);
    sums.seconds += (performance.now() - start) / 1000;
    const after = await decodePicture(await readFile(output), output);
    const gain = psnr(after, wanted) - psnr(before, wanted);
    sums.before += psnr(before, wanted);
    sums.after += psnr(after, wanted);
    sums.ssimBefore += ssim(before, wanted);
    sums.ssimAfter += ssim(after, wanted);
    sums.passes += report.passes;
    sums.worst = Math.min(sums.worst, gain);
    if (process.env['LANGEVIN_BENCH_VERBOSE']) console.log(index, gain.toFixed(2), report.said);
  }
  const mean = (sum: number): number => sum / pictures.length;
  rows.push([
    recipe,
    damage,
    mean(sums.before).toFixed(2),
    mean(sums.after).toFixed(2),
    signed(sums.worst),
    `${mean(sums.ssimBefore).toFixed(3)} → ${mean(sums.ssimAfter).toFixed(3)}`,
    Math.round(mean(sums.passes)),
  ]);
  console.log(...rows.at(-1)!, `${mean(sums.seconds).toFixed(1)} s`);
}
await rm(folder, { recursive: true });
const head = ['recipe', 'damage', 'before, dB', 'after, dB', 'least gain', 'SSIM', 'passes'];
await writeSection(
  'recipes',
  `\`npm run bench -- recipes\`: ${SIDE}² of ${pictures.length} validation photographs, damaged by a script and restored by
\`langevin restore IN -o OUT --recipe NAME\`, which is told nothing else. PSNR and SSIM against the photograph before the damage;
passes of the network, a gradient counted as three.

${table(head, rows)}`,
  'docs/recipes.md',
);

/** Runs the program. @returns what its report says */
function run(args: readonly string[]): { passes: number; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'bin/langevin.js'), ...args], {
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  if (status !== 0) throw new Error(`langevin ${args.join(' ')}: ${stderr}${stdout.slice(-2000)}`);
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  const objects = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const said = objects.flatMap(({ message }) => (typeof message === 'string' ? message : [])).join(' ');
  const numbers = objects.filter(({ nfe }) => typeof nfe === 'number') as { nfe: number; vjps?: number }[];
  const last = numbers.at(-1);
  return { passes: last === undefined ? 0 : last.nfe + 2 * (last.vjps ?? 0), said };
}

function by(damage: Damage, picture: Picture, seed: number): Picture {
  return simulateDamage({ picture, options: parseRestoreOptions({ task: 'compound', damage, seed }) });
}

function masked(kind: 'scratch' | 'text', picture: Picture, seed: number): Uint8Array {
  return damages[kind](picture.width, picture.height, new RandomGenerator(seed));
}

/** What lies in the lower part, as captions do. */
function lastLines(mask: Uint8Array, { width, height }: Picture): Uint8Array {
  return mask.map((value, i) => (i >= 0.6 * height * width ? value : 0));
}

/** One pixel wider all round. */
function grown(mask: Uint8Array, { width }: Picture): Uint8Array {
  return mask.map((_, i) => (([0, 1, -1, width, -width] as const).some((step) => mask[i + step] === 1) ? 1 : 0));
}

function painted(picture: Picture, mask: Uint8Array, value: number): Picture {
  const channels = channelCount(picture.mode);
  const data = picture.data.map((old, i) => (mask[Math.floor(i / channels)] === 0 ? old : value));
  return { ...picture, data };
}

async function asJpeg(picture: Picture, truth: Picture, quality: number): Promise<Made> {
  const bytes = await encodePicture(picture, { format: 'jpeg', quality, chroma: '4:2:0' });
  return { name: 'in.jpg', bytes, truth, before: await decodePicture(bytes, 'in.jpg') };
}

async function asPng(picture: Picture, truth: Picture): Promise<Made> {
  return { name: 'in.png', bytes: await encodePicture(picture, { format: 'png' }), truth, before: picture };
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(2)}`;
}
