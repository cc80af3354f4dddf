import { createHash } from 'node:crypto';
import type { FileStatus, FileSystem } from './file-system.ts';
import type { Fingerprint } from './journal/records.ts';

/** SHA-256 in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** … of a file, however large. */
export async function sha256Of(fs: FileSystem, path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of fs.readParts(path)) hash.update(part);
  return hash.digest('hex');
}

/**
 * Whether a file is still as it was. One of the same size and time is taken to be; otherwise its contents decide, so
 * that a copied or touched file is not done again.
 */
export async function isUnchanged(
  fs: FileSystem,
  path: string,
  status: Pick<FileStatus, 'size' | 'modifiedMs'>,
  before: Fingerprint,
): Promise<boolean> {
  if (status.size !== before.size) return false;
  return status.modifiedMs === before.modifiedMs || (await sha256Of(fs, path)) === before.sha256;
}
