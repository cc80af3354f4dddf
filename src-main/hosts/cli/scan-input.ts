import { readFile } from 'node:fs/promises';
import type { FileBytes } from '../../contract/jobs.ts';
import { counted } from '../../counted.ts';
import { LangevinError } from '../../errors.ts';
import type { DicomSeries } from '../../images/dicom/series.ts';
import { isFolder, readDicomFolder, type SeriesPlace } from '../files/dicom-folder.ts';
import { readFileBytes } from './damage-options.ts';

/** A file that was read, and what it was in a folder of slices. */
export interface ScanInput {
  readonly file: FileBytes;
  /** Which slice of the file, where it is known already; absent: as asked for. */
  readonly slice?: number;
  readonly notices: readonly string[];
}

/**
 * Reads the slice that is meant: of a folder the `slice`-th of a series in order, else the file.
 * @param slice  from 0; absent: the one in the middle of the series, with a notice.
 * @param number  of the series as the folder lists them, from 1; absent: the only one.
 * @throws invalid-argument for a slice or series that is not there, or where a series must be chosen, listing them.
 */
export async function readScanFile(
  path: string,
  slice: number | undefined,
  number: number | undefined,
): Promise<ScanInput> {
  if (!(await isFolder(path))) {
    if (number !== undefined) {
      throw new LangevinError(
        'invalid-argument',
        `--series chooses among the series of a folder, but ${path} is a file.`,
      );
    }
    return { file: await readFileBytes(path), notices: [] };
  }
  const { series: all, problems } = await readDicomFolder(path);
  const series = chooseSeries(all, number, path);
  const left =
    problems.length === 0
      ? []
      : [`${counted(problems.length, 'file')} of ${path} cannot be read: ${problems[0].message}`];
  const notices = [...series.notices, ...left];
  const [only] = series.files;
  if (series.files.length === 1) return { file: await readPlace(only), notices };
  const index = slice ?? Math.floor(series.files.length / 2);
  const found = series.files[index];
  if (found === undefined) {
    throw new LangevinError(
      'invalid-argument',
      `${series.label} of ${path} has slices 0 to ${series.files.length - 1}, but slice ${index} was asked for.`,
    );
  }
  const chosen = `Slice ${index} of ${series.files.length} is taken, ${found.name}. Choose another by its number (--slice).`;
  return { file: await readPlace(found), slice: 0, notices: slice === undefined ? [chosen, ...notices] : notices };
}

function chooseSeries(
  all: readonly DicomSeries<SeriesPlace>[],
  number: number | undefined,
  path: string,
): DicomSeries<SeriesPlace> {
  const list = all.map(({ label }, i) => `${i + 1}: ${label}`).join('; ');
  if (number === undefined && all.length > 1) {
    throw new LangevinError(
      'invalid-argument',
      `${path} holds ${all.length} series; choose one with --series. ${list}.`,
    );
  }
  const series = all[(number ?? 1) - 1];
  if (series === undefined) {
    throw new LangevinError('invalid-argument', `${path} has no series ${number}. ${list}.`);
  }
  return series;
}

async function readPlace({ path, name }: SeriesPlace): Promise<FileBytes> {
  return { name, bytes: new Uint8Array(await readFile(path)) };
}
