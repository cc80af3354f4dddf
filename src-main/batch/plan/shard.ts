import { createHash } from 'node:crypto';
import type { Shard } from '../../contract/batch.ts';
import { invalidArgument } from '../../errors.ts';

/**
 * Reads "I/N". Schedulers count their tasks from 0 or from 1, so both work: I and I mod N are the same part.
 * @throws invalid-argument
 */
export function parseShard(text: string): Shard {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim());
  const index = Number(match?.[1]);
  const count = Number(match?.[2]);
  if (match === null || count < 1 || index > count) {
    throw invalidArgument('the shard', 'I/N with 0 ≤ I < N (or 1 ≤ I ≤ N)', text);
  }
  return { index: index % count, count };
}

/**
 * Whether an input belongs to a shard. Only its name decides, so that shards stay disjoint when files are added while
 * they run, and every machine decides alike.
 */
export function isInShard(name: string, { index, count }: Shard): boolean {
  const digest = createHash('sha256').update(name.normalize('NFC')).digest();
  return digest.readUIntBE(0, 6) % count === index;
}

/** "2-of-8", counted from 0; the part of file names that tells shards apart. */
export function shardLabel({ index, count }: Shard): string {
  return `${index}-of-${count}`;
}
