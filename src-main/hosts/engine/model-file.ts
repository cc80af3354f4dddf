import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { LangevinError } from '../../errors.ts';

/** Manifests and cards are texts. */
export const TEXT_LIMIT = 4 * 2 ** 20;
/** Networks and weights: what one array of bytes can hold. */
export const WEIGHTS_LIMIT = 2 ** 31 - 1;

/**
 * The bytes of a file of a model's folder. What is no file (a pipe and a device may never end), is larger than `limit`,
 * or leads out of the folder by a link is refused before any of it is read: folders come from others, and what they
 * point to would be run, shown, or copied.
 * @returns undefined when there is none.
 * @throws model-corrupt, file-unreadable
 */
export async function readModelFile(folder: string, file: string, limit: number): Promise<Uint8Array | undefined> {
  const path = join(folder, file);
  try {
    const root = await realpath(folder);
    const real = await realpath(path);
    if (!real.startsWith(root + sep)) {
      throw new LangevinError('model-corrupt', `${path} is a link that leaves its folder; put the file itself there.`);
    }
    // Without O_NONBLOCK a pipe would be waited for.
    const handle = await open(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const status = await handle.stat();
      if (!status.isFile()) throw new LangevinError('file-unreadable', `${path} is not a file.`);
      if (status.size > limit) {
        throw new LangevinError('model-corrupt', `${path} has ${status.size} bytes; it may have ${limit} at most.`);
      }
      const bytes = new Uint8Array(status.size);
      let at = 0;
      while (at < bytes.length) {
        const { bytesRead } = await handle.read(bytes, at, bytes.length - at, at);
        if (bytesRead === 0) throw new LangevinError('file-unreadable', `${path} was cut off while it was read.`);
        at += bytesRead;
      }
      return bytes;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof LangevinError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    // A socket cannot be opened at all.
    if (code === 'ENXIO') throw new LangevinError('file-unreadable', `${path} is not a file.`, { cause: error });
    throw new LangevinError('file-unreadable', `${path} cannot be read: ${message}.`, { cause: error });
  }
}
