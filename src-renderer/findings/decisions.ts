import { keyOf, type Finding } from './finding.ts';
import { areaOf, commonArea } from './runs.ts';

/** Keys of findings that people do not want marked. */
export type Rejected = ReadonlySet<string>;

export const nothingRejected: Rejected = new Set();

/** The decisions with several findings rejected as well. */
export function rejecting(rejected: Rejected, findings: readonly Finding[]): Rejected {
  return new Set([...rejected, ...findings.map(keyOf)]);
}

/** The findings that are to be marked. */
export function keptOf(findings: readonly Finding[], rejected: Rejected): readonly Finding[] {
  return findings.filter((finding) => !rejected.has(keyOf(finding)));
}

/** Rejects a finding, or keeps it again. */
export function toggled(rejected: Rejected, finding: Finding): Rejected {
  const next = new Set(rejected);
  if (!next.delete(keyOf(finding))) next.add(keyOf(finding));
  return next;
}

/**
 * The decisions on findings of an earlier, coarser search for those of a finer one: rejected is what lies for the larger
 * part where something was rejected.
 */
export function carriedOver(before: readonly Finding[], rejected: Rejected, after: readonly Finding[]): Rejected {
  const gone = before.filter((finding) => rejected.has(keyOf(finding)));
  if (gone.length === 0) return rejected;
  const next = new Set(rejected);
  for (const finding of after) {
    const shared = gone.reduce((sum, old) => sum + commonArea(finding.runs, old.runs), 0);
    if (2 * shared >= areaOf(finding.runs)) next.add(keyOf(finding));
  }
  return next;
}
