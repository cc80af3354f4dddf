import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LangevinError } from '../../errors.ts';

/** `.import-NAME-PID-…` is a model that is being imported, `.replaced-NAME-PID-…` one whose successor takes its place. */
const leftover = /^\.(import|replaced)-(.+)-(\d+)-[0-9a-f]{12}$/;

/** Longer than two renames take, milliseconds: process numbers are used again. */
const REPLACING_MS = 10_000;
/** Longer than any import takes. */
const IMPORTING_MS = 24 * 3600 * 1000;

/** Where a model is put together before it gets its name. */
export function importFolder(userFolder: string, name: string): string {
  return temporary(userFolder, 'import', name);
}

/**
 * Gives a whole model folder its name. The one that had it is moved aside, and removed when the new one is in its place:
 * at any moment one of the two is whole, and `sweepModels` puts the old one back where a program was killed in between.
 * @param made  from `importFolder`.
 * @throws output-exists when another program was faster; what the file system says.
 */
export async function installModel(userFolder: string, name: string, made: string): Promise<void> {
  const folder = join(userFolder, name);
  const aside = temporary(userFolder, 'replaced', name);
  const hadOne = await rename(folder, aside).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(made, folder);
  } catch (error) {
    if (hadOne) await rename(aside, folder).catch(() => undefined);
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    throw new LangevinError('output-exists', `Another program has just imported a model "${name}"; import again.`);
  }
  if (hadOne) await rm(aside, { recursive: true, force: true });
}

/** Finishes or undoes what programs that were killed have left in the folder of the user's models. */
export async function sweepModels(userFolder: string): Promise<void> {
  for (const entry of await readdir(userFolder).catch(() => [])) {
    const [, kind, name, pid] = leftover.exec(entry) ?? [];
    if (pid === undefined) continue;
    const path = join(userFolder, entry);
    const changed = (await stat(path).catch(() => undefined))?.ctimeMs;
    const longest = kind === 'replaced' ? REPLACING_MS : IMPORTING_MS;
    if (changed === undefined || (isAlive(Number(pid)) && Date.now() - changed < longest)) continue;
    // Fails where the successor is in its place.
    const isBack = kind === 'replaced' && (await rename(path, join(userFolder, name)).then(always, never));
    if (!isBack) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

function temporary(userFolder: string, kind: 'import' | 'replaced', name: string): string {
  return join(userFolder, `.${kind}-${name}-${process.pid}-${randomBytes(6).toString('hex')}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const always = (): boolean => true;
const never = (): boolean => false;
