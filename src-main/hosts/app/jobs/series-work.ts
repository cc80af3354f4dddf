import { z } from 'zod';
import { placedFileSchema } from '../../../contract/jobs.ts';
import { toLangevinError } from '../../../errors.ts';
import { readDicomHeader } from '../../../images/dicom/header.ts';
import { groupSeries, type SeriesFile } from '../../../images/dicom/series.ts';
import { contentsOf } from '../../engine/placed-files.ts';

export const sortSeriesSchema = z.strictObject({ files: z.array(placedFileSchema).min(1) });

/** A series, its files by their numbers in the request. */
export interface SortedSeries {
  readonly label: string;
  readonly files: readonly number[];
  /** Millimetres. */
  readonly spacing?: number;
  readonly pixelSpacing?: number;
  readonly notices: readonly string[];
}

export interface SortedFiles {
  readonly series: readonly SortedSeries[];
  /** Files that are no slices of DICOM, with the reason. */
  readonly others: readonly { readonly name: string; readonly message: string }[];
}

/** Sorts DICOM files into series; see `groupSeries`. */
export async function sortSeries({ files }: z.output<typeof sortSeriesSchema>): Promise<SortedFiles> {
  const slices: (SeriesFile & { readonly index: number })[] = [];
  const others: { name: string; message: string }[] = [];
  for (const [index, place] of files.entries()) {
    const { bytes, name } = await contentsOf(place);
    try {
      slices.push({ index, name, header: readDicomHeader(bytes, name) });
    } catch (error) {
      others.push({ name, message: toLangevinError(error).message });
    }
  }
  return {
    series: groupSeries(slices).map(({ label, files: sorted, spacing, notices }) => {
      const { pixelSpacing } = sorted[0].header;
      const sides = { ...(spacing !== undefined && { spacing }), ...(pixelSpacing !== undefined && { pixelSpacing }) };
      return { label, files: sorted.map(({ index }) => index), notices, ...sides };
    }),
    others,
  };
}
