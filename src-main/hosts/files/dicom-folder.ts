import { counted } from '../../counted.ts';
import { open, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { LangevinError, toLangevinError } from '../../errors.ts';
import { isDicom } from '../../images/dicom/data-set.ts';
import { readDicomHeader } from '../../images/dicom/header.ts';
import { groupSeries, type DicomSeries, type SeriesFile } from '../../images/dicom/series.ts';
import { readInputFile } from './read-file.ts';

/** A slice of a series where it lies. */
export interface SeriesPlace extends SeriesFile {
  /** Absolute. */
  readonly path: string;
}

export interface DicomFolder {
  /** The largest first. */
  readonly series: readonly DicomSeries<SeriesPlace>[];
  /** DICOM files that cannot be read, with the reason. */
  readonly problems: readonly { readonly name: string; readonly message: string }[];
  /** Files that are not DICOM. */
  readonly others: number;
}

/** Pixels come last: what is before them is seldom longer. */
const HEAD = 2 ** 18;
/** A folder of more is not one examination; a root directory may be meant by mistake. */
const MAX_FILES = 20_000;

/**
 * Sorts the DICOM files of a folder, and of the folders in it, into series.
 * @throws file-not-found, file-unreadable; invalid-argument for a folder without DICOM slices.
 */
export async function readDicomFolder(folder: string): Promise<DicomFolder> {
  const files: SeriesPlace[] = [];
  const problems: { name: string; message: string }[] = [];
  let others = 0;
  for (const path of await filesWithin(folder)) {
    const name = relative(folder, path).split(sep).join('/');
    try {
      const header = await headerOf(path, name);
      if (header === undefined) others++;
      else files.push({ name, path, header });
    } catch (error) {
      problems.push({ name, message: toLangevinError(error).message });
    }
  }
  if (files.length === 0) {
    const why = problems.length > 0 ? ` ${problems[0].message}` : '';
    throw new LangevinError(
      'invalid-argument',
      `${folder} holds no DICOM slices (${counted(others, 'other file')}).${why}`,
    );
  }
  return { series: groupSeries(files), problems, others };
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

async function filesWithin(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
    if (files.length > MAX_FILES) {
      throw new LangevinError(
        'invalid-argument',
        `${folder} holds ${files.length} files, more than any examination; name the folder of one series.`,
      );
    }
    return files.map((entry) => join(entry.parentPath, entry.name)).sort();
  } catch (error) {
    if (error instanceof LangevinError) throw error;
    throw new LangevinError('file-unreadable', `${folder} cannot be listed: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

/** Undefined where the file is not DICOM. */
async function headerOf(path: string, name: string): Promise<SeriesPlace['header'] | undefined> {
  const { bytes, isWhole } = await headOf(path);
  if (!isDicom(bytes)) return undefined;
  try {
    return readDicomHeader(bytes, name);
  } catch (error) {
    if (isWhole) throw error;
    return readDicomHeader(await readInputFile(path), name);
  }
}

async function headOf(path: string): Promise<{ readonly bytes: Uint8Array; readonly isWhole: boolean }> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(HEAD), 0, HEAD, 0);
    return { bytes: buffer.subarray(0, bytesRead), isWhole: bytesRead < HEAD };
  } finally {
    await file.close();
  }
}
