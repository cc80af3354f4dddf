import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

const ROOT = 0;

/**
 * Whether the program at the other end of a connection on this machine belongs to another user, by Linux' list of
 * connections. False where that cannot be told; the system's own user may be anybody's relay.
 */
export async function isForeignUser({
  remotePort,
  localPort,
}: Pick<Socket, 'remotePort' | 'localPort'>): Promise<boolean> {
  const own = process.getuid?.();
  if (own === undefined || own === ROOT || remotePort === undefined || localPort === undefined) return false;
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => ''));
  const user = userOf((await Promise.all(tables)).join('\n'), remotePort, localPort);
  return user !== undefined && user !== ROOT && user !== own;
}

/**
 * Number of the user who holds the connection from `local` to `remote`, both ports of this machine.
 * @param table  contents of /proc/net/tcp and tcp6: slot, address:port, address:port, state, queues, timer, retransmits, user …
 */
export function userOf(table: string, local: number, remote: number): number | undefined {
  const ending = (port: number): string => `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const line of table.split('\n')) {
    const [, from, to, , , , , user] = line.trim().split(/\s+/);
    if (user !== undefined && from.endsWith(ending(local)) && to.endsWith(ending(remote))) return Number(user);
  }
  return undefined;
}
