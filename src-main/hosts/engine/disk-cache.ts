import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../files/write-file.ts';

/** What can be computed again, kept between runs: bytes by key. Serves as the GradientCache of networks. */
export interface DiskCache {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, bytes: Uint8Array): Promise<void>;
}

const digestLength = 32;

/**
 * Byte strings by key in `folder`. Each file begins with the SHA-256 of the rest, so that a damaged one is forgotten
 * rather than used. A cache that cannot be written is no failure: the next run computes again.
 * @param folder  made when first needed.
 */
export function diskCache(folder: string): DiskCache {
  const pathOf = (key: string): string => join(folder, `${createHash('sha256').update(key).digest('hex')}.bin`);
  return {
    async get(key) {
      const path = pathOf(key);
      const file = await readFile(path).catch(() => undefined);
      if (file === undefined) return undefined;
      const bytes = file.subarray(digestLength);
      if (digest(bytes).equals(file.subarray(0, digestLength))) return bytes;
      await rm(path, { force: true }).catch(() => undefined);
      return undefined;
    },
    async put(key, bytes) {
      try {
        await mkdir(folder, { recursive: true });
        await writeFileAtomically(pathOf(key), Buffer.concat([digest(bytes), bytes]));
      } catch {
        // Without a place to write the program only loses time.
      }
    },
  };
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
