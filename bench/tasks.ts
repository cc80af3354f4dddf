import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRestoreOptions, type Task } from '../src-main/contract/restore-options.ts';
import { decodePicture } from '../src-main/images/decode.ts';
import { encodePicture } from '../src-main/images/encode.ts';
import { readNpy, writeNpy } from '../src-main/images/npy.ts';
import { restore } from '../src-main/restore/restore.ts';
import { hounsfieldOf, type Slice } from '../src-main/restore/scan.ts';
import { equalAngles, scanSlice } from '../src-main/restore/scanner.ts';
import { sliceQuality } from '../src-main/restore/slice-quality.ts';
import type { TunedSolver } from '../src-main/restore/tuned.ts';
import type { Picture } from '../src-main/tensor/picture.ts';
import { dataResidual, psnr, ssim } from './picture-quality.ts';
import { table, writeSection } from './report.ts';
import { ROOT, SHARED_DATA, shippedNetwork } from './shipped-network.ts';
import { restoreCase, taskCases, type TaskCase } from './task-cases.ts';

/**
 * Quality of every task: the default solver, others with their own defaults, and classical methods
 * (bench/classical-tasks.py; left out with a message where Python lacks them). LANGEVIN_BENCH_EVERY uses every so many
 * pictures and slices [3], LANGEVIN_BENCH_CROP the side of the pictures [192].
 */
const CROP = Number(process.env['LANGEVIN_BENCH_CROP'] ?? 192);
const EVERY = Number(process.env['LANGEVIN_BENCH_EVERY'] ?? 3);
const VIEWS = 23;

const others: Readonly<Partial<Record<Task, readonly TunedSolver[]>>> = {
  denoise: [],
  deblur: [
    { solver: 'ddrm', settings: { steps: 20 } },
    { solver: 'diffpir', settings: { steps: 30 } },
    { solver: 'daps', settings: { steps: 30, sigmaMax: 2, method: { odeSteps: 1 } } },
  ],
  'super-resolve': [
    { solver: 'ddrm', settings: { steps: 20 } },
    { solver: 'ddnm', settings: { steps: 60 } },
    { solver: 'daps', settings: { steps: 30, sigmaMax: 2, method: { odeSteps: 1 } } },
  ],
  colorize: [{ solver: 'ddnm', settings: { steps: 60, sigmaMax: 80 } }],
};
const slicesOthers: readonly TunedSolver[] = [
  { solver: 'ddnm', settings: { steps: 30, sigmaMax: 1 } },
  { solver: 'mmps', settings: { steps: 8, sigmaMax: 1, sigmaMin: 0.02, method: { iterations: 2 } } },
];

interface Score {
  readonly task: string;
  readonly method: string;
  readonly passes: number;
  readonly psnr: number;
  readonly ssim: number;
  readonly residual: number;
  readonly seconds: number;
}

const folder = await mkdtemp(join(tmpdir(), 'langevin-bench-'));
const scores: Score[] = [];
try {
  await pictures();
  await slices();
  await classical();
} finally {
  await rm(folder, { recursive: true });
}
const keys = [...new Set(scores.map(({ task, method }) => `${task}\n${method}`))].sort();
const rows = keys.map((key) => {
  const [task, method] = key.split('\n');
  const own = scores.filter((score) => score.task === task && score.method === method);
  const mean = (of: (score: Score) => number): number => own.reduce((sum, score) => sum + of(score), 0) / own.length;
  const passes = mean((score) => score.passes);
  return [
    task,
    method,
    passes > 0 ? passes.toFixed(0) : '–',
    mean((score) => score.psnr).toFixed(2),
    mean((score) => score.ssim).toFixed(3),
    own.every(({ residual }) => Number.isFinite(residual)) ? mean((score) => score.residual).toFixed(2) : '–',
    passes > 0 ? mean((score) => score.seconds).toFixed(1) : '–',
  ];
});
await writeSection(
  'tasks',
  `## Tasks

Mean over the central ${CROP} × ${CROP} pixels of one in ${EVERY} validation pictures, and over one in ${EVERY} held-out CT
slices (${VIEWS} parallel views over 180°, noiseless, inside the inscribed disk, range 1). PSNR in dB over the whole picture;
SSIM of the grey means; residual: root mean square of y − A x̂ in steps of 0…255 (CT: pixels of water); passes: a gradient
counts as three. Blur: Gaussian of σ 1.6, noise 2; noise 25; reduction ×4; grey: Rec. 601 luma. Classical methods by
python3-skimage and python3-opencv. Inpainting has a table of its own. Rerun: \`npm run bench -- tasks\`.

${table(['task', 'method', 'passes', 'PSNR', 'SSIM', 'residual', 's'], rows)}`,
);

