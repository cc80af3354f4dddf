import { join, resolve } from 'node:path';
import type { BatchProblem, BatchRequest } from '../../contract/batch.ts';
import { LangevinError } from '../../errors.ts';
import { startsWith } from '../../images/container.ts';
import { isDicom } from '../../images/dicom.ts';
import { isHdf5 } from '../../images/hdf5.ts';
import { sniffFormat } from '../../images/sniff.ts';
import { readFailure } from '../failures.ts';
import { statusIfThere, type FileSystem } from '../file-system.ts';
import { stateFolder } from '../state-folder.ts';
import { findCollisions, foldsCase } from './collisions.ts';
import { isWithin, listInputs, type InputFile, type InputList } from './list-inputs.ts';
import { isMaskName } from '../masks/mask-names.ts';
import { OutputPlaces } from './output-places.ts';
import { checkTemplate, isTooLong, outputNames } from './output-names.ts';
import { hasNoEnding, isInputName, outputFormat, type OutputFormat } from './input-names.ts';
import { isInShard } from './shard.ts';

/** One input and where its result goes. */
export interface PlanItem extends InputFile {
  /** Below the output folder, with forward slashes; one for each sample. */
  readonly outputs: readonly string[];
  readonly format: OutputFormat;
  /** Whether any of the outputs is there already. */
  readonly outputExists: boolean;
}

export interface BatchPlan {
  /** In order of their names. */
  readonly items: readonly PlanItem[];
  /** Inputs that cannot be worked on, known before any work. */
  readonly problems: readonly ({ readonly name: string } & BatchProblem)[];
  readonly ignored: number;
  readonly notices: readonly string[];
}

/**
 * Lists the inputs of a batch, or of its shard, and decides where each result goes. Nothing is written.
 * @param otherInputs  files and folders that are read besides the originals and masks.
 * @throws file-not-found and file-unreadable for a source, invalid-argument for a bad template or an output folder that
 *   is a source or the folder of the masks.
 */
export async function planBatch(
  fs: FileSystem,
  request: BatchRequest,
  otherInputs: readonly string[] = [],
): Promise<BatchPlan> {
  const { output, template, options, format, shard } = request;
  const sources = await checkRequest(fs, request);
  const list = onlyOf(
    request,
    await listInputs(fs, sources, {
      recursive: request.recursive,
      include: request.include ?? ((name) => isInputName(name, options.task)),
      exclude: await foldersToLeaveOut(fs, request),
    }),
  );
  const inputs = await withoutOthers(fs, await withoutMasks(fs, list.inputs, request), request);
  const naming = { template, task: options.task, seed: options.seed, samples: options.samples };
  const named = inputs.map((input) => {
    const { format: written, extension } = outputFormat(input.name, format, options.task);
    return { ...input, format: written, outputs: outputNames(input.name, extension, naming) };
  });
  const problems = new Map<string, { name: string } & BatchProblem>(list.problems.map((p) => [p.name, p]));
  const fail = (name: string, code: BatchProblem['code'], message: string): void => {
    if (!problems.has(name)) problems.set(name, { name, code, message });
  };

  // Collisions are found among all shards: two of them must not write the same file either.
  const paths = new Map(named.map(({ name, path }) => [name, path]));
  for (const { output: shared, inputs: all } of findCollisions(named, await foldsCase(fs, stateFolder(output)))) {
    // A picture of a format that is not read will never be written, and is no rival.
    const inputs: string[] = [];
    for (const name of all) {
      const problem = await unreadableBy(fs, paths.get(name)!, name);
      if (problem === undefined) inputs.push(name);
      else fail(name, problem.code, problem.message);
    }
    if (inputs.length < 2) continue;
    for (const name of inputs) {
      const others = inputs.filter((other) => other !== name).join(', ');
      const remedy = 'Put {file} in the template instead of {name} to tell them apart.';
      fail(name, 'name-collision', `${name} and ${others} would both be written to ${shared}. ${remedy}`);
    }
  }

  const originals = new Map(named.flatMap(({ identity, name }) => (identity === undefined ? [] : [[identity, name]])));
  const places = await OutputPlaces.of(fs, request, otherInputs);
  const items: PlanItem[] = [];
  for (const item of named) {
    if (problems.has(item.name) || (shard !== undefined && !isInShard(item.name, shard))) continue;
    let outputExists = false;
    for (const name of item.outputs) {
      if (isTooLong(name)) {
        fail(
          item.name,
          'file-unwritable',
          `The name of the output ${name} is longer than 255 bytes; shorten the template.`,
        );
        continue;
      }
      try {
        const status = await statusIfThere(fs, join(output, name));
        outputExists ||= status !== undefined;
        const original = status?.identity === undefined ? undefined : originals.get(status.identity);
        if (original !== undefined) {
          fail(item.name, 'invalid-argument', `The output ${name} would overwrite the original ${original}.`);
        }
        const input = places.inputOf(status?.identity);
        if (input !== undefined) {
          fail(item.name, 'invalid-argument', `The output ${name} would overwrite ${input}, which is read.`);
        }
        const obstacle = await places.obstacle(join(output, name));
        if (obstacle !== undefined) {
          fail(item.name, 'file-unwritable', `The output ${name} cannot be written: ${obstacle} has its name.`);
        }
      } catch (error) {
        const { code, message } = readFailure(join(output, name), error);
        fail(item.name, code, message);
      }
    }
    if (!problems.has(item.name)) items.push({ ...item, outputExists });
  }
  return {
    items,
    problems: [...problems.values()].filter(({ name }) => shard === undefined || isInShard(name, shard)),
    ignored: list.ignored + list.inputs.length - inputs.length,
    notices: list.notices,
  };
}

