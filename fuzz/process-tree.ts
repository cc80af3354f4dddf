import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Processes below another, the nearest first. Only where there is a /proc; elsewhere none are seen. */
export function descendants(pid: number): number[] {
  const children = childrenOf(pid);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function childrenOf(pid: number): number[] {
  try {
    // The threads of a process have children of their own.
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Resident memory in bytes; 0 for a process that has ended (one that its parent has not yet asked about has none). */
export function residentBytes(pid: number): number {
  try {
    const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kib === undefined ? 0 : Number(kib) * 1024;
  } catch {
    return 0;
  }
}

export function isRunning(pid: number): boolean {
  return residentBytes(pid) > 0;
}

/** Those that still run after `ms` milliseconds; they are killed. */
export async function outliving(pids: Iterable<number>, ms: number): Promise<number[]> {
  const end = Date.now() + ms;
  const watched = [...pids];
  while (Date.now() < end && watched.some(isRunning)) await delay(100);
  const left = watched.filter(isRunning);
  for (const pid of left) process.kill(pid, 'SIGKILL');
  return left;
}
