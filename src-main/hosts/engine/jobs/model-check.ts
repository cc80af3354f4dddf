import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { throwIfCancelled, toLangevinError } from '../../../errors.ts';
import type { Manifest } from '../../../prior/manifest.ts';
import { onnxProviders } from '../../../prior/onnx.ts';
import type { ScoreNetwork } from '../../../prior/score-network.ts';
import { tiledNetwork } from '../../../prior/tiled.ts';
import { RandomGenerator } from '../../../tensor/random.ts';
import { tensor, type Shape, type Tensor } from '../../../tensor/tensor.ts';
import type { JobHandler } from '../job-registry.ts';
import type { FoundModel } from '../model-store.ts';
import { checkDetector } from './detector-check.ts';
import type { ModelFinding } from './model-finding.ts';
import type { EngineServices } from '../services.ts';
import { parseJob } from './parse-job.ts';

const picture = z.strictObject({
  shape: z.tuple([z.literal(1), z.int().min(1), z.int().min(1), z.int().min(1)]),
  data: z.instanceof(Float32Array),
});

const request = z.strictObject({
  model: z.string().min(1),
  provider: z.enum(['auto', ...onnxProviders]).default('cpu'),
  threads: z.int().min(1).max(256).optional(),
  /** Clean pictures [1, c, h, w] in [−1, 1] to measure D's error on. */
  pictures: z.array(picture).default([]),
  seed: z.int().min(0).default(0),
});
export type ModelCheckRequest = z.input<typeof request>;

export interface ModelCheckReport {
  /** No finding is an error. */
  readonly ok: boolean;
  readonly findings: readonly ModelFinding[];
  /** Mean squared error of D on the given pictures, in the form of the manifest's `calibration`. */
  readonly calibration: Calibration | undefined;
}

export interface Calibration {
  readonly sigma: readonly number[];
  readonly mse: readonly number[];
}

/** Noise levels to measure at when the manifest has no table. */
const defaultSigmas = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2, 3, 5, 8, 15, 30, 80];

/**
 * Job `models-check`: files and their sha256, completeness of the manifest, answers at several sizes and noise levels,
 * gradients, and the calibration table σ → mean squared error on the pictures given. Every finding is an event.
 */
export function modelCheckJob({ store, networks }: EngineServices): JobHandler {
  return async function* (payload, { signal }) {
    const { model, provider, threads, pictures, seed } = parseJob(request, payload, 'models-check');
    const findings: ModelFinding[] = [];
    const found = await store.findAny(model);
    let calibration: Calibration | undefined;
    for await (const item of findingsOf()) {
      throwIfCancelled(signal);
      findings.push(item);
      yield item;
    }
    const ok = findings.every(({ level }) => level !== 'error');
    return { ok, findings, calibration } satisfies ModelCheckReport;

    async function* findingsOf(): AsyncGenerator<ModelFinding> {
      if ('detector' in found) {
        yield* checkDetector(found, store, threads);
        return;
      }
      yield* checkCompleteness(found);
      try {
        await store.load(found.folder);
      } catch (error) {
        yield { check: 'files', level: 'error', message: toLangevinError(error).message };
        return;
      }
      yield { check: 'files', level: 'ok', message: 'All files are there and have the sha256 of the manifest.' };
      const lease = await networks.lease({ model: found.folder, provider, threads }).catch(toLangevinError);
      if (lease instanceof Error) {
        yield { check: 'loading', level: 'error', message: lease.message };
        return;
      }
      const { network, messages } = lease;
      try {
        yield { check: 'loading', level: 'ok', message: [`Runs on ${network.provider}.`, ...messages].join(' ') };
        yield await guarded('shapes', () => checkShapes(network, seed));
        yield await guarded('values', () => checkValues(network, seed));
        yield await guarded('gradients', () => checkGradients(network, seed));
        if (pictures.length > 0) {
          const clean = pictures.map(({ shape, data }) => tensor(shape, data));
          calibration = await measureCalibration(network, clean, seed, signal);
          yield compareCalibration(found.manifest, calibration);
        }
      } finally {
        await lease.release();
      }
    }
  };
}

async function* checkCompleteness({ manifest, folder }: FoundModel): AsyncGenerator<ModelFinding> {
  const missing: string[] = [];
  if (manifest.calibration === undefined) missing.push('no calibration table, which guided solvers rely on');
  const card = await access(join(folder, 'CARD.md')).then(
    () => true,
    () => false,
  );
  if (!card) missing.push('no CARD.md that names data, licence and limits');
  yield missing.length === 0
    ? { check: 'completeness', level: 'ok', message: 'The manifest is complete and has a card.' }
    : { check: 'completeness', level: 'warning', message: `The model has ${missing.join(' and ')}.` };
}

async function guarded(check: ModelFinding['check'], work: () => Promise<ModelFinding>): Promise<ModelFinding> {
  try {
    return await work();
  } catch (error) {
    return { check, level: 'error', message: toLangevinError(error).message };
  }
}

async function checkShapes(network: ScoreNetwork, seed: number): Promise<ModelFinding> {
  const { channels, stride } = network.manifest;
  const sizes = [
    [1, 1],
    [stride, stride],
    [17, 33],
    [1, 200],
    [64, 96],
  ];
  for (const [height, width] of sizes) {
    const x = noise([2, channels, height, width], seed, 0.7);
    const denoised = await network.denoise(x, Float32Array.of(0.1, 2));
    if (!denoised.data.every(Number.isFinite)) {
      const message = `At ${height} × ${width} pixels the answer has values that are not finite.`;
      return { check: 'shapes', level: 'error', message };
    }
  }
  const names = sizes.map((size) => size.join(' × ')).join(', ');
  return { check: 'shapes', level: 'ok', message: `Answers at ${names} pixels.` };
}

