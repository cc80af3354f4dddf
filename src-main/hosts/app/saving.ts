import { basename, dirname, extname, join } from 'node:path';
import type { FilePlace } from '../../contract/jobs.ts';
import type { Sent } from '../../contract/app/parts.ts';
import type { Saved } from '../../contract/app/results.ts';
import { assertOutputs } from '../files/output-guard.ts';
import { copyFileAtomically } from '../files/write-file.ts';
import type { PartStore } from './part-store.ts';
import type { AppShell } from './shell.ts';

export interface SaveRequest {
  /** Without extension. */
  readonly name: string;
  readonly format: string;
  /** Absolute path of the file that it was made from, where there is one. */
  readonly original?: string | undefined;
  /** Encodes it, in the format that the dialog's answer ends in where that is another. */
  readonly encode: (format: string) => Promise<Sent<Uint8Array>>;
  /** The same, written to a path. */
  readonly write: (format: string, path: string) => Promise<void>;
}

const extensions: Readonly<Record<string, string>> = { jpeg: 'jpg', tiff: 'tif', dicom: 'dcm' };

/**
 * Saves by the host's dialog, or gives the bytes to be downloaded.
 * @throws output-exists for the original; file-unwritable
 */
export async function save(shell: AppShell, request: SaveRequest): Promise<Sent<Saved>> {
  const { format, original, encode, write } = request;
  const fileName = fileNameFor(request.name, format);
  if (shell.dialogs === undefined) {
    return { saved: false, download: { name: fileName, bytes: await encode(format) } };
  }
  const suggested = original === undefined ? fileName : join(dirname(original), fileName);
  const chosen = await shell.dialogs.saveFile(suggested);
  if (chosen === undefined) return { saved: false, dismissed: true };
  await assertOutputs([chosen], original === undefined ? [] : [original], 'output-exists');
  await write(formatOf(chosen) ?? format, chosen);
  return saved(shell, chosen);
}

/** Saves a file as it is. @throws file-not-found, file-unreadable, file-unwritable */
export async function saveCopy(shell: AppShell, parts: PartStore, { name, path }: FilePlace): Promise<Sent<Saved>> {
  if (shell.dialogs === undefined) return { saved: false, download: { name, bytes: await parts.copy(path) } };
  const chosen = await shell.dialogs.saveFile(name);
  if (chosen === undefined) return { saved: false, dismissed: true };
  await assertOutputs([chosen], [path], 'output-exists');
  await copyFileAtomically(path, chosen);
  return saved(shell, chosen);
}

function saved(shell: AppShell, path: string): Saved {
  shell.noteRecent?.(path);
  const place = shell.places?.add(path);
  return { saved: true, name: basename(path), ...(place === undefined ? {} : { place }) };
}

/** A file's name with the usual ending of its format. @param name  without extension, as a renderer suggests it. */
export function fileNameFor(name: string, format: string): string {
  return `${plainName(name)}.${extensions[format] ?? format}`;
}

function formatOf(path: string): string | undefined {
  const ending = extname(path).slice(1).toLowerCase();
  const formats: Readonly<Record<string, string>> = {
    jpg: 'jpeg',
    jpe: 'jpeg',
    jfif: 'jpeg',
    tif: 'tiff',
    dcm: 'dicom',
  };
  const format = formats[ending] ?? ending;
  return ['png', 'jpeg', 'webp', 'tiff', 'npy', 'dicom'].includes(format) ? format : undefined;
}

/** A name that every file system takes, of the name that a renderer suggests. */
function plainName(name: string): string {
  // eslint-disable-next-line no-control-regex -- these are what file systems refuse
  const plain = name.replace(/[\\/:*?"<>|\u0000-\u001f]/g, '_').replace(/^\.+/, '');
  return plain === '' ? 'result' : plain;
}
