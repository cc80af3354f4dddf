import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { LangevinError, toLangevinError } from '../../errors.ts';
import { parseManifest, type Manifest } from '../../prior/manifest.ts';
import { isDetectorManifest, parseDetectorManifest, type DetectorManifest } from '../../find/manifest.ts';
import type { ExternalData } from '../../prior/derive-gradients.ts';
import type { Locations } from './locations.ts';
import { assertPinned, pinnedModels, type PinnedModels } from './pinned-models.ts';
import { readModelFile, TEXT_LIMIT, WEIGHTS_LIMIT } from './model-file.ts';
import { sweepModels } from './user-models.ts';

/** A model that was found; its network file has not been read. */
export interface FoundModel {
  readonly manifest: Manifest;
  /** Absolute path of its folder. */
  readonly folder: string;
  readonly origin: 'environment' | 'user' | 'shipped' | 'path';
}

/** A detector of damage that was found; its network file has not been read. */
export interface FoundDetector {
  readonly detector: DetectorManifest;
  /** Absolute path of its folder. */
  readonly folder: string;
  readonly origin: FoundModel['origin'];
}

/** A model whose files were read and checked. */
export interface LoadedModel extends FoundModel {
  readonly bytes: Uint8Array;
  readonly externalData: readonly ExternalData[];
}

/** One line of `models list`: a score network, a detector, or why a folder is neither. */
export type ListedModel =
  | ((FoundModel | FoundDetector) & {
      readonly name: string;
      /** A model of the same name in an earlier folder is used. */ readonly shadowed: boolean;
    })
  | { readonly name: string; readonly folder: string; readonly problem: LangevinError };

const modelName = /^[a-z0-9][a-z0-9._-]*$/;

/** Finds and reads models; every file is checked against the manifest before it is used. */
export class ModelStore {
  readonly #locations: Locations;
  readonly #pinned: PinnedModels | undefined;

  /** @param pinned  hashes of the manifests of shipped models, where the program knows them. */
  constructor(locations: Locations, pinned: PinnedModels | undefined = pinnedModels) {
    this.#locations = locations;
    this.#pinned = pinned;
  }

  /** Where models of this user are, or will be once there are some. */
  get userFolder(): string {
    const own = this.#locations.models.find(({ origin }) => origin === 'user');
    if (own === undefined) throw new LangevinError('internal', 'This host has no folder for models of the user.');
    return own.folder;
  }

  /** Everything in the models' folders, in order of precedence; a broken model is listed with its problem. */
  async list(): Promise<ListedModel[]> {
    await this.#sweep();
    const listed: ListedModel[] = [];
    const seen = new Set<string>();
    for (const { folder: parent, origin } of this.#locations.models) {
      for (const name of (await subfolders(parent)).sort()) {
        const folder = join(parent, name);
        try {
          const read = await this.#readManifest(folder, name);
          listed.push({ name, ...read, folder, origin, shadowed: seen.has(name) });
          seen.add(name);
        } catch (error) {
          listed.push({ name, folder, problem: toLangevinError(error) });
        }
      }
    }
    return listed;
  }

  /**
   * The score network of a name, or in a folder (anything that contains a path separator, or starts with a dot).
   * @throws model-not-found, naming the models there are, also for a detector; invalid-manifest
   */
  async find(nameOrFolder: string): Promise<FoundModel> {
    const found = await this.findAny(nameOrFolder);
    if ('manifest' in found) return found;
    throw notScoreNetwork(found.detector.name);
  }

  /**
   * The detector of damage of a name, or in a folder.
   * @throws model-not-found, also for a score network; invalid-manifest
   */
  async findDetector(nameOrFolder: string): Promise<FoundDetector> {
    const found = await this.findAny(nameOrFolder);
    if ('detector' in found) return found;
    throw notDetector(found.manifest.name);
  }

