import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { batchRequestSchema, type BatchEvent, type BatchReport, type StageTimes } from '../src-main/contract/batch.ts';
import type { RestoreOptions } from '../src-main/contract/restore-options.ts';
import { machineProcesses } from '../src-main/batch/lock/process-identity.ts';
import { nodeFileSystem } from '../src-main/batch/node-file-system.ts';
import { PauseGate } from '../src-main/batch/pipeline/pause-gate.ts';
import { runBatch } from '../src-main/batch/run-batch.ts';
import type { CodecJobs } from '../src-main/hosts/batch/codec-process.ts';
import { PictureEngine } from '../src-main/hosts/batch/picture-engine.ts';
import { EngineClient } from '../src-main/hosts/engine/engine-client.ts';
import type { EngineJobs } from '../src-main/hosts/engine/job-types.ts';
import { Scratch } from '../src-main/hosts/engine/scratch.ts';
import { nodeSpawn } from '../src-main/hosts/engine/spawn.ts';
import { encodePicture } from '../src-main/images/encode.ts';
import { RandomGenerator } from '../src-main/tensor/random.ts';
import type { Picture } from '../src-main/tensor/picture.ts';
import { median, table, writeSection } from './report.ts';
import { ROOT } from './shipped-network.ts';

/** Batch throughput against what the network alone would do, and memory over many files. */
const ROUNDS = 4;
const PER_ROUND = 16;
const SIDE = 1024;
/** Pictures of the comparisons in a round. */
const ALONE = 4;
const SERIAL = 8;
const SMALL_FILES = 500;
const NETWORK = { model: 'photo', provider: 'cpu' } as const;
const DEFAULT: RestoreOptions = { task: 'inpaint', seed: 0, samples: 1 };
/** Few passes: the less the network takes, the harder it is to keep it busy. */
const QUICK: RestoreOptions = { ...DEFAULT, solver: 'ddnm', steps: 20 };

const hosts = pathToFileURL(join(ROOT, 'out/node/hosts/')).href;
const engine = new EngineClient<EngineJobs>(nodeSpawn(new URL('engine/engine-process.js', hosts)));
const codec = new EngineClient<CodecJobs>(nodeSpawn(new URL('batch/codec-process.js', hosts)));
const folder = await mkdtemp(join(tmpdir(), 'langevin-batch-bench-'));
const INTO = join(folder, 'large');
const mask = await makeMask(SIDE, 24);
try {
  await writeSection('batch', `## Batch\n\n${await throughput()}\n\n${await memory()}`);
} finally {
  await Promise.all([engine.dispose(), codec.dispose()]);
  await rm(folder, { recursive: true });
}

/** Pictures a second of the batch ÷ those of the network alone, measured before and after it. */
async function throughput(): Promise<string> {
  for (let i = 0; i < ROUNDS * PER_ROUND; i++) {
    await write(join(folder, `large-${i % ROUNDS}`), `p${Math.floor(i / ROUNDS)}.jpg`, texture(SIDE, i), 'jpeg');
  }
  const rows = [await measure('default', DEFAULT), await measure(`DDNM, ${QUICK.steps} levels`, QUICK)];
  return `${ROUNDS * PER_ROUND} JPEG pictures of 1 MP, a hole of 24 × 24 pixels each, results as PNG; seconds a picture,
medians of ${ROUNDS} rounds. Alone: the network on decoded pictures, before and after each batch. One process: the engine decodes and encodes as well, one picture after the
other. Goal: pictures a second of the batch ÷ those of the network alone ≥ 0.9. Two cores, both busy with the network
already, leave nothing to gain from overlap; where the network runs on another device they do.

${table(['solver', 'alone', 'batch', 'ratio', 'one process', 'ratio', 'decode', 'network', 'encode', 'write'], rows)}`;
}

/** In rounds, so that a machine that speeds up or slows down does so for all; medians. */
async function measure(name: string, options: RestoreOptions): Promise<string[]> {
  const rounds: number[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const source = join(folder, `large-${round}`);
    const before = await networkOnly(source, options);
    const start = performance.now();
    const report = await batch(source, mask, options);
    const perPicture = (performance.now() - start) / 1000 / PER_ROUND;
    assertDone(report, PER_ROUND);
    const between = await networkOnly(source, options);
    const serial = await oneAfterTheOther(source, options);
    const after = await networkOnly(source, options);
    const stage = (of: keyof StageTimes): number =>
      report.files.reduce((sum, file) => sum + (file.status === 'done' ? file.times![of] : 0), 0) / 1000 / PER_ROUND;
    const alone = (before + between) / 2;
    rounds.push([
      alone,
      perPicture,
      alone / perPicture,
      serial,
      (between + after) / 2 / serial,
      ...(['prepare', 'restore', 'encode', 'write'] as const).map(stage),
    ]);
  }
  return [name, ...rounds[0].map((_, i) => median(rounds.map((values) => values[i])).toFixed(2))];
}

