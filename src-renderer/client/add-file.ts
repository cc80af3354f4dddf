import type { AppClient } from '../../src-main/contract/app/client.ts';
import { PART_BYTES } from '../../src-main/contract/app/parts.ts';
import type { FileInfo, Id } from '../../src-main/contract/app/values.ts';
import { LangevinError } from '../../src-main/errors.ts';

/**
 * A file of the page as a file of the host: by reference where the host can see where it lies (a drop in the desktop
 * app), by its contents otherwise.
 * @throws LangevinError of the host.
 */
export async function addFile(client: AppClient, file: File): Promise<FileInfo> {
  try {
    const added = await client.addDropped?.(file);
    if (added !== undefined) return added;
  } catch (error) {
    // A pasted picture lies nowhere.
    if (!(error instanceof LangevinError) || error.code !== 'invalid-argument') throw error;
  }
  return upload(client, file);
}

/** A file of the page as a copy of the host; large ones go in parts. @throws LangevinError of the host. */
export async function upload(client: AppClient, file: File): Promise<FileInfo> {
  const name = file.name || 'picture.png';
  if (isSmall(file)) return client.call('addFile', { name, bytes: await bytesOf(file) });
  return client.call('endUpload', await sendParts(client, file, name));
}

/** The same into a folder of the host that is made for it. @param path  relative to that. */
export async function uploadInto(client: AppClient, folder: Id, path: string, file: File): Promise<void> {
  if (isSmall(file)) await client.call('addToFolder', { folder, path, bytes: await bytesOf(file) });
  else await client.call('placeUpload', { ...(await sendParts(client, file, file.name)), folder, path });
}

async function sendParts(client: AppClient, file: File, name: string): Promise<{ readonly upload: Id }> {
  const begun = await client.call('beginUpload', { name });
  for (let at = 0; at < file.size; at += PART_BYTES) {
    await client.call('extendUpload', { ...begun, bytes: await bytesOf(file.slice(at, at + PART_BYTES)) });
  }
  return begun;
}

function isSmall(file: File): boolean {
  return file.size <= 2 * PART_BYTES;
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}
