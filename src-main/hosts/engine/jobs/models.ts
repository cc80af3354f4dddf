import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ErrorCode } from '../../../errors.ts';
import type { Manifest } from '../../../prior/manifest.ts';
import type { JobHandler } from '../job-registry.ts';
import type { DetectorManifest } from '../../../find/manifest.ts';
import { readModelFile, TEXT_LIMIT } from '../model-file.ts';
import { notDetector, notScoreNetwork, type FoundModel, type ListedModel } from '../model-store.ts';
import type { EngineServices } from '../services.ts';
import { parseJob } from './parse-job.ts';

/** A score network by its manifest, or a detector of damage by its own. */
export type AnyManifest = { readonly manifest: Manifest } | { readonly detector: DetectorManifest };

/** One model folder, usable or not. */
export type ModelSummary =
  | (AnyManifest & {
      readonly name: string;
      readonly folder: string;
      readonly origin: FoundModel['origin'];
      readonly shadowed: boolean;
    })
  | {
      readonly name: string;
      readonly folder: string;
      readonly problem: { readonly code: ErrorCode; readonly message: string };
    };

export type ModelDetails = AnyManifest & {
  readonly folder: string;
  readonly origin: FoundModel['origin'];
  /** Files the manifest names; size undefined where one is missing. */
  readonly files: readonly { readonly file: string; readonly bytes: number | undefined }[];
  /** Text of CARD.md. */
  readonly card: string | undefined;
};

/** Job `models-list`: every model folder there is. */
export function modelsListJob({ store }: EngineServices): JobHandler {
  // eslint-disable-next-line require-yield -- a job without events
  return async function* (payload) {
    parseJob(z.strictObject({}), payload, 'models-list');
    return (await store.list()).map(summary);
  };
}

function summary(model: ListedModel): ModelSummary {
  if (!('problem' in model)) return model;
  const { code, message } = model.problem;
  return { name: model.name, folder: model.folder, problem: { code, message } };
}

/** Job `models-show`: all that is known about one model without running it. */
export function modelsShowJob({ store }: EngineServices): JobHandler {
  // eslint-disable-next-line require-yield -- a job without events
  return async function* (payload) {
    const { model } = parseJob(z.strictObject({ model: z.string().min(1) }), payload, 'models-show');
    const found = await store.findAny(model);
    const { folder } = found;
    const names =
      'detector' in found
        ? [found.detector.file]
        : [
            found.manifest.file,
            ...found.manifest.externalFiles.map(({ file }) => file),
            ...(found.manifest.classifier === undefined ? [] : [found.manifest.classifier.file]),
          ];
    const files = names.map(async (file) => {
      const found = await stat(join(folder, file)).catch(() => undefined);
      return { file, bytes: found?.size };
    });
    const text = await readModelFile(folder, 'CARD.md', TEXT_LIMIT).catch(() => undefined);
    const card = text && Buffer.from(text).toString('utf8');
    return { ...found, files: await Promise.all(files), card } satisfies ModelDetails;
  };
}

/**
 * The manifest of a score network.
 * @throws model-not-found for a detector of damage.
 */
export function scoreManifest(details: AnyManifest): Manifest {
  if ('manifest' in details) return details.manifest;
  throw notScoreNetwork(details.detector.name);
}

/**
 * The manifest of a detector of damage.
 * @throws model-not-found for a score network.
 */
export function detectorManifest(details: AnyManifest): DetectorManifest {
  if ('detector' in details) return details.detector;
  throw notDetector(details.manifest.name);
}
