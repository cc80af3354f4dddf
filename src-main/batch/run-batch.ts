import { resolve } from 'node:path';
import type { BatchEvent, BatchReport, BatchRequest } from '../contract/batch.ts';
import type { BatchEngine } from './batch-engine.ts';
import { writeFailure } from './failures.ts';
import type { FileSystem } from './file-system.ts';
import { Intake } from './intake.ts';
import { addWork, continuedSettings, readHistory, type History } from './journal/history.ts';
import { Journal } from './journal/journal.ts';
import { batchSettings, settingsHash } from './journal/settings.ts';
import { Ledger } from './ledger.ts';
import { lockOutput, type LockTimes } from './lock/output-lock.ts';
import type { ProcessTable } from './lock/process-identity.ts';
import { MaskFinder } from './masks/mask-finder.ts';
import { DiskFullPause, type PauseGate } from './pipeline/pause-gate.ts';
import { BatchProgress } from './pipeline/progress.ts';
import { runPipeline } from './pipeline/run-pipeline.ts';
import { checkRequest } from './plan/plan.ts';
import { shardLabel } from './plan/shard.ts';
import { buildReport } from './report/build-report.ts';
import { writeReport } from './report/write-report.ts';
import { stateFolder, statePath } from './state-folder.ts';
import type { WatchTimes } from './watch.ts';

/** What a batch needs from where it runs. */
export interface BatchHost {
  readonly fs: FileSystem;
  readonly engine: BatchEngine;
  readonly processes: ProcessTable;
  /** Name and version, for the journal and the report. */
  readonly program: string;
  /** SHA-256 of further files that decide the results, by what they are: another network of the same name is noticed. */
  readonly digests?: Readonly<Record<string, string>>;
  /** Files and folders that are read besides the originals and masks: no output replaces them. */
  readonly otherInputs?: readonly string[];
  readonly gate: PauseGate;
  readonly signal: AbortSignal;
  readonly emit: (event: BatchEvent) => void;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  /** JSON file of the report; absent: beside the journal. */
  readonly reportPath?: string | undefined;
  readonly times?: {
    readonly lock?: LockTimes;
    readonly watch?: WatchTimes;
    /** Between attempts to write to a full disk, milliseconds. */
    readonly diskFull?: number;
  };
}

/**
 * Restores every picture of a batch, or of its shard, and accounts for each of them. Whatever happens, outputs are whole
 * or absent, and the same request with `resume` goes on where this call ended.
 * @returns the report, which is also written; `cancelled` says that the signal ended the batch.
 * @throws output-locked, settings-differ, file-not-found for a source, file-unwritable when the output folder, journal or
 *   report cannot be written, invalid-argument. What concerns single pictures is in the report instead.
 */
export async function runBatch(given: BatchRequest, host: BatchHost): Promise<BatchReport> {
  const { fs, processes, signal, emit } = host;
  const request = { ...given, output: resolve(given.output) };
  const { output, shard } = request;
  await checkRequest(fs, request);
  await fs.makeFolder(stateFolder(output)).catch((error: unknown) => {
    throw writeFailure(output, error);
  });
  const lost = new AbortController();
  const lock = await lockOutput({
    fs,
    output,
    shard,
    processes,
    signal,
    times: host.times?.lock,
    onWait: (message) => emit({ type: 'notice', message }),
    onLost: (error) => lost.abort(error),
  });
  try {
    const report = await runLocked(request, host, AbortSignal.any([signal, lost.signal]));
    if (lost.signal.aborted) throw lost.signal.reason;
    return report;
  } finally {
    await lock.release();
  }
}

async function runLocked(request: BatchRequest, host: BatchHost, signal: AbortSignal): Promise<BatchReport> {
  const { fs, engine, program, gate, now } = host;
  const { output, shard, resume, mixSettings, stopAfterErrors = Infinity } = request;
  const started = new Date().toISOString();
  const settings = batchSettings(request, host.digests ?? {});
  const hash = settingsHash(settings);
  const history: History = resume ? await readHistory(fs, output) : { runs: [], work: new Map(), notices: [] };
  const hashes = continuedSettings(history, settings, mixSettings);
  const { whenThereIsRoom } = new DiskFullPause(host.emit, signal, host.times?.diskFull);
  const journal = await Journal.open(fs, statePath(output, 'journal', '.jsonl', shard), whenThereIsRoom);
  try {
    const continues = hashes.slice(1);
    await journal.add({ type: 'run', version: 1, program, started, settings, hash, continues });
    const ledger = new Ledger(journal, hash, stopAfterErrors, host.emit);
    for (const message of history.notices) ledger.emit({ type: 'notice', message });
    const masks = new MaskFinder(fs, request.mask);
    const progress = new BatchProgress(ledger.emit);
    const watchTimes = host.times?.watch;
    const { otherInputs } = host;
    const intake = new Intake({ fs, request, masks, hashes, history, ledger, progress, now, watchTimes, otherInputs });
    await runPipeline((ending) => intake.dues(ending), {
      fs,
      engine,
      request,
      settings: hash,
      journal,
      ledger,
      masks,
      whenThereIsRoom,
      gate,
      progress,
      signal,
      onMade: (intent) => addWork(history, intent),
      now,
    });
    const report = buildReport(
      {
        program,
        output,
        settings,
        shards: [shard === undefined ? 'all' : shardLabel(shard)],
        started,
        finished: new Date().toISOString(),
        cancelled: signal.aborted,
        notices: ledger.notices,
      },
      ledger.outcomes,
    );
    const path = resolve(host.reportPath ?? statePath(output, 'report', '.json', shard));
    await writeReport(fs, report, path, whenThereIsRoom);
    return report;
  } finally {
    await journal.close();
  }
}
