import type { LabLikelihood } from '../../src-main/contract/app/lab.ts';
import type { FileInfo } from '../../src-main/contract/app/values.ts';

/** A picture with what was found of it. */
export interface RankedPicture extends LabLikelihood {
  readonly name: string;
  /** Bits per dimension; undefined where it could not be measured. */
  readonly bits: number | undefined;
  readonly error: number | undefined;
}

/** The least likely picture (most bits per dimension) first, those that could not be measured last. */
export function ranked(likelihoods: readonly LabLikelihood[], files: readonly FileInfo[]): RankedPicture[] {
  return likelihoods
    .map((likelihood) => ({
      ...likelihood,
      name: files.find(({ id }) => id === likelihood.file)?.name ?? likelihood.file,
      bits: likelihood.report?.bitsPerDimension,
      error: likelihood.report?.standardError,
    }))
    .sort((a, b) => (b.bits ?? -Infinity) - (a.bits ?? -Infinity));
}

/** The ranking as comma-separated values (RFC 4180), with a head. */
export function rankingCsv(rows: readonly RankedPicture[]): string {
  const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map(({ name, bits, error, problem }) =>
    [quoted(name), bits ?? '', error ?? '', quoted(problem?.message ?? '')].join(','),
  );
  return ['picture,bits_per_dimension,standard_error,problem', ...lines].join('\r\n') + '\r\n';
}
