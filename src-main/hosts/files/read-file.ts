import { constants, open } from 'node:fs/promises';
import { LangevinError } from '../../errors.ts';

/**
 * The bytes of a file that a user named.
 * @throws file-not-found, file-unreadable (a directory, no permission, a device, …), each naming the path.
 */
export async function readInputFile(path: string): Promise<Uint8Array> {
  try {
    // Opening a pipe would wait for somebody to write into it.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const status = await file.stat();
      if (status.isDirectory()) {
        throw new LangevinError(
          'file-unreadable',
          `${path} is a directory; name a picture file, or use langevin batch.`,
        );
      }
      if (!status.isFile()) {
        const kind = status.isFIFO() ? 'a pipe' : status.isSocket() ? 'a socket' : 'a device';
        throw new LangevinError('file-unreadable', `${path} is ${kind}, which is not read; save it as a file first.`);
      }
      return new Uint8Array(await file.readFile());
    } finally {
      await file.close();
    }
  } catch (error) {
    throw readFailure(path, error);
  }
}

function readFailure(path: string, error: unknown): LangevinError {
  if (error instanceof LangevinError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new LangevinError('file-not-found', `There is no file ${path}. Check the path.`, { cause: error });
  }
  if (code === 'EISDIR') {
    return new LangevinError('file-unreadable', `${path} is a directory; name a picture file.`, { cause: error });
  }
  if (code === 'ENXIO') {
    return new LangevinError('file-unreadable', `${path} is a socket or device, which is not read.`, { cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new LangevinError('file-unreadable', `${path} may not be read: permission denied.`, { cause: error });
  }
  return new LangevinError('file-unreadable', `${path} cannot be read: ${(error as Error).message}.`, { cause: error });
}
