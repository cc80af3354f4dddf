import { join } from 'node:path';
import type { Shard } from '../contract/batch.ts';
import { shardLabel } from './plan/shard.ts';

/** Where a batch keeps its journal, lock and report: below the output folder, hidden. */
export function stateFolder(output: string): string {
  return join(output, '.langevin');
}

/** Files of one process' part of the batch. */
export function statePath(
  output: string,
  stem: 'journal' | 'lock' | 'report',
  ending: string,
  shard: Shard | undefined,
): string {
  const part = shard === undefined ? '' : `-${shardLabel(shard)}`;
  return join(stateFolder(output), `${stem}${part}${ending}`);
}
