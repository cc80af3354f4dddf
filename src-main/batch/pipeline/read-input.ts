import { LangevinError } from '../../errors.ts';
import { readFailure } from '../failures.ts';
import type { FileSystem } from '../file-system.ts';
import { sha256 } from '../fingerprint.ts';
import type { Fingerprint } from '../journal/records.ts';

/**
 * Reads an input as it is at one moment.
 * @throws file-not-found, file-unreadable (also while somebody writes to it), picture-too-large.
 */
export async function readInput(fs: FileSystem, path: string): Promise<{ bytes: Uint8Array; source: Fingerprint }> {
  try {
    const before = await fs.status(path);
    if (before.kind !== 'file') {
      throw new LangevinError('file-unreadable', `${path} is not a file, so it has no picture.`);
    }
    const bytes = await fs.read(path);
    const after = await fs.status(path);
    if (after.size !== bytes.length || after.modifiedMs !== before.modifiedMs) {
      throw new LangevinError(
        'file-unreadable',
        `${path} was changed while it was read; restore it when it is complete.`,
      );
    }
    return { bytes, source: { size: after.size, modifiedMs: after.modifiedMs, sha256: sha256(bytes) } };
  } catch (error) {
    throw readFailure(path, error);
  }
}
