import type { BatchReport, FileOutcome } from '../../contract/batch.ts';
import { LangevinError } from '../../errors.ts';
import { buildReport } from './build-report.ts';

/** Of two accounts of one input, the one that says more about it stands. */
const RANK: Readonly<Record<FileOutcome['status'], number>> = { done: 3, skipped: 2, failed: 1, pending: 0 };

/**
 * One report from those of the shards of a batch, or of runs that followed one another.
 * @throws invalid-argument for none; settings-differ when they are not of one batch.
 */
export function mergeReports(reports: readonly BatchReport[]): BatchReport {
  if (reports.length === 0) {
    throw new LangevinError('invalid-argument', 'There are no reports to merge; name the files, or the output folder.');
  }
  const ordered = [...reports].sort((a, b) => (a.finished < b.finished ? -1 : 1));
  const last = ordered[ordered.length - 1];
  const files = new Map<string, FileOutcome>();
  for (const report of ordered) {
    assertSameBatch(report, last);
    for (const outcome of report.files) {
      const other = files.get(outcome.input);
      if (other === undefined || RANK[other.status] <= RANK[outcome.status]) files.set(outcome.input, outcome);
    }
  }
  const { program, output, settings } = last;
  return buildReport(
    {
      program,
      output,
      settings,
      shards: [...new Set(reports.flatMap(({ shards }) => shards))].sort(),
      started: ordered.map(({ started }) => started).sort()[0],
      finished: last.finished,
      cancelled:
        ordered.some(({ cancelled }) => cancelled) && [...files.values()].some(({ status }) => status === 'pending'),
      notices: [...new Set(ordered.flatMap(({ notices }) => notices))],
    },
    files.values(),
  );
}

function assertSameBatch(report: BatchReport, other: BatchReport): void {
  const names = new Set([...Object.keys(report.settings), ...Object.keys(other.settings)]);
  const differing = [...names].filter((name) => report.settings[name] !== other.settings[name]);
  if (differing.length === 0) return;
  throw new LangevinError(
    'settings-differ',
    `The reports are not of one batch: they differ in ${differing.sort().join(', ')}. Merge those of one batch only.`,
  );
}
