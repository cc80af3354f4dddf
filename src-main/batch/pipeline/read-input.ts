import type { PlacedFile } from '../../contract/jobs.ts';
import { LangevinError } from '../../errors.ts';
import { readFailure } from '../failures.ts';
import type { FileStatus, FileSystem } from '../file-system.ts';
import { sha256, sha256Of } from '../fingerprint.ts';
import type { Fingerprint } from '../journal/records.ts';

/** Larger files are left to the processes that work on them. */
const WHOLE_BYTES = 8e6;
/** No file that is larger is read. */
const LARGEST_BYTES = 2 ** 31;

/** An input as it was at one moment. */
export interface ReadInput {
  /** Large ones by their place, where `assertSame` says afterwards whether they are still the same. */
  readonly file: PlacedFile;
  readonly source: Fingerprint;
}

/**
 * Reads an input as it is at one moment.
 * @param name  for messages.
 * @throws file-not-found, file-unreadable (also while somebody writes to it), picture-too-large.
 */
export async function readInput(fs: FileSystem, path: string, name: string): Promise<ReadInput> {
  try {
    const before = await fs.status(path);
    if (before.kind !== 'file') {
      throw new LangevinError('file-unreadable', `${path} is not a file, so it has no picture.`);
    }
    if (before.size > LARGEST_BYTES) {
      throw new LangevinError('picture-too-large', `${path} is larger than 2 GiB; cut it into parts first.`);
    }
    const bytes = before.size > WHOLE_BYTES ? undefined : await fs.read(path);
    const digest = bytes === undefined ? await sha256Of(fs, path) : sha256(bytes);
    const source = { size: bytes?.length ?? before.size, modifiedMs: before.modifiedMs, sha256: digest };
    await assertSame(fs, path, source);
    return { file: bytes === undefined ? { name, path: await fs.realPath(path) } : { name, bytes }, source };
  } catch (error) {
    throw readFailure(path, error);
  }
}

/** @throws file-unreadable where an input has been changed since it was read */
export async function assertSame(
  fs: FileSystem,
  path: string,
  source: Pick<FileStatus, 'size' | 'modifiedMs'>,
): Promise<void> {
  const now = await fs.status(path);
  if (now.size === source.size && now.modifiedMs === source.modifiedMs) return;
  throw new LangevinError('file-unreadable', `${path} was changed while it was read; restore it when it is complete.`);
}