  /**
   * The model of a name, or in a folder, whatever its kind.
   * @throws model-not-found, naming the models there are; invalid-manifest
   */
  async findAny(nameOrFolder: string): Promise<FoundModel | FoundDetector> {
    if (!modelName.test(nameOrFolder)) {
      const folder = resolve(nameOrFolder);
      return { ...(await this.#readManifest(folder)), folder, origin: 'path' };
    }
    await this.#sweep();
    for (const { folder: parent, origin } of this.#locations.models) {
      const folder = join(parent, nameOrFolder);
      if (!(await isFolder(folder))) continue;
      return { ...(await this.#readManifest(folder, nameOrFolder)), folder, origin };
    }
    const names = [...new Set((await this.list()).map(({ name }) => name))];
    throw new LangevinError(
      'model-not-found',
      `There is no model "${nameOrFolder}". There are: ${names.join(', ') || 'none'}. ` +
        'Give one of these names, or the path of a model folder.',
    );
  }

  /**
   * Finds a model and reads its files.
   * @throws model-not-found, invalid-manifest
   * @throws file-not-found, file-unreadable  for a file that the manifest names
   * @throws model-corrupt  when a file's sha256 is not the manifest's, or it lies outside the model's folder
   */
  async load(nameOrFolder: string): Promise<LoadedModel> {
    const found = await this.find(nameOrFolder);
    const { manifest, folder } = found;
    const bytes = await readChecked(folder, manifest.file, manifest.sha256, manifest.name);
    const externalData: ExternalData[] = [];
    for (const { file, sha256 } of manifest.externalFiles) {
      externalData.push({ path: file, data: await readChecked(folder, file, sha256, manifest.name) });
    }
    return { ...found, bytes, externalData };
  }

  /**
   * Reads the classifier that comes with a score network.
   * @throws model-not-found where it has none; model-corrupt when its sha256 is not the manifest's
   */
  async readClassifier(nameOrFolder: string): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
    const { manifest, folder } = await this.find(nameOrFolder);
    const { classifier, name } = manifest;
    if (classifier === undefined) {
      throw new LangevinError(
        'model-not-found',
        `The model ${name} has no classifier, so that it knows no classes. Name one (--classifier FILE), or take the ` +
          'model digits. (A network that is told of the class itself is imported with --classes.)',
      );
    }
    const bytes = await readChecked(folder, classifier.file, classifier.sha256, name);
    return { name: join(folder, classifier.file), bytes };
  }

  /**
   * Reads the network file of a detector.
   * @throws file-not-found, file-unreadable; model-corrupt when its sha256 is not the manifest's
   */
  async readDetector({ detector, folder }: FoundDetector): Promise<Uint8Array> {
    return readChecked(folder, detector.file, detector.sha256, detector.name);
  }

  #readManifest(folder: string, expectedName?: string): ReturnType<typeof readManifest> {
    return readManifest(folder, expectedName, (bytes) => assertPinned(this.#pinned, this.#locations, folder, bytes));
  }

  async #sweep(): Promise<void> {
    for (const { folder, origin } of this.#locations.models) if (origin === 'user') await sweepModels(folder);
  }
}

export function notScoreNetwork(name: string): LangevinError {
  return new LangevinError(
    'model-not-found',
    `The model ${name} finds damage and restores nothing. ` +
      'Give the name of a score network here: langevin models list shows them.',
  );
}

export function notDetector(name: string): LangevinError {
  return new LangevinError(
    'model-not-found',
    `The model ${name} is a score network and finds no damage. ` +
      'Give the name of a detector: langevin models list shows them.',
  );
}

/**
 * @param expectedName  the name a model must have to lie in a folder of that name.
 * @param check  refuses manifests by their bytes.
 */
async function readManifest(
  folder: string,
  expectedName: string | undefined,
  check: (manifest: Uint8Array) => void,
): Promise<{ readonly manifest: Manifest } | { readonly detector: DetectorManifest }> {
  const path = join(folder, 'manifest.json');
  const bytes = await readModelFile(folder, 'manifest.json', TEXT_LIMIT);
  if (bytes === undefined) {
    const problem = (await isFolder(folder)) ? 'has no manifest.json' : 'does not exist or is not a folder';
    throw new LangevinError('model-not-found', `${folder} is not a model: it ${problem}.`);
  }
  check(bytes);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    // What the file holds is not repeated: it may be none of the model's.
    throw new LangevinError('invalid-manifest', `${path} is not valid JSON.`, { cause: error });
  }
  const read = isDetectorManifest(value)
    ? { detector: parseDetectorManifest(value, path) }
    : { manifest: parseManifest(value, path) };
  const { name } = 'detector' in read ? read.detector : read.manifest;
  if (expectedName !== undefined && name !== expectedName) {
    throw new LangevinError(
      'invalid-manifest',
      `${path} calls the model "${name}", but its folder is called "${basename(folder)}"; rename one of them.`,
    );
  }
  return read;
}

async function readChecked(folder: string, file: string, sha256: string, model: string): Promise<Uint8Array> {
  const path = join(folder, file);
  const bytes = await readModelFile(folder, file, WEIGHTS_LIMIT);
  if (bytes === undefined) {
    const message = `${file} of the model ${model} is missing from ${folder}. Install it again.`;
    throw new LangevinError('file-not-found', message);
  }
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== sha256) {
    throw new LangevinError(
      'model-corrupt',
      `${path} is damaged or was changed: its sha256 is ${actual}, but the manifest of ${model} says ${sha256}. ` +
        'Install the model again.',
    );
  }
  return bytes;
}

function unreadable(path: string, error: unknown): LangevinError {
  return new LangevinError('file-unreadable', `${path} cannot be read: ${(error as Error).message}.`, { cause: error });
}

async function subfolders(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    const checks = await Promise.all(names.map((name) => isFolder(join(folder, name))));
    return names.filter((name, i) => checks[i] && !name.startsWith('.'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unreadable(folder, error);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
