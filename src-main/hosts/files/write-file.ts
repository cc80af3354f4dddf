import { access, constants, copyFile, lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LangevinError } from '../../errors.ts';
import { LONGEST_NAME, removeLeftovers, temporaryName } from './temporary-name.ts';

/**
 * Writes a file so that its name never stands for a part of it: to a temporary name beside it, flushed to the disk,
 * then renamed. An interrupted write leaves the old file, or none.
 * @throws file-unwritable, naming the path and the reason.
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), temporaryName(basename(path)));
  try {
    await assertReplaceable(path);
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeFailure(path, error);
  }
}

/** The same for what is in another file: its bytes need not fit into the memory. @throws file-unwritable */
export async function copyFileAtomically(from: string, path: string): Promise<void> {
  const temporary = join(dirname(path), temporaryName(basename(path)));
  try {
    await assertReplaceable(path);
    await copyFile(from, temporary, constants.COPYFILE_EXCL);
    const file = await open(temporary, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeFailure(path, error);
  }
}

/** Renaming over a device, pipe or socket would remove it. */
async function assertReplaceable(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there === undefined || there.isFile() || there.isSymbolicLink()) return;
  const kind = there.isDirectory()
    ? 'a directory'
    : there.isFIFO()
      ? 'a pipe'
      : there.isSocket()
        ? 'a socket'
        : 'a device';
  throw new LangevinError('file-unwritable', `${path} cannot be written: it is ${kind}; name a plain file.`);
}

/**
 * Fails before long work when its result could not be written.
 * @throws file-unwritable when `path` is a directory or its folder does not exist or may not be written.
 */
export async function assertWritable(path: string): Promise<void> {
  try {
    const existing = await stat(path).catch(() => undefined);
    if (existing?.isDirectory()) {
      throw new LangevinError('file-unwritable', `${path} is a directory; name the file to write.`);
    }
    if (Buffer.byteLength(basename(path)) > LONGEST_NAME) {
      throw new LangevinError(
        'file-unwritable',
        `${path} cannot be written: its name has more than ${LONGEST_NAME} bytes; choose a shorter one.`,
      );
    }
    const folder = await stat(dirname(path));
    if (!folder.isDirectory()) {
      throw new LangevinError('file-unwritable', `${dirname(path)} is not a directory, so ${path} cannot be written.`);
    }
    await access(dirname(path), constants.W_OK);
    await removeLeftovers(dirname(path));
  } catch (error) {
    throw writeFailure(path, error);
  }
}

/** Makes a folder and those above it. @param mode  of new ones. @throws file-unwritable */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  try {
    await mkdir(path, { recursive: true, ...(mode === undefined ? {} : { mode }) });
  } catch (error) {
    const there = await lstat(path).catch(() => undefined);
    if (there?.isSymbolicLink()) {
      throw new LangevinError(
        'file-unwritable',
        `${path} is a link that leads to no folder; remove it or name another.`,
        {
          cause: error,
        },
      );
    }
    throw writeFailure(path, error);
  }
}

function writeFailure(path: string, error: unknown): LangevinError {
  if (error instanceof LangevinError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOENT: `the folder ${dirname(path)} does not exist`,
    ENOTDIR: `${dirname(path)} is not a folder`,
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    EISDIR: 'it is a directory',
    EEXIST: 'a file is in the way',
  };
  return new LangevinError('file-unwritable', `${path} cannot be written: ${reasons[code ?? ''] ?? message}.`, {
    cause: error,
  });
}
