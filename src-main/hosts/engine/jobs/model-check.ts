import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { throwIfCancelled, toLangevinError } from '../../../errors.ts';
import type { Manifest } from '../../../prior/manifest.ts';
import { onnxProviders } from '../../../prior/onnx.ts';
import type { ScoreNetwork } from '../../../prior/score-network.ts';
import { tiledNetwork } from '../../../prior/tiled.ts';
import { calibrationSigmas, measureErrors, type Calibration } from '../../../prior/identify/sigma-range.ts';
import { tensor, type Tensor } from '../../../tensor/tensor.ts';
import type { JobHandler } from '../job-registry.ts';
import type { FoundModel } from '../model-store.ts';
import { checkDetector } from './detector-check.ts';
import { checkGradients, checkShapes, checkSpeed, checkSymmetry } from './network-checks.ts';
import { checkMeaning, checkValues, testedSigmas, trialPictures } from './meaning-check.ts';
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

/**
 * Job `models-check`: files and their sha256, completeness of the manifest, answers at several sizes, whether another meaning
 * than the manifest's denoises better, how well it denoises at each noise level beside the shipped network, gradients, symmetry
 * of the Jacobian, speed and memory, and the calibration table σ → mean squared error on the pictures given. Every finding is
 * an event; what came of it is remembered, so that a model that did not pass says so whenever it is used.
 */
export function modelCheckJob({ store, networks, verdicts }: EngineServices): JobHandler {
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
    if ('manifest' in found) {
      const problems = findings.filter(({ level }) => level === 'error').map(({ message }) => message);
      await verdicts.record(found.manifest, problems);
    }
    return { ok, findings, calibration } satisfies ModelCheckReport;

    /** What the network that comes with the program makes of the same pictures; undefined for other kinds of pictures. */
    async function shippedErrors(
      { manifest, origin }: FoundModel,
      network: ScoreNetwork,
      samples: readonly Tensor[],
    ): Promise<Calibration | undefined> {
      if (manifest.channels !== 3 || (origin === 'shipped' && manifest.name === 'photo')) return undefined;
      const lease = await networks.lease({ model: 'photo', provider: 'cpu', threads }).catch(() => undefined);
      if (lease === undefined) return undefined;
      try {
        return await measureErrors(lease.network, samples, testedSigmas(network), signal);
      } finally {
        await lease.release();
      }
    }

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
      const { network, verdict } = lease;
      // This is the check that an earlier verdict would ask for.
      const messages = lease.messages.filter((message) => message !== verdict);
      try {
        yield { check: 'loading', level: 'ok', message: [`Runs on ${network.provider}.`, ...messages].join(' ') };
        yield await guarded('shapes', () => checkShapes(network, seed));
        const samples = await trialPictures(network, pictures);
        yield* checkMeaning(found, store, samples, signal);
        const shipped = await shippedErrors(found, network, samples);
        yield await guarded('values', () => checkValues(network, samples, shipped, signal));
        yield await guarded('gradients', () => checkGradients(network, seed));
        if (network.vjp !== undefined) yield await guarded('symmetry', () => checkSymmetry(network, seed));
        yield await guarded('speed', () => checkSpeed(network, seed));
        if (pictures.length > 0) {
          const clean = pictures.map(({ shape, data }) => tensor(shape, data));
          calibration = await measureCalibration(network, clean, signal);
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
  if (manifest.licence === 'not stated') missing.push('no licence');
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

async function measureCalibration(
  network: ScoreNetwork,
  pictures: readonly Tensor[],
  signal: AbortSignal,
): Promise<Calibration> {
  const sigmas = network.manifest.calibration?.sigma ?? calibrationSigmas;
  return measureErrors(tiledNetwork(network), pictures, sigmas, signal);
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
