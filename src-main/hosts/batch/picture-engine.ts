import type {
  BatchEngine,
  FinishedInput,
  PreparedInput,
  PrepareInputRequest,
  RestoredInput,
  RestoreListeners,
} from '../../batch/batch-engine.ts';
import type { OutputFormat } from '../../batch/plan/input-names.ts';
import type { FileBytes, NetworkChoice } from '../../contract/jobs.ts';
import type { RestoreOptions } from '../../contract/restore-options.ts';
import { LangevinError } from '../../errors.ts';
import type { PictureFormat } from '../../images/formats.ts';
import type { Picture } from '../../tensor/picture.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import type { EngineJobs } from '../engine/job-types.ts';
import type { CodecJobs } from './codec-process.ts';
import type { PreparedPicture } from './codec-work.ts';

export interface PictureEngineOptions {
  /** Runs the network. */
  readonly engine: EngineClient<EngineJobs>;
  /** Decodes and encodes; another process. */
  readonly codec: EngineClient<CodecJobs>;
  readonly options: RestoreOptions;
  readonly network: NetworkChoice;
  /** deblur: picture of the blur. */
  readonly kernel?: FileBytes | undefined;
  readonly quality?: number | undefined;
}

type Prepared = PreparedInput & PreparedPicture;

interface Restored extends RestoredInput {
  readonly pictures: readonly Picture[];
}

/** Batches of the tasks on pictures. */
export class PictureEngine implements BatchEngine<Prepared, Restored> {
  readonly #options: PictureEngineOptions;

  constructor(options: PictureEngineOptions) {
    this.#options = options;
  }

  async prepare({ file, mask, format }: PrepareInputRequest, signal: AbortSignal): Promise<Prepared> {
    const { codec, options } = this.#options;
    const payload = { file, mask, options, encoding: this.#encoding(format) };
    const prepared = await codec.result('prepare', payload, { signal });
    return { ...prepared, weight: prepared.picture.data.byteLength };
  }

  async restore(
    _name: string,
    { picture, mask }: Prepared,
    onCpu: boolean,
    signal: AbortSignal,
    { onProgress, onNotice }: RestoreListeners,
  ): Promise<Restored> {
    const { engine, options, network, kernel } = this.#options;
    const job = {
      picture,
      ...(mask === undefined ? {} : { mask }),
      ...(kernel === undefined ? {} : { kernel }),
      options,
      network: onCpu ? { ...network, provider: 'cpu' as const } : network,
    };
    const steps = engine.run('restore-decoded', job, { signal });
    for (;;) {
      const step = await steps.next();
      if (!step.done) {
        if (step.value.type === 'notice') onNotice(step.value.message);
        else onProgress(step.value.fraction, step.value.etaMs);
        continue;
      }
      const { pictures, report } = step.value;
      const { width, height } = pictures[0];
      const weight = pictures.reduce((sum, { data }) => sum + data.byteLength, 0);
      return { pictures, width, height, nfe: report.nfe, provider: report.provider, weight };
    }
  }

  finish({ pictures }: Restored, format: OutputFormat, signal: AbortSignal): Promise<FinishedInput> {
    const payload = { pictures: [...pictures], encoding: this.#encoding(format) };
    return this.#options.codec.result('finish', payload, { signal });
  }

  #encoding(format: OutputFormat): { format: PictureFormat; quality?: number } {
    if (format === 'npy') {
      throw new LangevinError(
        'unsupported-combination',
        'Pictures are not written as npy; only reconstructed slices are.',
      );
    }
    const { quality } = this.#options;
    return { format, ...(quality === undefined ? {} : { quality }) };
  }
}
