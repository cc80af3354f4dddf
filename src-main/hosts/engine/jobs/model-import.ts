import { lstat, mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { LangevinError, toLangevinError } from '../../../errors.ts';
import type { Manifest } from '../../../prior/manifest.ts';
import { kindOf } from '../../files/output-guard.ts';
import { writeFileAtomically } from '../../files/write-file.ts';
import { createOnnxNetwork } from '../../../prior/onnx.ts';
import { findNetwork, type FoundNetwork } from '../import/find-network.ts';
import { importedCard } from '../import/imported-card.ts';
import { networkFactsSchema, type KnownFacts } from '../import/network-facts.ts';
import { proposeModel } from '../import/propose-model.ts';
import { withCalibration } from '../import/with-calibration.ts';
import type { JobContext, JobHandler } from '../job-registry.ts';
import { readModelFile, TEXT_LIMIT } from '../model-file.ts';
import type { ModelStore } from '../model-store.ts';
import type { EngineServices } from '../services.ts';
import { importFolder, installModel, sweepModels } from '../user-models.ts';
import { modelCheckJob, type ModelCheckReport } from './model-check.ts';
import type { ModelFinding } from './model-finding.ts';
import { parseJob } from './parse-job.ts';

const request = z.strictObject({
  /** A model folder with its manifest; an ONNX file, or a folder that somebody's exporter wrote. */
  source: z.string().min(1),
  /** What is known of a network without a manifest; the rest is read from files beside it, and measured. */
  facts: networkFactsSchema.prefault({}),
  /** Keep a model that does not pass its check; it says so whenever it is used. */
  keepFailing: z.boolean().default(false),
  /** Replace a model of the user that has the same name. */
  replace: z.boolean().default(false),
});
export type ModelImportRequest = z.input<typeof request>;

export interface ModelImportReport {
  readonly manifest: Manifest;
  /** Where the model is now. */
  readonly folder: string;
  readonly check: ModelCheckReport;
}

/** Everything that goes into the model's folder. */
interface ModelFiles {
  readonly manifest: Manifest;
  readonly files: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/**
 * Job `models-import`: brings a network into the user's models. It is checked as `models-check` does before it gets its
 * name, so that a model that is listed is one that works; findings are events.
 */
export function modelImportJob(services: EngineServices): JobHandler {
  return async function* (payload, context): AsyncGenerator<ModelFinding, ModelImportReport> {
    const { source, facts, replace, keepFailing } = parseJob(request, payload, 'models-import');
    const { store } = services;
    const hasManifest = (await lstat(join(source, 'manifest.json')).catch(() => undefined)) !== undefined;
    const { manifest, files } = hasManifest
      ? await readFolder(store, source)
      : yield* measured(services, await findNetwork(resolve(source)), facts, context.signal);
    const folder = join(store.userFolder, manifest.name);
    const there = await lstat(folder).catch(() => undefined);
    if (there !== undefined && !there.isDirectory()) {
      const what = there.isSymbolicLink() ? 'a link' : (kindOf(there) ?? 'a file');
      throw new LangevinError(
        'file-unwritable',
        `${folder} cannot be written: it is ${what}, not a folder of a model; move it away.`,
      );
    }
    if (there !== undefined && !replace) {
      throw new LangevinError(
        'output-exists',
        `You have a model "${manifest.name}" already, in ${folder}; import under another name or with --replace.`,
      );
    }
    const temporary = importFolder(store.userFolder, manifest.name);
    await sweepModels(store.userFolder);
    try {
      for (const { path, data } of files) {
        await mkdir(dirname(join(temporary, path)), { recursive: true });
        await writeFileAtomically(join(temporary, path), data);
      }
      const check = yield* checked(services, temporary, context);
      if (!check.ok && !keepFailing) {
        const problems = check.findings.filter(({ level }) => level === 'error').map(({ message }) => message);
        throw new LangevinError(
          'model-corrupt',
          `${source} was not imported: ${problems.join(' ')} (--keep-failing imports it all the same.)`,
        );
      }
      await installModel(store.userFolder, manifest.name, temporary);
      return { manifest, folder, check };
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw toLangevinError(error);
    }
  };
}

/** A network without a manifest: what it means, the levels it knows, a calibration table, a card. */
async function* measured(
  { gradientCache }: EngineServices,
  found: FoundNetwork,
  facts: KnownFacts,
  signal: AbortSignal,
): AsyncGenerator<ModelFinding, ModelFiles> {
  const { manifest: proposed, files } = yield* proposeModel(found, facts, signal);
  const [{ data: bytes }, ...externalData] = files;
  const network = await createOnnxNetwork(proposed, bytes, { provider: 'cpu', externalData, gradientCache });
  let manifest: Manifest;
  try {
    manifest = await withCalibration(network, facts, signal);
  } finally {
    await network.dispose();
  }
  const { sigmaMin, sigmaMax } = manifest;
  yield {
    check: 'calibration',
    level: 'ok',
    message: `It denoises from σ = ${sigmaMin} to ${sigmaMax}; its errors are in the manifest.`,
  };
  const text = (path: string, content: string): ModelFiles['files'][number] => ({
    path,
    data: new TextEncoder().encode(content),
  });
  return {
    manifest,
    files: [
      text('manifest.json', `${JSON.stringify(manifest, undefined, 2)}\n`),
      text('CARD.md', importedCard(manifest, found)),
      ...files,
    ],
  };
}

async function* checked(
  services: EngineServices,
  model: string,
  context: JobContext,
): AsyncGenerator<ModelFinding, ModelCheckReport> {
  const run = modelCheckJob(services)({ model }, context);
  for (;;) {
    const step = await run.next();
    if (step.done) return step.value as ModelCheckReport;
    yield step.value as ModelFinding;
  }
}

async function readFolder(store: ModelStore, source: string): Promise<ModelFiles> {
  const { manifest, bytes, externalData, folder } = await store.load(resolve(source));
  const text = await readModelFile(folder, 'manifest.json', TEXT_LIMIT);
  const card = await readModelFile(folder, 'CARD.md', TEXT_LIMIT);
  return {
    manifest,
    files: [
      ...(text === undefined ? [] : [{ path: 'manifest.json', data: text }]),
      { path: manifest.file, data: bytes },
      ...externalData,
      ...(card === undefined ? [] : [{ path: 'CARD.md', data: card }]),
    ],
  };
}
