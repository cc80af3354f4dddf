import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRestoreOptions } from '../src-main/contract/restore-options.ts';
import { decodePicture } from '../src-main/images/decode.ts';
import { countingNetwork } from '../src-main/prior/counting.ts';
import type { ScoreNetwork } from '../src-main/prior/score-network.ts';
import { restore } from '../src-main/restore/restore.ts';
import type { Picture } from '../src-main/tensor/picture.ts';
import { RandomGenerator } from '../src-main/tensor/random.ts';
import { tensor, type Tensor } from '../src-main/tensor/tensor.ts';
import { table, writeSection } from './report.ts';
import { SHARED_DATA, shippedNetwork } from './shipped-network.ts';

/**
 * What a product with the network's Jacobian costs, in plain passes: alone, and inside of a run of a guided solver.
 * Processor time of one thread, the least of several turns, so that other programs count little. `docs/networks.md`.
 */
const TURNS = Number(process.env['LANGEVIN_BENCH_TURNS'] ?? 3);
const STEPS = 5;

/** Milliseconds of processor time that `work` took. */
async function processorTime(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function noise([c, side]: readonly [number, number], seed: number): Tensor {
  const data = new Float32Array(c * side * side);
  new RandomGenerator(seed).fillNormal(data);
  return tensor([1, c, side, side], data);
}

/** The top left corner of a photograph; one channel of it for networks of grey pictures. */
async function photograph(side: number, channels: 1 | 3): Promise<Picture> {
  const folder = join(SHARED_DATA, 'val-photos');
  const [name] = (await readdir(folder)).sort();
  const { width, data } = await decodePicture(await readFile(join(folder, name)), name);
  const crop = Uint8Array.from({ length: side * side * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    return data[3 * (Math.floor(pixel / side) * width + (pixel % side)) + (i % channels)];
  });
  const mode = channels === 1 ? 'gray' : 'rgb';
  return { width: side, height: side, mode, bitDepth: 8, data: crop, metadata: { orientation: 1 } };
}

/** A run of ΠGDM that takes a linearization and one product a step, and no other evaluations. @returns how many. */
async function guidedRun(network: ScoreNetwork, picture: Picture, task: object): Promise<number> {
  const counted = countingNetwork(network);
  const options = parseRestoreOptions({ ...task, solver: 'pigdm', steps: STEPS });
  const run = restore({ picture, options }, counted, { now: () => performance.now(), companions: false });
  while (!(await run.next()).done);
  if (counted.nfe !== STEPS || counted.vjps !== STEPS)
    throw new Error(`${counted.nfe} evaluations, ${counted.vjps} products`);
  return STEPS;
}

/** Identity as operator, and one with a cosine transform and its inverse in each of its three applications. */
const tasks = { denoise: { task: 'denoise', noise: 25 }, deblur: { task: 'deblur', blurSigma: 1.6, noise: 2 } };

async function row(name: 'photo' | 'ct', side: number): Promise<string[]> {
  const network = await shippedNetwork(name, 1);
  const { linearize, vjp } = network;
  if (linearize === undefined || vjp === undefined) throw new Error(`${name} has no gradients`);
  const [x, v] = [1, 2].map((seed) => noise([network.manifest.channels, side], seed));
  const sigma = Float32Array.of(0.5);
  const picture = await photograph(side, network.manifest.channels);
  const least = new Map<string, number>();
  const note = async (key: string, work: () => Promise<unknown>, count = 1): Promise<void> => {
    least.set(key, Math.min(least.get(key) ?? Infinity, (await processorTime(work)) / count));
  };
  for (let turn = 0; turn < TURNS; turn++) {
    await note('plain', () => network.denoise(x, sigma));
    const { pull } = await linearize.call(network, x, sigma);
    await note('linearization', () => linearize.call(network, x, sigma));
    await note('product', () => pull(v));
    await note('one graph', () => vjp.call(network, x, sigma, v));
    for (const [key, task] of Object.entries(tasks)) await note(key, () => guidedRun(network, picture, task), STEPS);
    process.stderr.write(`${name} ${side}: turn ${turn + 1} of ${TURNS}\n`);
  }
  await network.dispose();
  const time = (key: string): number => least.get(key) ?? NaN;
  const passes = (milliseconds: number): string => (milliseconds / time('plain')).toFixed(2);
  return [
    `${name}, ${side} × ${side}`,
    time('plain').toFixed(0),
    passes(time('linearization')),
    passes(time('product')),
    passes(time('linearization') + time('product')),
    passes(time('denoise')),
    passes(time('deblur')),
    passes(time('one graph')),
  ];
}

await writeSection(
  'gradient',
  table(
    ['', 'plain pass, ms', 'D, activations kept', 'product', 'both', 'step of a run: denoise', 'deblur', 'one graph'],
    [await row('photo', 128), await row('photo', 256), await row('ct', 128), await row('ct', 256)],
  ),
  'docs/networks.md',
);
