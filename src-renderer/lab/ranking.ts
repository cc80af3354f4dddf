import type { LabLikelihood } from '../../src-main/contract/app/lab.ts';
import { rankBits } from '../../src-main/sampling/rank-bits.ts';

/** A picture with what was found of it. */
export interface RankedPicture extends LabLikelihood {
  /** Bits per dimension; undefined where it could not be measured. */
  readonly bits: number | undefined;
  readonly error: number | undefined;
  /** Robust standard deviations from the median of all; undefined where there is nothing to compare with. */
  readonly deviation: number | undefined;
}

/** The least likely picture (most bits per dimension) first, those that could not be measured last. */
export function ranked(likelihoods: readonly LabLikelihood[]): RankedPicture[] {
  const measured = likelihoods.flatMap((likelihood) =>
    likelihood.report === undefined
      ? []
      : [{ ...likelihood, bitsPerDimension: likelihood.report.bitsPerDimension, report: likelihood.report }],
  );
  const rows = rankBits(measured).map(({ bitsPerDimension: bits, deviation, ...likelihood }) => ({
    ...likelihood,
    bits,
    error: likelihood.report.standardError,
    deviation: measured.length < 2 ? undefined : deviation,
  }));
  const failed = likelihoods.filter(({ report }) => report === undefined);
  return [...rows, ...failed.map((one) => ({ ...one, bits: undefined, error: undefined, deviation: undefined }))];
}

/** The ranking as comma-separated values (RFC 4180), with a head. */
export function rankingCsv(rows: readonly RankedPicture[]): string {
  const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map(({ name, bits, error, deviation, problem }) =>
    [quoted(name), bits ?? '', error ?? '', deviation ?? '', quoted(problem?.message ?? '')].join(','),
  );
  return ['picture,bits_per_dimension,standard_error,robust_deviations,problem', ...lines].join('\r\n') + '\r\n';
}
