import { resolve } from 'node:path';
import type { BatchProblem, BatchRequest } from '../contract/batch.ts';
import { throwIfCancelled, toLangevinError } from '../errors.ts';
import type { BatchEngine, PreparedInput, RestoredInput } from './batch-engine.ts';
import { decide } from './decide.ts';
import type { FileSystem } from './file-system.ts';
import { headerPixels } from './header-size.ts';
import { continuedSettings, readHistory, type History } from './journal/history.ts';
import { batchSettings } from './journal/settings.ts';
import { MaskFinder } from './masks/mask-finder.ts';
import { readInput } from './pipeline/read-input.ts';
import { planBatch, formatProblem, type PlanItem } from './plan/plan.ts';

/** What a batch would do. */
export interface BatchPreview {
  /** To be worked on, with their outputs. */
  readonly due: readonly { readonly input: string; readonly outputs: readonly string[] }[];
  /** Done by an earlier run. */
  readonly earlier: number;
  readonly skipped: readonly { readonly input: string; readonly reason: string }[];
  /** What would fail, as far as one can know without doing it. */
  readonly problems: readonly ({ readonly input: string } & BatchProblem)[];
  readonly ignored: number;
  readonly notices: readonly string[];
  /** Of the due inputs whose headers could be read. */
  readonly pixels: number;
  /** For all due inputs, from a few that were begun; undefined when none of them could be. */
  readonly seconds: number | undefined;
}

export interface PreviewHost<P extends PreparedInput, R extends RestoredInput> {
  readonly fs: FileSystem;
  /** Absent: no estimate is made. */
  readonly engine?: BatchEngine<P, R> | undefined;
  readonly digests?: Readonly<Record<string, string>>;
  /** @see BatchHost */
  readonly otherInputs?: readonly string[];
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** Inputs that are begun for the estimate, and how long each runs. */
const SAMPLES = 3;
const SAMPLE_MS = 3000;

/**
 * Plans a batch without writing anything. The time is estimated by beginning to restore a few of the inputs.
 * @throws what `planBatch` throws; settings-differ; cancelled.
 */
export async function previewBatch<P extends PreparedInput, R extends RestoredInput>(
  given: BatchRequest,
  host: PreviewHost<P, R>,
): Promise<BatchPreview> {
  const { fs, digests = {}, signal } = host;
  const request = { ...given, output: resolve(given.output) };
  const history: History = request.resume
    ? await readHistory(fs, request.output)
    : { runs: [], work: new Map(), notices: [] };
  const hashes = continuedSettings(history, batchSettings(request, digests), request.mixSettings);
  const masks = new MaskFinder(fs, request.mask);
  const plan = await planBatch(fs, request, host.otherInputs);
  const due: PlanItem[] = [];
  const skipped: { input: string; reason: string }[] = [];
  const problems = plan.problems.map(({ name, ...problem }) => ({ input: name, ...problem }));
  let earlier = 0;
  for (const item of plan.items) {
    throwIfCancelled(signal);
    const decision = await decide(item, { fs, request, masks, hashes, history });
    const unreadable = decision.kind === 'due' ? await formatProblem(fs, item.path, item.name) : undefined;
    if (unreadable !== undefined) problems.push({ input: item.name, ...unreadable });
    else if (decision.kind === 'due') due.push(item);
    else if (decision.kind === 'earlier') earlier++;
    else if (decision.kind === 'skipped') skipped.push({ input: item.name, reason: decision.reason });
    else problems.push({ input: item.name, code: decision.code, message: decision.message });
  }
  let pixels = 0;
  for (const { path } of due) {
    throwIfCancelled(signal);
    pixels += (await headerPixels(fs, path)) ?? 0;
  }
  return {
    due: due.map(({ name, outputs }) => ({ input: name, outputs })),
    earlier,
    skipped,
    problems,
    ignored: plan.ignored,
    notices: [...history.notices, ...plan.notices],
    pixels,
    seconds: host.engine === undefined ? undefined : await estimate(due, masks, host.engine, host),
  };
}

/** Seconds for all due inputs, from the mean of a few that are spread over the list. */
async function estimate<P extends PreparedInput, R extends RestoredInput>(
  due: readonly PlanItem[],
  masks: MaskFinder,
  engine: BatchEngine<P, R>,
  { fs, signal, now }: PreviewHost<P, R>,
): Promise<number | undefined> {
  const count = Math.min(SAMPLES, due.length);
  const chosen = Array.from({ length: count }, (_, i) => due[Math.floor(((i + 0.5) * due.length) / count)]);
  const times: number[] = [];
  for (const item of chosen) {
    try {
      times.push(await timeOf(item, masks, engine, fs, now, signal));
    } catch (error) {
      // The run will name what is wrong with this input; the others tell the time.
      if (toLangevinError(error).code === 'cancelled') throw error;
    }
  }
  if (times.length === 0) return undefined;
  return (due.length * times.reduce((sum, ms) => sum + ms, 0)) / times.length / 1000;
}

/** Milliseconds that an input would take: its preparation, and what the network says after a few seconds. */
async function timeOf<P extends PreparedInput, R extends RestoredInput>(
  item: PlanItem,
  masks: MaskFinder,
  engine: BatchEngine<P, R>,
  fs: FileSystem,
  now: () => number,
  signal: AbortSignal,
): Promise<number> {
  const { name, path, format } = item;
  const { file, source } = await readInput(fs, path, name);
  const mask = await masks.find(item, file);
  const start = now();
  const prepared = await engine.prepare({ file, bytes: source.size, mask: mask.source, format }, signal);
  const preparation = now() - start;
  const enough = new AbortController();
  const began = now();
  let first: number | undefined;
  let total: number | undefined;
  try {
    const restored = await engine.restore(name, prepared, false, AbortSignal.any([signal, enough.signal]), {
      onProgress: (fraction, etaMs) => {
        first ??= now();
        if (fraction < 1) total = etaMs / (1 - fraction);
        if (now() - first > SAMPLE_MS) enough.abort();
      },
      onNotice: () => undefined,
    });
    const ms = preparation + now() - began;
    await restored.release?.();
    return ms;
  } catch (error) {
    throwIfCancelled(signal);
    if (!enough.signal.aborted || total === undefined) throw error;
    return preparation + total;
  } finally {
    await prepared.release?.();
  }
}