/** At σmin a denoiser returns nearly its input, and at σmax something in the range of pictures. */
async function checkValues(network: ScoreNetwork, seed: number): Promise<ModelFinding> {
  const { channels, sigmaMin, sigmaMax, sigmaData } = network.manifest;
  const shape: Shape = [1, channels, 64, 64];
  const clean = Float32Array.from({ length: channels * 64 * 64 }, (_, i) => Math.sin((i % 64) / 9) / 2);
  const at = async (sigma: number): Promise<Float32Array> => {
    const z = noise(shape, seed, sigma).data;
    const x = tensor(
      shape,
      clean.map((value, i) => value + z[i]),
    );
    return (await network.denoise(x, Float32Array.of(sigma))).data;
  };
  const low = await at(sigmaMin);
  const error = Math.sqrt(low.reduce((sum, value, i) => sum + (value - clean[i]) ** 2, 0) / low.length);
  const high = await at(sigmaMax);
  const largest = high.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const finite = [low, high].every((data) => data.every(Number.isFinite));
  const allowed = 4 * sigmaMin + 0.02;
  if (finite && error <= allowed && largest <= 1 + 4 * sigmaData) {
    const message = `At σ = ${sigmaMin} the answer is within ${error.toPrecision(2)} of a clean picture, at σ = ${sigmaMax} within ±${largest.toPrecision(2)}.`;
    return { check: 'values', level: 'ok', message };
  }
  const message =
    `At σ = ${sigmaMin} the answer is ${error.toPrecision(2)} away from a clean picture (allowed ${allowed.toPrecision(2)}), ` +
    `at σ = ${sigmaMax} it reaches ${largest.toPrecision(2)}. Time input, prediction or SDE of the manifest are probably wrong.`;
  return { check: 'values', level: 'error', message };
}

/** <v, J d> by a central difference against <Jᵀ v, d>. */
async function checkGradients(network: ScoreNetwork, seed: number): Promise<ModelFinding> {
  if (network.vjp === undefined) {
    const message = `There are no gradients on ${network.provider}; solvers that need them cannot run.`;
    return { check: 'gradients', level: 'warning', message };
  }
  const shape: Shape = [1, network.manifest.channels, 32, 48];
  const sigma = Float32Array.of(0.5);
  const [x, v, d] = [0.7, 1, 1].map((scale, i) => noise(shape, seed + i, scale));
  const { vjp } = await network.vjp(x, sigma, v);
  const step = 1e-3;
  const moved = (sign: number): Promise<Tensor> =>
    network.denoise(
      tensor(
        shape,
        x.data.map((value, i) => value + sign * step * d.data[i]),
      ),
      sigma,
    );
  const [plus, minus] = [await moved(1), await moved(-1)];
  const forward = plus.data.reduce((sum, value, i) => sum + ((value - minus.data[i]) / (2 * step)) * v.data[i], 0);
  const backward = vjp.data.reduce((sum, value, i) => sum + value * d.data[i], 0);
  const scale = Math.sqrt(vjp.data.reduce((sum, value) => sum + value * value, 0));
  const error = Math.abs(forward - backward) / scale;
  return error < 0.05
    ? { check: 'gradients', level: 'ok', message: 'Gradients agree with finite differences.' }
    : {
        check: 'gradients',
        level: 'error',
        message: `Gradients differ from finite differences by ${error.toPrecision(2)} of their norm.`,
      };
}

async function measureCalibration(
  network: ScoreNetwork,
  pictures: readonly Tensor[],
  seed: number,
  signal: AbortSignal,
): Promise<Calibration> {
  const tiled = tiledNetwork(network);
  const sigmas = network.manifest.calibration?.sigma ?? defaultSigmas;
  const mse: number[] = [];
  for (const [level, sigma] of sigmas.entries()) {
    let sum = 0;
    let count = 0;
    for (const [index, clean] of pictures.entries()) {
      throwIfCancelled(signal);
      const z = new Float32Array(clean.data.length);
      new RandomGenerator(seed, level, index).fillNormal(z);
      const x = tensor(
        clean.shape,
        clean.data.map((value, i) => value + sigma * z[i]),
      );
      const denoised = await tiled.denoise(x, Float32Array.of(sigma));
      denoised.data.forEach((value, i) => (sum += (value - clean.data[i]) ** 2));
      count += denoised.data.length;
    }
    mse.push(sum / count);
  }
  return { sigma: [...sigmas], mse };
}

function compareCalibration(manifest: Manifest, { sigma, mse }: Calibration): ModelFinding {
  const stated = manifest.calibration;
  if (stated === undefined) {
    const message = 'The mean squared error was measured; the manifest has no table to compare it with.';
    return { check: 'calibration', level: 'warning', message };
  }
  const ratios = mse.map((value, i) => value / stated.mse[i]);
  const worst = ratios.reduce(
    (max, ratio, i) => (Math.abs(Math.log(ratio)) > Math.abs(Math.log(ratios[max])) ? i : max),
    0,
  );
  const ratio = ratios[worst];
  const what = `measured mean squared errors are ${ratio.toPrecision(2)} times the manifest's at σ = ${sigma[worst]}`;
  return ratio < 3 && ratio > 1 / 3
    ? { check: 'calibration', level: 'ok', message: `At most, ${what}.` }
    : { check: 'calibration', level: 'warning', message: `On these pictures, ${what}.` };
}

function noise(shape: Shape, seed: number, scale: number): Tensor {
  const data = new Float32Array(shape.reduce((a, b) => a * b));
  new RandomGenerator(seed).fillNormal(data);
  return tensor(
    shape,
    data.map((z) => scale * z),
  );
}
