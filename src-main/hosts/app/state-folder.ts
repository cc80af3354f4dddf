import { mkdir, open, readFile, rm } from 'node:fs/promises';
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
        const file = await open(lock, 'wx', 0o600);
        await file.writeFile(self);
        await file.close();
        return { path, release: () => rm(lock, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(path, error);
        if (await isHeld(lock)) break;
        await rm(lock, { force: true });
      }
    }
  }
  throw new LangevinError('file-unwritable', `${MOST} programs already use ${parent}; end some of them.`);
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

function unusable(path: string, error: unknown): LangevinError {
  return new LangevinError('file-unwritable', `${path} cannot be written: ${(error as Error).message}.`, {
    cause: error,
  });
}
