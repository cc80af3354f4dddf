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
import type { FileBytes, NetworkChoice } from '../../contract/jobs.ts';
import type { RestoreOptions } from '../../contract/restore-options.ts';
import { LangevinError } from '../../errors.ts';
import { cautionNotices } from '../../find/findings/caution.ts';
import { describeFindings } from '../../find/findings/describe.ts';
import type { PictureFormat } from '../../images/formats.ts';
import { toStored } from '../../images/orientation.ts';
import type { Picture } from '../../tensor/picture.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { fileLimits } from '../engine/job-limits.ts';
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
  readonly bits?: 8 | undefined;
}

type Prepared = PreparedInput & PreparedPicture & { readonly find?: FindOptions };

interface Restored extends RestoredInput {
  readonly pictures: readonly Picture[];
  /** Where damage was looked for: the picture as it was, and what was found. */
  readonly marked?: { readonly picture: Picture; readonly mask: Uint8Array };
}

/** Share of a picture's progress that the search for damage is. */
const SEARCH = 0.1;

/** Batches of the tasks on pictures. */
export class PictureEngine implements BatchEngine<Prepared, Restored> {
  readonly #options: PictureEngineOptions;

  constructor(options: PictureEngineOptions) {
    this.#options = options;
  }

  async prepare({ file, mask, format }: PrepareInputRequest, signal: AbortSignal): Promise<Prepared> {
    const { codec, options } = this.#options;
    const isAuto = mask.kind === 'auto';
    const source = isAuto ? { kind: 'none' as const } : mask;
    const payload = { file, mask: source, options, encoding: this.#encoding(format) };
    const limits = fileLimits(file.bytes.length);
    const prepared = await codec.result('prepare', payload, { signal, limits });
    return { ...prepared, weight: prepared.picture.data.byteLength, ...(isAuto ? { find: mask.find } : {}) };
  }

  async restore(
    name: string,
    { picture, mask: given, find }: Prepared,
    onCpu: boolean,
    signal: AbortSignal,
    { onProgress, onNotice }: RestoreListeners,
  ): Promise<Restored> {
    const { engine, options, network, kernel } = this.#options;
    const found = find && (await this.#find(name, picture, find, signal, onProgress));
    const mask = found?.mask ?? given;
    const searched = found === undefined ? 0 : SEARCH;
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
        else onProgress(searched + (1 - searched) * step.value.fraction, step.value.etaMs);
        continue;
      }
      const { pictures, report } = step.value;
      const { width, height } = pictures[0];
      const weight = pictures.reduce((sum, { data }) => sum + data.byteLength, 0);
      return {
        pictures,
        width,
        height,
        nfe: report.nfe,
        provider: report.provider,
        weight: found === undefined ? weight : weight + picture.data.byteLength,
        ...(found && { notices: found.notices, marked: { picture, mask: found.mask } }),
      };
    }
  }

  /**
   * @returns a mask as stored, and what to say about it.
   * @throws nothing-to-do when nothing is found; what the search throws.
   */
  async #find(
    name: string,
    picture: Picture,
    options: FindOptions,
    signal: AbortSignal,
    onProgress: RestoreListeners['onProgress'],
  ): Promise<{ readonly mask: Uint8Array; readonly notices: readonly string[] }> {
    const { engine, network } = this.#options;
    const threads = network.threads === undefined ? {} : { threads: network.threads };
    const steps = engine.run('find', { picture, name, options, maps: false, ...threads }, { signal });
    const notices: string[] = [];
    for (;;) {
      const step = await steps.next();
      if (!step.done) {
        if (step.value.type === 'notice') notices.push(step.value.message);
        else if (step.value.type === 'progress') onProgress(SEARCH * step.value.fraction, step.value.etaMs);
        continue;
      }
      const { findings = [], doubtful = [], mask, width, height, orientation } = step.value;
      if (findings.length === 0 || mask === undefined) {
        throw new LangevinError('nothing-to-do', `Nothing was found in ${name}.`);
      }
      notices.push(`Found: ${describeFindings(findings, mask)}.`, ...cautionNotices(findings, doubtful));
      return { mask: toStored(mask, width, height, 1, orientation), notices };
    }
  }

  finish({ pictures, marked }: Restored, format: OutputFormat, signal: AbortSignal): Promise<FinishedInput> {
    const payload = {
      pictures: [...pictures],
      encoding: this.#encoding(format),
      ...(marked === undefined ? {} : { marked }),
    };
    return this.#options.codec.result('finish', payload, { signal });
  }

  #encoding(format: OutputFormat): { format: PictureFormat; quality?: number; bits?: 8 } {
    if (format === 'npy') {
      throw new LangevinError(
        'unsupported-combination',
        'Pictures are not written as npy; only reconstructed slices are.',
      );
    }
    const { quality, bits } = this.#options;
    return { format, ...(quality === undefined ? {} : { quality }), ...(bits === undefined ? {} : { bits }) };
  }
}
