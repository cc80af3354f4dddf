import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LangevinError } from '../../../errors.ts';
import { readInputFile } from '../../files/read-file.ts';
import { readModelFile, TEXT_LIMIT, WEIGHTS_LIMIT } from '../model-file.ts';
import { holdsWeightsOnly, weightsOnly } from './export-commands.ts';
import { readNetworkConfig, readScheduler, type Hints } from './scheduler-config.ts';

/** An ONNX file that somebody pointed at, with what lies beside it. */
export interface FoundNetwork {
  /** Folder of the file; what it keeps outside itself lies there. */
  readonly folder: string;
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly hints: Hints;
  /** By the folder or file; letters that a model's name may have. */
  readonly suggestedName: string;
  /** Files that were read for hints, for people. */
  readonly readBeside: readonly string[];
}

/** Where exporters of pipelines put the network. */
const usualPlaces = ['unet/model.onnx', 'transformer/model.onnx', 'model.onnx'];

/**
 * Finds the network of a path: an ONNX file, or a folder with one: a pipeline of diffusers (unet/ and scheduler/), an export
 * with a config.json, or any folder that holds one ONNX file.
 * @throws unsupported-combination for weights alone, with the commands that export them
 * @throws file-not-found, invalid-argument where there is none, or more than one
 * @throws what readModelFile throws: nothing is read through links that leave the folder
 */
export async function findNetwork(source: string): Promise<FoundNetwork> {
  const isFolder = (await stat(source).catch(() => undefined))?.isDirectory() ?? false;
  if (!isFolder) {
    const beside = await readBeside(dirname(source), '');
    if (holdsWeightsOnly(source)) throw weightsOnly(source, beside.architecture);
    // The user named it, wherever it leads; what it names itself must lie beside it.
    const bytes = await readInputFile(source);
    return { folder: dirname(source), file: basename(source), bytes, ...beside, suggestedName: modelNameFrom(source) };
  }
  const path = await placeOf(source);
  const bytes = await readModelFile(source, path, WEIGHTS_LIMIT);
  if (bytes === undefined) throw new LangevinError('file-not-found', `There is no file ${join(source, path)}.`);
  const inner = dirname(path) === '.' ? '' : dirname(path);
  return {
    folder: join(source, inner),
    file: basename(path),
    bytes,
    ...(await readBeside(source, inner)),
    suggestedName: modelNameFrom(source),
  };
}

async function placeOf(source: string): Promise<string> {
  const there = async (path: string): Promise<boolean> =>
    (await stat(join(source, path)).catch(() => undefined)) !== undefined;
  for (const place of usualPlaces) if (await there(place)) return place;
  const folders = ['', 'unet', 'transformer', 'onnx'];
  const names = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(source, folder)).catch(() => []);
      return entries.map((entry) => (folder === '' ? entry : `${folder}/${entry}`));
    }),
  );
  const files = names.flat();
  const networks = files.filter((file) => file.endsWith('.onnx'));
  if (networks.length === 1) return networks[0];
  if (networks.length > 1) {
    throw new LangevinError(
      'invalid-argument',
      `${source} has several ONNX files: ${networks.slice(0, 8).join(', ')}. Give the path of the one to import.`,
    );
  }
  const weights = files.find(holdsWeightsOnly);
  if (weights !== undefined) {
    const folder = dirname(weights);
    const { architecture } = await readBeside(source, folder === '.' ? '' : folder);
    throw weightsOnly(architecture === undefined ? join(source, weights) : join(source, folder), architecture);
  }
  throw new LangevinError(
    'model-not-found',
    `${source} holds no network: neither a manifest.json of a model nor an ONNX file (also not in unet/ or transformer/).`,
  );
}

/** @param inner  the folder of the network within `source`; '' where it is `source`. */
async function readBeside(
  source: string,
  inner: string,
): Promise<Pick<FoundNetwork, 'hints' | 'readBeside'> & { readonly architecture: string | undefined }> {
  // A file within unet/ that was pointed at itself has its scheduler one folder up.
  const isInner = inner === '' && ['unet', 'transformer'].includes(basename(source));
  const root = isInner ? dirname(source) : source;
  const part = isInner ? basename(source) : inner;
  const read: string[] = [];
  const json = async (path: string): Promise<unknown> => {
    const bytes = await readModelFile(root, path, TEXT_LIMIT).catch(() => undefined);
    if (bytes === undefined) return undefined;
    try {
      const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
      read.push(path);
      return value;
    } catch {
      return undefined;
    }
  };
  const config = readNetworkConfig(await json(part === '' ? 'config.json' : `${part}/config.json`));
  const pipeline = readNetworkConfig(await json('model_index.json'));
  const scheduled = (await json('scheduler/scheduler_config.json')) ?? (await json('scheduler_config.json'));
  const hints = scheduled === undefined ? { meaning: {}, notes: [] } : readScheduler(scheduled);
  const { sampleSize, stride, nullClass, architecture = pipeline.architecture } = config;
  return {
    hints: {
      ...hints,
      ...(sampleSize === undefined ? {} : { sampleSize }),
      ...(stride === undefined ? {} : { stride }),
      ...(nullClass === undefined ? {} : { nullClass }),
    },
    readBeside: read,
    architecture,
  };
}

/** A name of a model after a file or folder. */
export function modelNameFrom(path: string): string {
  const name = basename(path)
    .replace(/\.onnx$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .slice(0, 60)
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return name === '' ? 'network' : name;
}
