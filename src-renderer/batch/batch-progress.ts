import type { BatchEvent, BatchTotals, FileOutcome } from '../../src-main/contract/batch.ts';

/** An input of a batch as it stands. */
export interface FileRow {
  readonly input: string;
  readonly status: 'running' | FileOutcome['status'];
  /** Of a running one, 0…1. */
  readonly fraction: number;
  readonly outcome: FileOutcome | undefined;
}

/** What the events of a batch add up to. */
export interface BatchProgress {
  /** All inputs, and those that are worked on; 0 until planned. */
  readonly inputs: number;
  readonly due: number;
  /** Of the whole batch, 0…1. */
  readonly fraction: number;
  /** Undefined until there is an estimate. */
  readonly etaMs: number | undefined;
  /** In the order in which they were begun. */
  readonly rows: readonly FileRow[];
  readonly notices: readonly string[];
  /** Everything is done, and new files are looked for. */
  readonly isWatching: boolean;
  readonly pause: { readonly reason: 'asked' | 'disk-full'; readonly message: string } | undefined;
}

export const NOTHING_YET: BatchProgress = {
  inputs: 0,
  due: 0,
  fraction: 0,
  etaMs: undefined,
  rows: [],
  notices: [],
  isWatching: false,
  pause: undefined,
};

/** The progress after an event. */
export function afterEvent(progress: BatchProgress, event: BatchEvent): BatchProgress {
  switch (event.type) {
    case 'planned':
      return { ...progress, inputs: event.inputs, due: event.due, isWatching: false };
    case 'notice': {
      const text = event.input === undefined ? event.message : `${event.input}: ${event.message}`;
      return { ...progress, notices: [...progress.notices, text] };
    }
    case 'started':
      return withRow(
        { ...progress, isWatching: false },
        { input: event.input, status: 'running', fraction: 0, outcome: undefined },
      );
    case 'progress': {
      const { input, fraction, batchFraction, etaMs, due } = event;
      const row: FileRow = { input, status: 'running', fraction, outcome: undefined };
      return { ...withRow(progress, row), fraction: batchFraction, etaMs, due };
    }
    case 'file': {
      const { outcome } = event;
      return withRow(progress, { input: outcome.input, status: outcome.status, fraction: 1, outcome });
    }
    case 'paused':
      return { ...progress, pause: { reason: event.reason, message: event.message } };
    case 'resumed':
      return { ...progress, pause: undefined };
    case 'watching':
      return { ...progress, isWatching: true };
  }
}

/** How many inputs ended in which way so far; those that nothing has been said of are pending. */
export function totalsOf({ rows, inputs }: BatchProgress): BatchTotals {
  const count = (status: FileRow['status']): number => rows.filter((row) => row.status === status).length;
  const [done, failed, skipped] = [count('done'), count('failed'), count('skipped')];
  const all = Math.max(inputs, rows.length);
  return { inputs: all, done, failed, skipped, pending: all - done - failed - skipped };
}

function withRow(progress: BatchProgress, row: FileRow): BatchProgress {
  const index = progress.rows.findLastIndex(({ input }) => input === row.input);
  const rows = index < 0 ? [...progress.rows, row] : progress.rows.with(index, row);
  return { ...progress, rows };
}
