import { basename, dirname, extname, join } from 'node:path';
import type { Saved } from '../../contract/app/results.ts';
import { assertOutputs } from '../files/output-guard.ts';
import { writeFileAtomically } from '../files/write-file.ts';
import type { AppShell } from './shell.ts';

export interface SaveRequest {
  /** Without extension. */
  readonly name: string;
  readonly format: string;
  /** Absolute path of the file that it was made from, where there is one. */
  readonly original?: string | undefined;
  /** Encodes it, in the format that the dialog's answer ends in where that is another. */
  readonly encode: (format: string) => Promise<Uint8Array>;
}

const extensions: Readonly<Record<string, string>> = { jpeg: 'jpg', tiff: 'tif' };

/**
 * Saves by the host's dialog, or gives the bytes to be downloaded.
 * @throws output-exists for the original; file-unwritable
 */
export async function save(shell: AppShell, request: SaveRequest): Promise<Saved> {
  const { format, original, encode } = request;
  const fileName = fileNameFor(request.name, format);
  if (shell.dialogs === undefined) {
    return { saved: false, download: { name: fileName, bytes: await encode(format) } };
  }
  const suggested = original === undefined ? fileName : join(dirname(original), fileName);
  const chosen = await shell.dialogs.saveFile(suggested);
  if (chosen === undefined) return { saved: false, dismissed: true };
  await assertOutputs([chosen], original === undefined ? [] : [original], 'output-exists');
  await writeFileAtomically(chosen, await encode(formatOf(chosen) ?? format));
  return saved(shell, chosen);
}

/** Saves bytes as they are. @param name  with extension. @throws file-unwritable */
export async function saveBytes(shell: AppShell, name: string, bytes: Uint8Array): Promise<Saved> {
  if (shell.dialogs === undefined) return { saved: false, download: { name, bytes } };
  const chosen = await shell.dialogs.saveFile(name);
  if (chosen === undefined) return { saved: false, dismissed: true };
  await assertOutputs([chosen]);
  await writeFileAtomically(chosen, bytes);
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
  const formats: Readonly<Record<string, string>> = { jpg: 'jpeg', jpe: 'jpeg', jfif: 'jpeg', tif: 'tiff' };
  const format = formats[ending] ?? ending;
  return ['png', 'jpeg', 'webp', 'tiff', 'npy'].includes(format) ? format : undefined;
}

/** A name that every file system takes, of the name that a renderer suggests. */
function plainName(name: string): string {
  // eslint-disable-next-line no-control-regex -- these are what file systems refuse
  const plain = name.replace(/[\\/:*?"<>|\u0000-\u001f]/g, '_').replace(/^\.+/, '');
  return plain === '' ? 'result' : plain;
}
