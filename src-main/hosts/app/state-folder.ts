import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { machineProcesses, processIdentitySchema } from '../../batch/lock/process-identity.ts';
import { LangevinError } from '../../errors.ts';

/**
 * Where the app keeps its settings and what is open, by the customs of the platform: `$XDG_STATE_HOME/langevin`,
 * `~/Library/Application Support/langevin/state`, `%LOCALAPPDATA%\langevin\state`.
 */
export function defaultStateFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const fromEnv = (name: string, fallback: string): string => {
    const value = env[name];
    return value !== undefined && isAbsolute(value) ? value : fallback;
  };
  if (platform === 'win32') return join(fromEnv('LOCALAPPDATA', join(home, 'AppData', 'Local')), 'langevin', 'state');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'langevin', 'state');
  return join(fromEnv('XDG_STATE_HOME', join(home, '.local', 'state')), 'langevin');
}

export interface ClaimedFolder {
  readonly path: string;
  release(): Promise<void>;
}

/** Programs that may run at once on one state folder. */
const MOST = 64;

/**
 * A folder for what one running program has open: the first of `0`, `1` … in `parent` that no living process holds, so
 * that two windows of two programs do not overwrite each other's session, and a program that was killed finds its own.
 */
export async function claimSessionFolder(parent: string): Promise<ClaimedFolder> {
  const self = JSON.stringify(await machineProcesses.self());
  for (let index = 0; index < MOST; index++) {
    const path = join(parent, `${index}`);
    await mkdir(path, { recursive: true, mode: 0o700 });
    const lock = join(path, 'owner.json');
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        await createWhole(lock, self);
        return { path, release: () => rm(lock, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(path, error);
        if (await isHeld(lock)) break;
        await takeAway(lock);
      }
    }
  }
  throw new LangevinError('file-unwritable', `${MOST} programs already use ${parent}; end some of them.`);
}

/** Removes the lock of a dead program, but not that of one that has just come in its place. */
async function takeAway(lock: string): Promise<void> {
  const aside = `${lock}.${randomBytes(6).toString('hex')}`;
  if (!(await rename(lock, aside).then(always, never))) return;
  if (await isHeld(aside)) await link(aside, lock).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Makes a file that no other program ever sees unfinished. @throws EEXIST where there is one. */
async function createWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(temporary, text, { flag: 'wx', mode: 0o600 });
  try {
    await link(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // File systems without links (FAT, some network ones).
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
  } finally {
    await rm(temporary, { force: true });
  }
}

async function isHeld(lock: string): Promise<boolean> {
  try {
    const owner = processIdentitySchema.parse(JSON.parse(await readFile(lock, 'utf8')));
    return (await machineProcesses.isAlive(owner)) !== false;
  } catch {
    // Empty or broken: its writer died while writing.
    return false;
  }
}

const always = (): boolean => true;
const never = (): boolean => false;

function unusable(path: string, error: unknown): LangevinError {
  return new LangevinError('file-unwritable', `${path} cannot be written: ${(error as Error).message}.`, {
    cause: error,
  });
}
