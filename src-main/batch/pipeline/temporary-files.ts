import { join } from 'node:path';
import type { Shard } from '../../contract/batch.ts';
import { isAbsence, type FileSystem } from '../file-system.ts';
import { shardLabel } from '../plan/shard.ts';

/** The part of a temporary file's name that tells whose it is. */
export function ownerLabel(shard: Shard | undefined): string {
  return shard === undefined ? 'all' : shardLabel(shard);
}

/** Hidden, beside the output, and never the name of anything else. */
export function temporaryName(label: string, unique: string): string {
  return `.langevin-${label}-${unique}.part`;
}

/**
 * Removes the unfinished files that crashed processes have left in some folders. To be called with the lock held: then
 * only the other shards of the same division can be at work, and theirs are left alone.
 */
export async function removeLeftovers(
  fs: FileSystem,
  folders: Iterable<string>,
  shard: Shard | undefined,
): Promise<void> {
  for (const folder of folders) {
    let names: string[];
    try {
      names = (await fs.list(folder)).map(({ name }) => name);
    } catch (error) {
      if (isAbsence(error)) continue;
      throw error;
    }
    for (const name of names) if (isLeftover(name, shard)) await fs.remove(join(folder, name));
  }
}

function isLeftover(name: string, shard: Shard | undefined): boolean {
  const [, label] = /^\.langevin-(all|\d+-of-\d+)-[0-9a-f-]{36}\.part$/.exec(name) ?? [];
  if (label === undefined) return false;
  const [, index, count] = /^(\d+)-of-(\d+)$/.exec(label) ?? [];
  return shard === undefined || Number(count) !== shard.count || Number(index) === shard.index;
}
