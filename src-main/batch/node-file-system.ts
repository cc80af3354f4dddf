import { open, link, mkdir, readdir, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { constants, type Dirent } from 'node:fs';
import type { AppendFile, FileKind, FileSystem, FolderEntry } from './file-system.ts';
import { failureCode } from './file-system.ts';

/** The disk. */
export const nodeFileSystem: FileSystem = {
  async list(folder) {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.map((entry): FolderEntry => ({ name: entry.name, kind: entryKind(entry) }));
  },

  async status(path) {
    const status = await stat(path);
    const kind: FileKind = status.isFile() ? 'file' : status.isDirectory() ? 'folder' : 'other';
    return {
      kind,
      size: status.size,
      modifiedMs: status.mtimeMs,
      accessedMs: status.atimeMs,
      identity: status.ino === 0 ? undefined : `${status.dev}:${status.ino}`,
    };
  },

  realPath: (path) => realpath(path),

  async read(path, limit, from = 0) {
    const file = await openPlain(path, constants.O_RDONLY);
    try {
      if (limit === undefined) return await file.readFile();
      const buffer = new Uint8Array(limit);
      let length = 0;
      while (length < limit) {
        const { bytesRead } = await file.read(buffer, length, limit - length, from + length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return buffer.subarray(0, length);
    } finally {
      await file.close();
    }
  },

  readParts: (path) => partsOf(path),

  async create(path, contents, times) {
    const file = await open(path, 'wx');
    try {
      try {
        if (contents instanceof Uint8Array) await file.writeFile(contents);
        else for await (const part of partsOf(contents.path)) await file.writeFile(part);
        if (times !== undefined) await file.utimes(times.accessedMs / 1000, times.modifiedMs / 1000);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(path, { force: true }).catch(() => undefined);
      throw error;
    }
  },

  async openAppend(path, keep): Promise<AppendFile> {
    // The name is ours; a link in its place would have another file cut and written to.
    const { O_WRONLY, O_CREAT, O_APPEND, O_NOFOLLOW = 0 } = constants;
    const file = await openPlain(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW);
    let length = keep;
    await file.truncate(length);
    return {
      get length() {
        return length;
      },
      async append(bytes) {
        try {
          await file.appendFile(bytes);
          await file.sync();
          length += bytes.length;
        } catch (error) {
          await file.truncate(length);
          throw error;
        }
      },
      close: () => file.close(),
    };
  },

  rename: (from, to) => rename(from, to),
  link: (from, to) => link(from, to),
  remove: (path) => rm(path, { force: true }),
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },

  async syncFolder(path) {
    try {
      const folder = await open(path, 'r');
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    } catch (error) {
      // Windows and some network file systems know no such call; their renames are as durable as they make them.
      if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EBADF'].includes(failureCode(error) ?? '')) throw error;
    }
  },
};

const PART_BYTES = 2 ** 20;

/** Opens a file, and nothing that could be waited for: pipes and devices have no end. */
async function openPlain(path: string, flags: number): Promise<FileHandle> {
  const file = await open(path, flags | (constants.O_NONBLOCK ?? 0), 0o666);
  try {
    const status = await file.stat();
    if (status.isFile()) return file;
    const code = status.isDirectory() ? 'EISDIR' : 'EINVAL';
    throw Object.assign(new Error(`${code}: it is no file, '${path}'`), { code });
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function* partsOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await openPlain(path, constants.O_RDONLY);
  try {
    const buffer = new Uint8Array(PART_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, PART_BYTES);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

function entryKind(entry: Dirent): FolderEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}
