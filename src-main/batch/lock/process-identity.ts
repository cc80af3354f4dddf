import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { z } from 'zod';

/** Tells one run of one process on one machine from every other. */
export const processIdentitySchema = z.strictObject({
  pid: z.int(),
  /** Where the pid means something: the machine, and on Linux the boot and the pid namespace (a container has its own). */
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
    const started = process.platform === 'win32' ? ownStart() : await startOf(process.pid);
    return { pid: process.pid, realm: await realm(), started: started ?? 'unknown' };
  },

  async isAlive({ pid, realm: where, started }) {
    const here = await realm();
    // What ran on this machine before it was started again is gone.
    if (isEarlierBoot(where, here)) return false;
    if (where !== here) return undefined;
    if (!exists(pid)) return false;
    const now = await startOf(pid);
    // Where the start time cannot be read, a process with that pid counts as the one.
    return now === undefined || started === 'unknown' || isSameStart(started, now);
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

/** Words that are the same for as long as a pid means the same process: machine, boot, pid namespace. */
async function realm(): Promise<string> {
  if (process.platform === 'win32') return hostname();
  if (process.platform === 'darwin') {
    // Its host name comes and goes with the network.
    const registry = await output('ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']);
    return /"IOPlatformUUID" = "([^"]+)"/.exec(registry ?? '')?.[1] ?? hostname();
  }
  const id = await readFile('/etc/machine-id', 'utf8').catch(() => '');
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return [[hostname(), id.trim()].join('/'), boot.trim(), namespace].join(' ');
}

function isEarlierBoot(where: string, here: string): boolean {
  const [machine, boot] = where.split(' ');
  const [thisMachine, thisBoot] = here.split(' ');
  return machine === thisMachine && boot !== undefined && boot !== '' && thisBoot !== '' && boot !== thisBoot;
}

/** Milliseconds since 1970, from this process' own clock: to ask the system takes a second there. */
function ownStart(): string {
  return `${Math.round(performance.timeOrigin)}`;
}

/** What a process of Windows takes from the system's note of its start to its own clock, milliseconds. */
const START_SLACK = 3000;

function isSameStart(noted: string, now: string): boolean {
  return process.platform === 'win32' ? Math.abs(Number(noted) - Number(now)) < START_SLACK : noted === now;
}

/** The start time of a process, undefined when it cannot be found out. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
    // The name in parentheses may contain anything; field 22 of proc(5) is the 20th after it.
    return status?.slice(status.lastIndexOf(')') + 2).split(' ')[19];
  }
  if (process.platform !== 'win32') return output('ps', ['-o', 'lstart=', '-p', `${pid}`]);
  const milliseconds = `([DateTimeOffset](Get-Process -Id ${pid}).StartTime).ToUnixTimeMilliseconds()`;
  return output('powershell', ['-NoProfile', '-Command', milliseconds]);
}

/** What a program of the system prints; undefined when it fails or prints nothing. */
async function output(command: string, args: readonly string[]): Promise<string | undefined> {
  const options = { env: { ...process.env, LC_ALL: 'C' }, windowsHide: true };
  const result = await promisify(execFile)(command, args, options).catch(() => undefined);
  return result?.stdout.trim() || undefined;
}