/** What is asked for by name; the others are as if they were not there. */
function onlyOf({ only }: BatchRequest, list: InputList): InputList {
  if (only === undefined) return list;
  const names = new Set(only);
  const isAsked = ({ name }: { readonly name: string }): boolean => names.has(name);
  return { ...list, inputs: list.inputs.filter(isAsked), problems: list.problems.filter(isAsked) };
}

/** Bytes that tell what a file is. */
const MARK_BYTES = 1024;

/** Why a file is of a format that is not read, by its first bytes; undefined for any other file. */
async function unreadableBy(fs: FileSystem, path: string, name: string): Promise<BatchProblem | undefined> {
  const problem = await formatProblem(fs, path, name);
  // What else is wrong with a file is found when its turn comes.
  return problem?.code === 'unsupported-format' ? problem : undefined;
}

/** What is wrong with a file by its first bytes, such as that it is no picture; undefined where nothing is. */
export async function formatProblem(fs: FileSystem, path: string, name: string): Promise<BatchProblem | undefined> {
  try {
    const head = await fs.read(path, MARK_BYTES);
    if (!isDicom(head) && !startsWith(head, '\x93NUMPY') && !isHdf5(head)) sniffFormat(head, name);
    return undefined;
  } catch (error) {
    const { code, message } = readFailure(path, error);
    return { code, message };
  }
}

/**
 * Finds what makes a request impossible before anything is written.
 * @returns the sources as absolute paths.
 * @throws file-not-found for a source, invalid-argument for a bad template or an output folder that is a source or the
 *   folder of the masks.
 */
export async function checkRequest(
  fs: FileSystem,
  { sources, output, template, mask }: BatchRequest,
): Promise<string[]> {
  checkTemplate(template);
  if (mask.kind === 'folder' && (await realPathOf(fs, mask.path)) === (await realPathOf(fs, output))) {
    throw new LangevinError(
      'invalid-argument',
      `The output folder ${output} is that of the masks; choose another one, so that no result replaces a mask.`,
    );
  }
  for (const source of sources) {
    const status = await statusIfThere(fs, source);
    if (status === undefined) {
      throw new LangevinError('file-not-found', `There is no folder or file ${source}. Check the path.`);
    }
    if ((await realPathOf(fs, source)) === (await realPathOf(fs, output))) {
      throw new LangevinError(
        'invalid-argument',
        `The output folder ${output} is the source itself; choose another one, so that results are not taken for inputs.`,
      );
    }
  }
  return sources.map((source) => resolve(source));
}

/** The outputs and the masks, where they lie inside of a source. */
async function foldersToLeaveOut(fs: FileSystem, { sources, output, mask }: BatchRequest): Promise<string[]> {
  const folders = [stateFolder(output)];
  for (const source of sources) {
    const root = await realPathOf(fs, source);
    if (isWithin(await realPathOf(fs, output), root)) folders.push(output);
    if (mask.kind !== 'folder') continue;
    const masks = await realPathOf(fs, mask.path);
    if (masks !== root && isWithin(masks, root)) folders.push(mask.path);
  }
  return folders;
}

async function realPathOf(fs: FileSystem, path: string): Promise<string> {
  return (await statusIfThere(fs, path)) === undefined ? resolve(path) : fs.realPath(path);
}

/** Of files without an ending, slices are told from others by their first bytes. */
async function withoutOthers(
  fs: FileSystem,
  inputs: readonly InputFile[],
  { include, options }: BatchRequest,
): Promise<readonly InputFile[]> {
  if (options.task !== 'reconstruct' || include !== undefined) return inputs;
  const kept: InputFile[] = [];
  for (const input of inputs) {
    const head = hasNoEnding(input.name) ? await fs.read(input.path, MARK_BYTES).catch(() => undefined) : undefined;
    if (head === undefined || isDicom(head)) kept.push(input);
  }
  return kept;
}

/** Masks that lie beside their pictures are told apart by their names. */
async function withoutMasks(
  fs: FileSystem,
  inputs: readonly InputFile[],
  { sources, mask }: BatchRequest,
): Promise<readonly InputFile[]> {
  if (mask.kind !== 'folder') return inputs;
  const folder = await realPathOf(fs, mask.path);
  const roots = await Promise.all(sources.map((source) => realPathOf(fs, source)));
  return roots.includes(folder) ? inputs.filter(({ name }) => !isMaskName(name)) : inputs;
}
