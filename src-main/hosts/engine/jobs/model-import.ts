import { lstat, mkdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { LangevinError, toLangevinError } from '../../../errors.ts';
import type { Manifest } from '../../../prior/manifest.ts';
import { kindOf } from '../../files/output-guard.ts';
import { readInputFile } from '../../files/read-file.ts';
import { writeFileAtomically } from '../../files/write-file.ts';
import { describeNetwork, networkFactsSchema } from '../describe-network.ts';
import type { JobContext, JobHandler } from '../job-registry.ts';
import { readModelFile, TEXT_LIMIT, WEIGHTS_LIMIT } from '../model-file.ts';
import type { ModelStore } from '../model-store.ts';
import type { EngineServices } from '../services.ts';
import { importFolder, installModel, sweepModels } from '../user-models.ts';
import { modelCheckJob, type ModelCheckReport } from './model-check.ts';
import type { ModelFinding } from './model-finding.ts';
import { parseJob } from './parse-job.ts';

const request = z.strictObject({
  /** A model folder with its manifest, or an ONNX file. */
  source: z.string().min(1),
  /** Of an ONNX file. */
  facts: networkFactsSchema.optional(),
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
    const { source, facts, replace } = parseJob(request, payload, 'models-import');
    const { store } = services;
    const isFolder = (await stat(source).catch(() => undefined))?.isDirectory() ?? false;
    if (!isFolder && facts === undefined) {
      throw new LangevinError('invalid-argument', `${source} is a file; give the model a name with --name.`);
    }
    const { manifest, files } = isFolder ? await readFolder(store, source) : await readNetwork(source, facts!);
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
      if (!check.ok) {
        const problems = check.findings.filter(({ level }) => level === 'error').map(({ message }) => message);
        throw new LangevinError('model-corrupt', `${source} was not imported: ${problems.join(' ')}`);
      }
      await installModel(store.userFolder, manifest.name, temporary);
      return { manifest, folder, check };
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw toLangevinError(error);
    }
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

async function readNetwork(source: string, facts: NonNullable<z.output<typeof request>['facts']>): Promise<ModelFiles> {
  const file = basename(source);
  const read = async (location: string): Promise<Uint8Array> => {
    const bytes = await readModelFile(dirname(source), location, WEIGHTS_LIMIT);
    if (bytes !== undefined) return bytes;
    throw new LangevinError('file-not-found', `There is no file ${join(dirname(source), location)}. Check the path.`);
  };
  // The user named it, wherever it leads; what it names itself must lie beside it.
  const bytes = await readInputFile(source);
  const { manifest, externalFiles } = await describeNetwork(file, bytes, facts, read);
  const text = new TextEncoder().encode(`${JSON.stringify(manifest, undefined, 2)}\n`);
  return { manifest, files: [{ path: 'manifest.json', data: text }, { path: file, data: bytes }, ...externalFiles] };
}
