import { realpath } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import type { FileSystem } from '../../../batch/file-system.ts';

/**
 * A file system of which only some folders are there, whatever links lie in them: what a link leads out to is absent for
 * those who read, and forbidden to those who write.
 * @param folders  absolute paths; files are allowed, too.
 */
export async function confinedFiles(fs: FileSystem, folders: readonly string[]): Promise<FileSystem> {
  const roots = await Promise.all(folders.map(realPlace));
  const isInside = async (path: string): Promise<boolean> => {
    const place = await realPlace(path);
    return roots.some((root) => place === root || place.startsWith(root + sep));
  };
  const refuse = (code: 'ENOENT' | 'EACCES', path: string): never => {
    throw Object.assign(new Error(`${path} leads out of the folders that may be used`), { code });
  };
  const seen = async (path: string): Promise<void> => void ((await isInside(path)) || refuse('ENOENT', path));
  const written = async (path: string): Promise<void> => void ((await isInside(path)) || refuse('EACCES', path));
  return {
    list: async (folder) => (await seen(folder), fs.list(folder)),
    status: async (path) => (await seen(path), fs.status(path)),
    realPath: async (path) => (await seen(path), fs.realPath(path)),
    read: async (path, limit, from) => (await seen(path), fs.read(path, limit, from)),
    readParts: async function* (path) {
      await seen(path);
      yield* fs.readParts(path);
    },
    create: async (path, contents, times) => (await written(path), fs.create(path, contents, times)),
    openAppend: async (path, keep) => (await written(path), fs.openAppend(path, keep)),
    rename: async (from, to) => (await written(dirname(from)), await written(dirname(to)), fs.rename(from, to)),
    link: async (from, to) => (await written(from), await written(dirname(to)), fs.link(from, to)),
    remove: async (path) => (await written(dirname(path)), fs.remove(path)),
    makeFolder: async (path) => (await written(path), fs.makeFolder(path)),
    syncFolder: async (path) => (await written(path), fs.syncFolder(path)),
  };
}

/** Where a path leads: of what is not there yet, where its folder does. */
export async function realPlace(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch (error) {
    const parent = dirname(absolute);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === absolute) throw error;
    return resolve(await realPlace(parent), absolute.slice(parent.length).replace(/^[\\/]+/, ''));
  }
}
