import type { AppClient } from '../../src-main/contract/app/client.ts';
import type { FileInfo } from '../../src-main/contract/app/values.ts';
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
  const bytes = new Uint8Array(await file.arrayBuffer());
  return client.call('addFile', { name: file.name || 'picture.png', bytes });
}
