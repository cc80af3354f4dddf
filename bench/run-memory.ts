/** What the plan of a run says of its memory against the peak of the process that does it; Linux only. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { restoreOptionsSchema, type Task } from '../src-main/contract/restore-options.ts';
import { planPasses } from '../src-main/hosts/app/jobs/plan-work.ts';
import { defaultLocations } from '../src-main/hosts/engine/locations.ts';
import { ModelStore } from '../src-main/hosts/engine/model-store.ts';
import { encodePicture } from '../src-main/images/encode.ts';
import { RandomGenerator } from '../src-main/tensor/random.ts';
import { table } from './report.ts';
import { ROOT } from './shipped-network.ts';

interface Case {
  readonly task: Task;
  readonly size: readonly [width: number, height: number];
  readonly options: Readonly<Record<string, number | string>>;
}
const cases: readonly Case[] = [
  { task: 'inpaint', size: [1200, 832], options: {} },
  { task: 'inpaint', size: [6000, 4000], options: {} },
  { task: 'inpaint', size: [1200, 832], options: { solver: 'ddnm', steps: 2 } },
  { task: 'denoise', size: [512, 512], options: { noise: 20 } },
  { task: 'denoise', size: [1200, 832], options: { noise: 20 } },
  { task: 'deblur', size: [512, 512], options: { blurSigma: 2, solver: 'pigdm', steps: 2 } },
  { task: 'deblur', size: [1200, 832], options: { blurSigma: 2, solver: 'pigdm', steps: 2 } },
  { task: 'deblur', size: [512, 512], options: { blurSigma: 2, solver: 'pigdm', steps: 2, tile: 256 } },
];

const folder = await mkdtemp(join(tmpdir(), 'langevin-run-memory-'));
const store = new ModelStore(defaultLocations());
const rows: string[][] = [];
for (const { task, size, options } of cases) {
  const [width, height] = size;
  const random = new RandomGenerator(width);
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => 90 + ((i / 24) % 60) + (random.uint32() & 15));
  const mask = new Uint8Array(width * height);
  for (let y = 300; y < 304; y++) mask.fill(255, y * width + 100, y * width + 400);
  const common = { width, height, bitDepth: 8 as const, metadata: { orientation: 1 } };
  const [input, maskFile] = [join(folder, 'in.png'), join(folder, 'mask.png')];
  await writeFile(input, await encodePicture({ ...common, mode: 'rgb', data }, { format: 'png' }));
  await writeFile(maskFile, await encodePicture({ ...common, mode: 'gray', data: mask }, { format: 'png' }));
  const isMasked = task === 'inpaint';
  const plan = await planPasses(store, {
    ...{ width, height, orientation: 1, model: 'photo', options: restoreOptionsSchema.parse({ task, ...options }) },
    ...(isMasked && { mask: { x: 0, y: 0, width, height, coverage: mask } }),
  });
  const args = ['restore', input, '-o', join(folder, `out-${rows.length}.png`), '--task', task, '--provider', 'cpu'];
  if (isMasked) args.push('--mask', maskFile);
  for (const [name, value] of Object.entries(options)) {
    args.push(`--${name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`, String(value));
  }
  const { stderr, status } = spawnSync(
    '/usr/bin/time',
    ['-f', '%M', process.execPath, join(ROOT, 'bin/langevin.js'), ...args, '--json'],
    { encoding: 'utf8', maxBuffer: 1e9 },
  );
  if (status !== 0) throw new Error(stderr);
  const peak = (Number(stderr.trim().split('\n').at(-1)) * 1024) / 1e6;
  const planned = plan.memory! / 1e6;
  const asked = Object.entries(options).map(([name, value]) => `${name} ${value}`);
  const cells = [planned.toFixed(0), peak.toFixed(0), (planned / peak).toFixed(2)];
  rows.push([task, `${width} × ${height}`, asked.join(', '), plan.solver, ...cells]);
}
await rm(folder, { recursive: true });
console.log(table(['task', 'picture', 'asked for', 'solver', 'planned, MB', 'peak, MB', 'ratio'], rows));
