import { extname, posix } from 'node:path';
import type { BatchFormat } from '../../contract/batch.ts';
import type { Task } from '../../contract/restore-options.ts';
import { formatOfExtension, type PictureFormat } from '../../images/formats.ts';

/** Pictures, or arrays of HU values. */
export type OutputFormat = PictureFormat | 'npy' | 'dicom';

/** Endings that say "picture" although Langevin cannot read it: better a named failure than silence. */
const UNREADABLE = new Set(['bmp', 'heic', 'heif', 'avif', 'jxl', 'jp2', 'psd', 'exr', 'ppm', 'pgm', 'pnm']);
/** What only the task reconstruct reads. */
const SCANS = new Set(['npy', 'dcm', 'dicom', 'h5', 'hdf5', 'ima']);
const EXTENSIONS: Readonly<Record<OutputFormat, string>> = {
  png: 'png',
  jpeg: 'jpg',
  webp: 'webp',
  tiff: 'tif',
  npy: 'npy',
  dicom: 'dcm',
};

/** Whether a file is an input of a task by its name. */
export function isInputName(name: string, task: Task): boolean {
  const ending = endingOf(name);
  if (task === 'reconstruct' && (SCANS.has(ending) || hasNoEnding(name))) return true;
  return ending === 'gif' || UNREADABLE.has(ending) || (ending !== '' && formatOfExtension(name) !== undefined);
}

/** How the result of an input of this name is written: its format, and the ending of its file. */
export function outputFormat(
  name: string,
  asked: BatchFormat,
  task: Task,
): { readonly format: OutputFormat; readonly extension: string } {
  if (asked !== 'keep' && asked !== 'lossless') return { format: asked, extension: EXTENSIONS[asked] };
  if (task === 'reconstruct') return { format: 'npy', extension: 'npy' };
  const own = formatOfExtension(name);
  if (own === undefined || (asked === 'lossless' && own === 'jpeg')) return { format: 'png', extension: 'png' };
  return { format: own, extension: endingOf(name) };
}

/** Scanners call slices "IM00012" or by their UID; whether such a file is one is seen by its first bytes. */
export function hasNoEnding(name: string): boolean {
  return /^\d*$/.test(endingOf(name)) && posix.basename(name) !== 'DICOMDIR';
}

function endingOf(name: string): string {
  return extname(name).slice(1).toLowerCase();
}
