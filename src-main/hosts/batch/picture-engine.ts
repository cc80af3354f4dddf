import type {
  BatchEngine,
  FinishedInput,
  PreparedInput,
  PrepareInputRequest,
  RestoredInput,
  RestoreListeners,
} from '../../batch/batch-engine.ts';
import type { OutputFormat } from '../../batch/plan/input-names.ts';
import type { FindOptions } from '../../contract/find.ts';
import type { NetworkChoice, PlacedFile } from '../../contract/jobs.ts';
import type { Recipe } from '../../contract/recipe.ts';
import type { RestoreOptions } from '../../contract/restore-options.ts';
import { LangevinError, toLangevinError } from '../../errors.ts';
import type { PictureFormat } from '../../images/formats.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { fileLimits } from '../engine/job-limits.ts';
import type { EngineJobs } from '../engine/job-types.ts';
import type { FoundMask } from '../engine/jobs/find-mask-job.ts';
import type { PlacedBytes, PlacedPicture } from '../engine/placed-pixels.ts';
import type { Scratch } from '../engine/scratch.ts';
import type { CodecJobs } from './codec-process.ts';
import type { PlacedPreparation } from './codec-work.ts';

export interface PictureEngineOptions {
  /** Runs the network. */
  readonly engine: EngineClient<EngineJobs>;
  /** Decodes and encodes; another process. */
  readonly codec: EngineClient<CodecJobs>;
  readonly options: RestoreOptions;
  readonly recipe?: Recipe | undefined;
  readonly network: NetworkChoice;
  /** deblur: picture of the blur. */
  readonly kernel?: PlacedFile | undefined;
  readonly quality?: number | undefined;
  readonly bits?: 8 | undefined;
  /** For large pictures, which do not pass through this process. */
  readonly scratch: Scratch;
}

interface Prepared extends PreparedInput, PlacedPreparation {
  readonly find?: FindOptions;
  readonly notices: readonly string[];
  readonly thumbnail: Uint8Array;
}

interface Restored extends RestoredInput {
  readonly pictures: readonly PlacedPicture[];
  /** Where damage was looked for: the picture as it was, and what was found. */
  readonly marked?: { readonly picture: PlacedPicture; readonly mask: PlacedBytes };
  /** Begins the names of what lies in the scratch folder. */
  readonly into: string;
}

/** Share of a picture's progress that the search for damage is. */
const SEARCH = 0.1;

/** Batches of the tasks on pictures. */
export class PictureEngine implements BatchEngine<Prepared, Restored> {
  readonly #options: PictureEngineOptions;

  constructor(options: PictureEngineOptions) {
    this.#options = options;
  }

