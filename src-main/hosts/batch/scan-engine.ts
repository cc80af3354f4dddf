import { createHash } from 'node:crypto';
import type {
  BatchEngine,
  FinishedInput,
  PreparedInput,
  PrepareInputRequest,
  RestoredInput,
  RestoreListeners,
} from '../../batch/batch-engine.ts';
import { SLICE_FORMATS, type NetworkChoice, type PlacedFile, type SliceFormat } from '../../contract/jobs.ts';
import type { RestoreOptions } from '../../contract/restore-options.ts';
import { LangevinError } from '../../errors.ts';
import { readHeader } from '../../images/header.ts';
import { readDicomHeader } from '../../images/dicom/header.ts';
import { readNpy, writeNpy } from '../../images/npy.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { fileLimits } from '../engine/job-limits.ts';
import type { EngineJobs } from '../engine/job-types.ts';
import type { CodecJobs } from './codec-process.ts';

export interface ScanEngineOptions {
  readonly engine: EngineClient<EngineJobs>;
  /** Decodes; another process. */
  readonly codec: EngineClient<CodecJobs>;
  readonly options: RestoreOptions;
  readonly network: NetworkChoice;
  /** Whether the inputs are sinograms; otherwise they are slices, which are scanned first. */
  readonly sinograms: boolean;
  /** Directions of the views in degrees, where they are not equally spaced. */
  readonly angles?: readonly number[] | undefined;
}

interface Prepared extends PreparedInput {
  readonly file: PlacedFile;
  readonly format: SliceFormat;
  /** Numbers of the slices of the file that are reconstructed. */
  readonly slices: readonly number[];
}

interface Restored extends RestoredInput {
  readonly files: readonly Uint8Array[];
}

/**
 * Batches of the task reconstruct: each slice of a file after the other. Reading and writing slices is nothing beside the network, so the engine does all; what
 * cannot be read is found out before, by a process that may come to grief over it.
 */
export class ScanEngine implements BatchEngine<Prepared, Restored> {
  readonly #options: ScanEngineOptions;

  constructor(options: ScanEngineOptions) {
    this.#options = options;
  }

  async prepare({ file, bytes, format }: PrepareInputRequest, signal: AbortSignal): Promise<Prepared> {
    const known = SLICE_FORMATS.find((name) => name === format);
    if (known === undefined) {
      throw new LangevinError(
        'unsupported-combination',
        `Slices are not written as ${format}; choose one of ${SLICE_FORMATS.join(', ')}.`,
      );
    }
    const { codec, sinograms, options } = this.#options;
    const limits = fileLimits(bytes);
    const { slices: count } = await codec.result('check-slice', { file, isSinogram: sinograms }, { signal, limits });
    const slices = options.slice === undefined ? [...Array(count).keys()] : [options.slice];
    if (slices.length > 1 && known !== 'npy') {
      throw new LangevinError(
        'unsupported-combination',
        `${file.name} has ${count} slices, which are written as npy or as a volume; choose npy, or one slice (--slice).`,
      );
    }
    return { file, format: known, slices, weight: bytes, notices: [] };
  }

  async restore(
    name: string,
    prepared: Prepared,
    onCpu: boolean,
    signal: AbortSignal,
    { onProgress, onNotice }: RestoreListeners,
  ): Promise<Restored> {
    const { format, slices } = prepared;
    const done: Restored[] = [];
    for (const slice of slices) {
      const before = done.length;
      done.push(
        await this.#slice(name, prepared, slice, onCpu, signal, {
          onProgress: (fraction, etaMs) => {
            const left = slices.length - before;
            // Slices take alike: the time of this one stands for those to come.
            const each = fraction < 1 ? etaMs / (1 - fraction) : etaMs;
            onProgress((before + fraction) / slices.length, etaMs + (left - 1) * each);
          },
          onNotice,
        }),
      );
    }
    const [first] = done;
    if (done.length === 1) return first;
    const files = first.files.map((_, sample) =>
      stacked(
        done.map(({ files: each }) => each[sample]),
        name,
      ),
    );
    const weight = files.reduce((sum, bytes) => sum + bytes.length, 0);
    return {
      ...first,
      files,
      nfe: done.reduce((sum, { nfe }) => sum + nfe, 0),
      ...sizeOf(first.files[0], format, name),
      weight,
    };
  }

  async #slice(
    name: string,
    { file, format, slices }: Prepared,
    slice: number,
    onCpu: boolean,
    signal: AbortSignal,
    { onProgress, onNotice }: RestoreListeners,
  ): Promise<Restored> {
    const { engine, options, network, sinograms, angles } = this.#options;
    const job = {
      [sinograms ? 'sinogram' : 'picture']: file,
      ...(angles === undefined ? {} : { angles: [...angles] }),
      options: slices.length > 1 ? { ...options, slice } : options,
      network: onCpu ? { ...network, provider: 'cpu' as const } : network,
      sliceFormat: format,
    };
    const files: Uint8Array[] = [];
    const steps = engine.run('restore', job, { signal });
    for (;;) {
      const step = await steps.next();
      if (!step.done) {
        const event = step.value;
        if (event.type === 'notice') onNotice(event.message);
        else if (event.type === 'step') onProgress(event.fraction, event.etaMs);
        else if (event.type === 'picture') files[event.sample] = event.bytes;
        continue;
      }
      const { nfe, provider } = step.value;
      const weight = files.reduce((sum, bytes) => sum + bytes.length, 0);
      return { files, ...sizeOf(files[0], format, name), nfe, provider, weight };
    }
  }

  async finish({ files }: Restored): Promise<FinishedInput> {
    return { files };
  }
}

/** What the results of sinograms depend on besides options, network and files, for journals. */
export function scanDigests(isSinogram: boolean, angles: readonly number[] | undefined): Record<string, string> {
  const listed = angles && createHash('sha256').update(angles.join(' ')).digest('hex');
  return { ...(listed && { anglesDigest: listed }), ...(isSinogram ? { sinogram: 'yes' } : {}) };
}

/** Slices as one array of three dimensions. */
function stacked(slices: readonly Uint8Array[], name: string): Uint8Array {
  const arrays = slices.map((bytes) => readNpy(bytes, name));
  const [height, width] = arrays[0].shape;
  const data = new Float32Array(height * width * arrays.length);
  arrays.forEach((array, i) => data.set(array.data, i * height * width));
  return writeNpy({ shape: [arrays.length, height, width], data });
}

function sizeOf(bytes: Uint8Array, format: SliceFormat, name: string): { width: number; height: number } {
  if (format === 'dicom') {
    const { columns, rows } = readDicomHeader(bytes, name);
    return { width: columns, height: rows };
  }
  if (format !== 'npy') return readHeader(bytes, name);
  const [height, width] = readNpy(bytes, name).shape;
  return { width, height };
}