async function pictures(): Promise<void> {
  const network = await shippedNetwork('photo');
  for (const task of Object.keys(others) as (keyof typeof others)[]) {
    for (const one of await taskCases(task, CROP, EVERY)) {
      await writeCase(one);
      for (const settings of [undefined, ...(others[task] ?? [])]) {
        const { picture, solver, passes, seconds } = await restoreCase(one, network, settings);
        const method = settings === undefined ? `${solver} (default)` : solver;
        scores.push(score(one, method, picture, passes, seconds));
      }
    }
    process.stderr.write(`${task} done\n`);
  }
  await network.dispose();
}

function score(one: TaskCase, method: string, picture: Picture, passes: number, seconds: number): Score {
  return {
    task: one.options.task,
    method,
    passes,
    seconds,
    psnr: psnr(picture, one.truth),
    ssim: ssim(picture, one.truth),
    residual: dataResidual(picture, one.measured, one.options),
  };
}

async function writeCase(one: TaskCase): Promise<void> {
  const { options, measured } = one;
  const place = join(folder, `${options.task}-${one.picture}`);
  await mkdir(place);
  await writeFile(join(place, 'measured.png'), await encodePicture(measured, { format: 'png' }));
  const { task, scale, blurSigma: sigma, noise } = options;
  await writeFile(join(place, 'facts.json'), JSON.stringify({ task, scale, sigma, noise }));
}

async function slices(): Promise<void> {
  const network = await shippedNetwork('ct');
  const { options } = { options: parseRestoreOptions({ task: 'reconstruct', angles: VIEWS, noise: 0 }) };
  for (const [index, truth] of (await holdout()).entries()) {
    if (index % EVERY !== 0) continue;
    const place = join(folder, `reconstruct-${index}`);
    await mkdir(place);
    await writeFile(join(place, 'truth.npy'), writeNpy({ shape: [truth.height, truth.width], data: truth.data }));
    await writeFile(join(place, 'facts.json'), JSON.stringify({ task: 'reconstruct', views: VIEWS }));
    const scan = scanSlice(truth, equalAngles(VIEWS), 0, 0);
    for (const settings of [undefined, ...slicesOthers]) {
      const tuned = settings === undefined ? {} : { tuned: { reconstruct: [settings] } };
      const run = restore({ scan, truth, options }, network, { now: () => performance.now(), ...tuned });
      for (;;) {
        const next = await run.next();
        if (!next.done) continue;
        const { solver, nfe, vjps, seconds, measured } = next.value;
        scores.push({
          task: 'reconstruct',
          method: settings === undefined ? `${solver} (default)` : solver,
          passes: nfe + 2 * vjps,
          psnr: measured['psnr'],
          ssim: measured['ssim'],
          residual: measured['residual'],
          seconds,
        });
        break;
      }
    }
    process.stderr.write(`slice ${index} done\n`);
  }
  await network.dispose();
}

/** The held-out slices: 8-bit windows −1024…2000 HU. */
async function holdout(): Promise<Slice[]> {
  const file = await readFile(join(SHARED_DATA, 'ct/holdout-slices.npy'));
  const { shape, data } = readNpy(new Uint8Array(file), 'holdout-slices.npy');
  const [count, height, width] = shape;
  return Array.from({ length: count }, (_, i) => ({
    width,
    height,
    data: Float32Array.from({ length: height * width }, (_, k) =>
      hounsfieldOf((2 * Number(data[i * height * width + k])) / 255 - 1),
    ),
  }));
}

async function classical(): Promise<void> {
  const { status } = spawnSync('/usr/bin/python3', [join(ROOT, 'bench/classical-tasks.py'), folder], {
    stdio: 'inherit',
  });
  if (status !== 0) {
    process.stderr.write('No classical figures: they need python3-opencv and python3-skimage.\n');
    return;
  }
  const none = { passes: 0, seconds: 0 };
  for (const task of Object.keys(others) as (keyof typeof others)[]) {
    for (const one of await taskCases(task, CROP, EVERY)) {
      const place = join(folder, `${one.options.task}-${one.picture}`);
      for (const file of (await readdir(place)).filter((name) => name.endsWith('.png') && name !== 'measured.png')) {
        const picture = await decodePicture(new Uint8Array(await readFile(join(place, file))), file);
        scores.push(score(one, file.slice(0, -4), picture, none.passes, none.seconds));
      }
    }
  }
  for (const [index, truth] of (await holdout()).entries()) {
    if (index % EVERY !== 0) continue;
    const place = join(folder, `reconstruct-${index}`);
    for (const file of (await readdir(place)).filter((name) => name.endsWith('.npy') && name !== 'truth.npy')) {
      const { data } = readNpy(new Uint8Array(await readFile(join(place, file))), file);
      const estimate = { ...truth, data: Float32Array.from(data as ArrayLike<number>) };
      const quality = sliceQuality(estimate, truth);
      scores.push({ task: 'reconstruct', method: file.slice(0, -4), residual: NaN, ...none, ...quality });
    }
  }
}