  async prepare({ file, bytes, mask, format }: PrepareInputRequest, signal: AbortSignal): Promise<Prepared> {
    const { codec, options, recipe } = this.#options;
    const isAuto = mask.kind === 'auto';
    const source = isAuto ? { kind: 'none' as const } : mask;
    const into = await this.#options.scratch.place();
    const payload = {
      ...{ file, mask: source, options, encoding: this.#encoding(format), into },
      ...(recipe === undefined ? {} : { recipe }),
    };
    const limits = fileLimits(bytes);
    try {
      const prepared = await codec.result('prepare', payload, { signal, limits });
      const release = (): Promise<void> => this.#options.scratch.release(into);
      return { ...prepared, weight: weightOf(prepared.picture), release, ...(isAuto ? { find: mask.find } : {}) };
    } catch (error) {
      await this.#options.scratch.release(into);
      throw error;
    }
  }

  async restore(
    name: string,
    { picture, mask: given, find, byRecipe }: Prepared,
    onCpu: boolean,
    signal: AbortSignal,
    { onProgress, onNotice }: RestoreListeners,
  ): Promise<Restored> {
    const { engine, network, kernel } = this.#options;
    const options = byRecipe?.options ?? this.#options.options;
    const into = await this.#options.scratch.place();
    // Of several damages, those that are missing pixels are not the only ones.
    const undoes = byRecipe?.undoes ?? Object.keys(options.damage ?? {}).length > 0;
    const isOptional = undoes || byRecipe?.isAdjusted === true;
    const search = find && this.#find(name, picture, find, into, signal, onProgress);
    const found = isOptional ? await search?.catch(ignoreSoundness) : await search;
    const mask = found?.mask ?? given;
    if (mask === undefined && byRecipe?.isAdjusted === true && !undoes)
      return asIs(picture, into, this.#options.scratch);
    const searched = found === undefined ? 0 : SEARCH;
    const job = {
      picture,
      ...(mask === undefined ? {} : { mask }),
      ...(kernel === undefined ? {} : { kernel }),
      options,
      network: onCpu ? { ...network, provider: 'cpu' as const } : network,
      into,
    };
    const steps = engine.run('restore-decoded', job, { signal });
    for (;;) {
      const step = await steps.next();
      if (!step.done) {
        if (step.value.type === 'notice') onNotice(step.value.message);
        else onProgress(searched + (1 - searched) * step.value.fraction, step.value.etaMs);
        continue;
      }
      const { pictures, report } = step.value;
      const { width, height } = pictures[0];
      const weight = pictures.reduce((sum, result) => sum + weightOf(result), 0);
      return {
        pictures,
        into,
        release: () => this.#options.scratch.release(into),
        width,
        height,
        nfe: report.nfe,
        provider: report.provider,
        weight: found === undefined ? weight : weight + weightOf(picture),
        ...(found && { notices: found.notices, marked: { picture, mask: found.mask } }),
      };
    }
  }

  /** @throws nothing-to-do when nothing is found; what the search throws. */
  async #find(
    name: string,
    picture: PlacedPicture,
    options: FindOptions,
    into: string,
    signal: AbortSignal,
    onProgress: RestoreListeners['onProgress'],
  ): Promise<FoundMask> {
    const { engine, network } = this.#options;
    const threads = network.threads === undefined ? {} : { threads: network.threads };
    const steps = engine.run('find-mask', { picture, name, options, into: `${into}.mask`, ...threads }, { signal });
    for (;;) {
      const step = await steps.next();
      if (step.done) return step.value;
      if (step.value.type === 'progress') onProgress(SEARCH * step.value.fraction, step.value.etaMs);
    }
  }

  async finish(
    { pictures, marked, into }: Restored,
    format: OutputFormat,
    signal: AbortSignal,
  ): Promise<FinishedInput> {
    const payload = {
      pictures: [...pictures],
      encoding: this.#encoding(format),
      ...(marked === undefined ? {} : { marked }),
      into,
    };
    return this.#options.codec.result('finish', payload, { signal });
  }

  #encoding(format: OutputFormat): { format: PictureFormat; quality?: number; bits?: 8 } {
    if (format === 'npy' || format === 'dicom') {
      throw new LangevinError(
        'unsupported-combination',
        `Pictures are not written as ${format}; only reconstructed slices are.`,
      );
    }
    const { quality, bits } = this.#options;
    return { format, ...(quality === undefined ? {} : { quality }), ...(bits === undefined ? {} : { bits }) };
  }
}

/** Nothing was found. */
function ignoreSoundness(error: unknown): undefined {
  if (toLangevinError(error).code === 'nothing-to-do') return undefined;
  throw error;
}

/** A picture whose tones alone were adjusted. */
function asIs(picture: PlacedPicture, into: string, scratch: Scratch): Restored {
  return {
    pictures: [picture],
    into,
    release: () => scratch.release(into),
    width: picture.width,
    height: picture.height,
    nfe: 0,
    provider: 'none',
    weight: weightOf(picture),
  };
}

/** Bytes of samples. */
function weightOf({ data }: PlacedPicture): number {
  return 'path' in data ? data.length : data.byteLength;
}
