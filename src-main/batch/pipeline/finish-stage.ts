import type { FileOutcome } from '../../contract/batch.ts';
import type { BatchEngine, PreparedInput, RestoredInput } from '../batch-engine.ts';
import type { IntentRecord } from '../journal/records.ts';
import type { CodecTurns } from './codec-turns.ts';
import type { Returner } from './passenger.ts';
import type { OutputWriter } from './write-outputs.ts';

/** Pictures whose thumbnails are kept, so that journal, report and memory stay small. */
const THUMBNAILS = 2000;

export interface FinishOptions<P extends PreparedInput, R extends RestoredInput> {
  readonly engine: BatchEngine<P, R>;
  readonly codec: CodecTurns;
  readonly writer: OutputWriter;
  /** Hash of the settings. */
  readonly settings: string;
  readonly keepTimestamps: boolean;
  readonly now: () => number;
}

/** The last part of the pipeline: encodes a result, writes it and its record. */
export class FinishStage<P extends PreparedInput, R extends RestoredInput> {
  readonly #options: FinishOptions<P, R>;
  /** Names of the inputs that this process has written results of. */
  readonly #written = new Set<string>();

  constructor(options: FinishOptions<P, R>) {
    this.#options = options;
  }

  /** @throws file-unwritable, output-exists, cancelled; what the engine throws. */
  async run(returner: Returner<P, R>, signal: AbortSignal): Promise<{ intent: IntentRecord; outcome: FileOutcome }> {
    const { engine, codec, writer, settings, keepTimestamps, now } = this.#options;
    const { item, mayReplace, budget, source, mask, prepared, restored, times } = returner;
    const before = budget.usedMs;
    const { files, thumbnail, marked } = await codec.run(budget, signal, (limited) =>
      engine.finish(restored, item.format, limited),
    );
    times.encode = budget.usedMs - before;
    const start = now();
    const { width, height, nfe } = restored;
    const facts = {
      width,
      height,
      nfe,
      seconds: budget.usedMs / 1000,
      notices: [...prepared.notices, ...(restored.notices ?? [])],
      ...this.#thumbnails(prepared.thumbnail, thumbnail, marked),
    };
    const intent = await writer.write(
      item.outputs.map((name, i) => ({ name, contents: files[i] })),
      {
        type: 'intent',
        input: item.name,
        settings,
        at: Date.now(),
        source,
        ...(mask.fingerprint === undefined ? {} : { mask: mask.fingerprint }),
        ...facts,
      },
      {
        // A watched input that has changed while it was restored comes again.
        mayReplace: mayReplace || this.#written.has(item.name),
        times: keepTimestamps ? item : undefined,
      },
    );
    this.#written.add(item.name);
    times.write = now() - start;
    const { name: input, outputs } = item;
    return { intent, outcome: { status: 'done', input, outputs, earlier: false, ...facts, times } };
  }

  /** Those of the first pictures. */
  #thumbnails(
    before: Uint8Array | undefined,
    after: Uint8Array | undefined,
    marked: Uint8Array | undefined,
  ): Pick<IntentRecord, 'thumbnails'> {
    if (before === undefined || after === undefined || this.#written.size >= THUMBNAILS) return {};
    const pair = { before: base64(before), after: base64(after) };
    return { thumbnails: marked === undefined ? pair : { ...pair, marked: base64(marked) } };
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
