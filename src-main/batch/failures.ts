import { dirname } from 'node:path';
import { LangevinError, toLangevinError } from '../errors.ts';
import { failureCode } from './file-system.ts';

/** What a failed read of an input means for people. */
export function readFailure(path: string, error: unknown): LangevinError {
  const code = failureCode(error);
  if (error instanceof LangevinError || code === undefined) return toLangevinError(error);
  const because = { cause: error };
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new LangevinError(
        'file-not-found',
        `There is no file ${path}; it was removed or its link is broken.`,
        because,
      );
    case 'ELOOP':
      return new LangevinError('file-unreadable', `${path} is a link that leads back to itself.`, because);
    case 'EACCES':
    case 'EPERM':
      return new LangevinError('file-unreadable', `${path} may not be read: permission denied.`, because);
    case 'ERR_FS_FILE_TOO_LARGE':
      return new LangevinError('picture-too-large', `${path} is larger than 2 GiB; cut it into parts first.`, because);
    default:
      return new LangevinError('file-unreadable', `${path} cannot be read: ${(error as Error).message}.`, because);
  }
}

/** What a failed write of an output means for people. */
export function writeFailure(path: string, error: unknown): LangevinError {
  const code = failureCode(error);
  if (error instanceof LangevinError || code === undefined) return toLangevinError(error);
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOTDIR: `${dirname(path)} is not a folder`,
    ELOOP: 'a link has its name',
    ENXIO: 'a pipe has its name',
    EISDIR: 'a folder of that name is in the way',
    ENOTEMPTY: 'a folder of that name is in the way',
    ENAMETOOLONG: 'the name is too long for the file system; choose a shorter template',
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is used up',
  };
  const reason = reasons[code] ?? (error as Error).message;
  return new LangevinError('file-unwritable', `${path} cannot be written: ${reason}.`, { cause: error });
}

/** Whether a write failed only because there was no room, so that it may work later. */
export function isDiskFull(error: unknown): boolean {
  const code = failureCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}
