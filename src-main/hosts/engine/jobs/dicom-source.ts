import type { PlacedFile } from '../../../contract/jobs.ts';
import type { RestoreOptions } from '../../../contract/restore-options.ts';
import { isDicom, type DicomDataSet } from '../../../images/dicom/data-set.ts';
import { openDataSet } from '../../../images/dicom/open.ts';
import { contentsOf } from '../placed-files.ts';

/** The first of some files that is DICOM: whose image a reconstruction is, and where it lies, is taken from there. */
export async function dicomSource(files: readonly (PlacedFile | undefined)[]): Promise<DicomDataSet | undefined> {
  for (const file of files) {
    if (file === undefined) continue;
    const { bytes, name } = await contentsOf(file);
    if (isDicom(bytes)) return openDataSet(bytes, name).data;
  }
  return undefined;
}

/** What was done, for the series that the results are. @param what  which of the results. */
export function dicomDescription(
  what: string,
  { solver, angles, sourceAxis, seed }: Pick<RestoreOptions, 'solver' | 'angles' | 'sourceAxis' | 'seed'>,
): string {
  const views = angles === undefined ? '' : ` from ${angles} ${sourceAxis === undefined ? 'parallel views' : 'fans'}`;
  return `Reconstructed by Langevin${views}: ${what}, ${solver ?? 'tuned solver'}, seed ${seed}. Not for diagnosis.`;
}
