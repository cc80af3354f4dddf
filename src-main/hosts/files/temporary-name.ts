import { createHash, randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Longest name of a file on the usual file systems, in bytes. */
export const LONGEST_NAME = 255;

/** A temporary name says whose it is: the machine, by a digest, and the process. */
const MACHINE = createHash('sha256').update(hostname()).digest('hex').slice(0, 6);
const TEMPORARY = /^\..*\.([0-9a-f]{6})-(\d+)-[0-9a-f]{12}\.part$/;
/** What another machine began so long ago it will not finish. */
const STALE_MS = 7 * 24 * 3600 * 1000;

/** A hidden name beside a file, that no other process uses and that is short enough whatever the file's name. */
export function temporaryName(name: string): string {
  const end = `.${MACHINE}-${process.pid}-${randomBytes(6).toString('hex')}.part`;
  return `.${cutToBytes(name, LONGEST_NAME - 1 - end.length)}${end}`;
}

/** The beginning of a text that takes so many bytes in UTF-8, no character cut. */
export function cutToBytes(text: string, bytes: number): string {
  let length = 0;
  let out = '';
  for (const character of text) {
    length += Buffer.byteLength(character);
    if (length > bytes) break;
    out += character;
  }
  return out;
}

/** Removes the temporary files and folders in a folder of processes that are no more. */
export async function removeLeftovers(folder: string): Promise<void> {
  // What cannot be listed or removed is in nobody's way.
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const match = TEMPORARY.exec(name);
    if (match !== null && (await isLeftover(join(folder, name), match[1], Number(match[2])))) {
      await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

async function isLeftover(path: string, machine: string, pid: number): Promise<boolean> {
  if (machine === MACHINE) return !isAlive(pid);
  const status = await stat(path).catch(() => undefined);
  return status !== undefined && Date.now() - status.mtimeMs > STALE_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