/** Growth of the resident memory of the three processes over many small files. */
async function memory(): Promise<string> {
  const source = join(folder, 'small');
  const smallMask = await makeMask(48, 8);
  for (let i = 0; i < SMALL_FILES; i++) {
    await write(source, `p${i}.${i % 2 === 0 ? 'png' : 'jpg'}`, texture(48, i), i % 2 === 0 ? 'png' : 'jpeg');
  }
  await warmCodec(join(source, 'p0.png'), join(source, 'p1.jpg'));
  const samples = { runner: [] as number[], engine: [] as number[], codec: [] as number[] };
  let done = 0;
  const report = await batch(source, smallMask, { ...QUICK, steps: 1 }, async (event) => {
    if (event.type !== 'file' || ++done % 10 !== 0) return;
    globalThis.gc?.();
    samples.runner.push(await residentMiB(process.pid));
    samples.engine.push(await residentMiB(engine.pid!));
    samples.codec.push(await residentMiB(codec.pid!));
  });
  assertDone(report, SMALL_FILES);
  const rows = Object.entries(samples).map(([name, values]) => {
    // The first fifth fills caches and pools.
    const steady = values.slice(Math.floor(values.length / 5));
    return [name, values[0].toFixed(0), values.at(-1)!.toFixed(0), ((slope(steady) * 1024) / 10).toFixed(1)];
  });
  return `Resident memory over ${SMALL_FILES} files of 48 × 48 pixels; the growth is that of the last four fifths, by least squares.

${table(['process', 'first, MiB', 'last, MiB', 'growth, KiB a file'], rows)}`;
}

async function batch(
  source: string,
  mask: string,
  options: RestoreOptions,
  onEvent: (event: BatchEvent) => void = () => undefined,
): Promise<BatchReport> {
  const request = batchRequestSchema.parse({
    sources: [source],
    output: await mkdtemp(join(folder, 'restored-')),
    mask: { kind: 'files', paths: [mask] },
    options,
    model: NETWORK.model,
  });
  return runBatch(request, {
    fs: nodeFileSystem,
    engine: new PictureEngine({ engine, codec, options, network: NETWORK, scratch: new Scratch(folder) }),
    processes: machineProcesses,
    program: 'bench',
    gate: new PauseGate(),
    signal: new AbortController().signal,
    emit: onEvent,
    now: () => performance.now(),
  });
}

/** Lets the codec's heap reach its usual size, which takes some hundred pictures. */
async function warmCodec(...paths: string[]): Promise<void> {
  for (let i = 0; i < 800; i++) {
    const path = paths[i % paths.length];
    const file = { name: path, bytes: await readFile(path) };
    const job = {
      file,
      mask: { kind: 'none' as const },
      options: QUICK,
      encoding: { format: 'png' as const },
      into: INTO,
    };
    const { picture } = await codec.result('prepare', job);
    await codec.result('finish', { pictures: [picture], encoding: job.encoding, into: INTO });
  }
}

/** Seconds a picture of the network when all pictures are decoded and nothing else runs. */
async function networkOnly(source: string, options: RestoreOptions): Promise<number> {
  const file = { name: 'p0.jpg', bytes: await readFile(join(source, 'p0.jpg')) };
  const maskFile = { name: mask, bytes: await readFile(mask) };
  const { picture, mask: painted } = await codec.result('prepare', {
    file,
    mask: { kind: 'file', file: maskFile },
    options,
    encoding: { format: 'png' },
    into: INTO,
  });
  const job = { picture, mask: painted!, options, network: NETWORK, into: INTO };
  // Loads the model.
  await engine.result('restore-decoded', job);
  let seconds = 0;
  for (let i = 0; i < ALONE; i++) seconds += (await engine.result('restore-decoded', job)).report.seconds;
  return seconds / ALONE;
}

/** Seconds a picture when the engine process decodes and encodes as well. */
async function oneAfterTheOther(source: string, options: RestoreOptions): Promise<number> {
  const maskFile = { name: mask, bytes: await readFile(mask) };
  const start = performance.now();
  for (let i = 0; i < SERIAL; i++) {
    const picture = { name: `p${i}.jpg`, bytes: await readFile(join(source, `p${i}.jpg`)) };
    const job = {
      picture,
      mask: maskFile,
      options,
      network: NETWORK,
      encoding: { format: 'png' as const },
      into: INTO,
    };
    for await (const event of engine.run('restore', job)) {
      if (event.type === 'picture') await writeFile(join(folder, `serial-${i}.png`), event.bytes);
    }
  }
  return (performance.now() - start) / 1000 / SERIAL;
}

/** Soft shapes and grain, as photographs have. */
function texture(side: number, seed: number): Picture {
  const random = new RandomGenerator(seed);
  const data = new Uint8Array(side * side * 3);
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const soft = 128 + 60 * Math.sin((x + 31 * seed) / 90) + 40 * Math.cos(y / 70 + x / 200);
      const grain = 5 * random.normal();
      for (let c = 0; c < 3; c++) data[at++] = Math.max(0, Math.min(255, soft + 10 * c + grain));
    }
  }
  return { width: side, height: side, mode: 'rgb', bitDepth: 8, data, metadata: { orientation: 1 } };
}

async function makeMask(side: number, hole: number): Promise<string> {
  const data = new Uint8Array(side * side);
  const from = (side - hole) >> 1;
  for (let y = from; y < from + hole; y++) data.fill(255, y * side + from, y * side + from + hole);
  const mask: Picture = { width: side, height: side, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } };
  return write(folder, `mask-${side}.png`, mask, 'png');
}

async function write(place: string, name: string, picture: Picture, format: 'png' | 'jpeg'): Promise<string> {
  await mkdir(place, { recursive: true });
  const path = join(place, name);
  await writeFile(path, await encodePicture(picture, { format }));
  return path;
}

function assertDone({ totals }: BatchReport, count: number): void {
  if (totals.done !== count) throw new Error(`The batch restored ${totals.done} of ${count} pictures.`);
}

async function residentMiB(pid: number): Promise<number> {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kib) / 1024;
}

/** By least squares, per value. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let covariance = 0;
  let variance = 0;
  for (const [i, value] of values.entries()) {
    covariance += (i - middle) * (value - mean);
    variance += (i - middle) ** 2;
  }
  return covariance / variance;
}
