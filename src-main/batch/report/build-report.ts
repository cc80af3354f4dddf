import type { BatchReport, BatchTotals, FileOutcome } from '../../contract/batch.ts';

/** Counts how inputs ended. */
export function totalsOf(files: readonly FileOutcome[]): BatchTotals {
  const totals = { inputs: files.length, done: 0, failed: 0, skipped: 0, pending: 0 };
  for (const { status } of files) totals[status]++;
  return totals;
}

/** Puts outcomes into a report, in order of their names. */
export function buildReport(
  facts: Omit<BatchReport, 'format' | 'version' | 'totals' | 'files'>,
  outcomes: Iterable<FileOutcome>,
): BatchReport {
  const files = [...outcomes].sort((a, b) => (a.input < b.input ? -1 : a.input > b.input ? 1 : 0));
  return { format: 'langevin-batch-report', version: 1, ...facts, totals: totalsOf(files), files };
}
