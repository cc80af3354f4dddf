import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { RestoreOptions } from '../src-main/contract/restore-options.ts';
import { restore } from '../src-main/restore/restore.ts';
import { RandomGenerator } from '../src-main/tensor/random.ts';
import { median, table, writeSection } from './report.ts';
import { ROOT, shippedNetwork } from './shipped-network.ts';

/** (a) Steps of the pipeline a second ÷ runs of the bare session a second on the same tensor. */
const STEPS = 12;
const network = await shippedNetwork('photo');
const session = await InferenceSession.create(await readFile(join(ROOT, 'models/photo/denoiser.onnx')), {
  intraOpNumThreads: 2,
});
const rows: (string | number)[][] = [];
for (const side of [256, 512]) {
  const raw: number[] = [];
  const pipeline: number[] = [];
  // In turn, so that a machine that speeds up or slows down does so for both.
  for (let round = 0; round < 5; round++) {
    raw.push(await rawStep(side));
    pipeline.push(await pipelineStep(side));
  }
  const ratio = median(raw.map((ms, i) => ms / pipeline[i]));
  rows.push([`${side} × ${side}`, median(raw).toFixed(1), median(pipeline).toFixed(1), ratio.toFixed(3)]);
}
await writeSection(
  'steps',
  `## Overhead of the pipeline\n\nMilliseconds a step, median of five rounds in turn: the bare \`session.run\`, and a step of the whole pipeline
(DDNM with fresh noise, data residual and progress event included) on a window of the same size. Goal: ratio ≥ 0.95.\n\n${table(['window', '`session.run`', 'pipeline', 'ratio'], rows)}`,
);
await network.dispose();

async function rawStep(side: number): Promise<number> {
  const x = new OrtTensor('float32', new Float32Array(3 * side * side), [1, 3, side, side]);
  const sigma = new OrtTensor('float32', Float32Array.of(1), [1]);
  await session.run({ x, sigma });
  const start = performance.now();
  for (let i = 0; i < STEPS; i++) await session.run({ x, sigma });
  return (performance.now() - start) / STEPS;
}

async function pipelineStep(side: number): Promise<number> {
  const random = new RandomGenerator(1);
  const data = Uint8Array.from({ length: side * side * 3 }, () => random.uint32() & 255);
  const mask = Uint8Array.from({ length: side * side }, (_, i) => (i % 7 === 0 ? 1 : 0));
  const picture = {
    width: side,
    height: side,
    mode: 'rgb' as const,
    bitDepth: 8 as const,
    data,
    metadata: { orientation: 1 },
  };
  const options: RestoreOptions = { task: 'inpaint', solver: 'ddnm', steps: STEPS + 1, seed: 0, samples: 1 };
  const run = restore({ picture, mask, options }, network, { now: () => performance.now() });
  await run.next();
  const start = performance.now();
  for (let i = 0; i < STEPS; i++) await run.next();
  const elapsed = performance.now() - start;
  await run.return(undefined as never);
  return elapsed / STEPS;
}
