import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { z } from 'zod';

/** Tells one run of one process on one machine from every other. */
export const processIdentitySchema = z.strictObject({
  pid: z.int(),
  /** Where the pid means something: host name, and on Linux the boot and the pid namespace (a container has its own). */
  realm: z.string(),
  /** When the process started, in the words of its operating system; pids are used again. */
  started: z.string(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** Which processes there are. */
export interface ProcessTable {
  self(): Promise<ProcessIdentity>;
  /** Undefined when this machine cannot know: the process is, or was, of another realm. */
  isAlive(identity: ProcessIdentity): Promise<boolean | undefined>;
}

/** The processes of this machine. */
export const machineProcesses: ProcessTable = {
  async self() {
    const started = await startOf(process.pid);
    return { pid: process.pid, realm: await realm(), started: started ?? 'unknown' };
  },

  async isAlive({ pid, realm: where, started }) {
    if (where !== (await realm())) return undefined;
    if (!exists(pid)) return false;
    const now = await startOf(pid);
    // Where the start time cannot be read, a process with that pid counts as the one.
    return now === undefined || started === 'unknown' || now === started;
  },
};

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function realm(): Promise<string> {
  if (process.platform !== 'linux') return hostname();
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return [hostname(), boot.trim(), namespace].join(' ');
}

/** The start time of a process, undefined when it cannot be found out. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
    // The name in parentheses may contain anything; field 22 of proc(5) is the 20th after it.
    return status?.slice(status.lastIndexOf(')') + 2).split(' ')[19];
  }
  const [command, args] =
    process.platform === 'win32'
      ? ['powershell', ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`]]
      : ['ps', ['-o', 'lstart=', '-p', `${pid}`]];
  const output = await promisify(execFile)(command, args, { env: { ...process.env, LC_ALL: 'C' } }).catch(
    () => undefined,
  );
  return output?.stdout.trim() || undefined;
}
