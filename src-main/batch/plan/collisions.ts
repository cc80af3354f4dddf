import type { FileSystem } from '../file-system.ts';
import { statusIfThere } from '../file-system.ts';
import { basename, dirname, join } from 'node:path';

/** Outputs that more than one input would write. */
export interface Collision {
  readonly output: string;
  readonly inputs: readonly string[];
}

/**
 * Finds outputs that several inputs would write, such as that of a.jpg and a.png.
 * @param foldsCase  whether names that differ only in case or Unicode composition are the same file.
 */
export function findCollisions(
  items: readonly { readonly name: string; readonly outputs: readonly string[] }[],
  foldsCase: boolean,
): Collision[] {
  const writers = new Map<string, { output: string; inputs: string[] }>();
  for (const { name, outputs } of items) {
    for (const output of outputs) {
      const key = foldsCase ? output.normalize('NFC').toLowerCase() : output;
      const known = writers.get(key);
      if (known === undefined) writers.set(key, { output, inputs: [name] });
      else known.inputs.push(name);
    }
  }
  return [...writers.values()].filter(({ inputs }) => inputs.length > 1);
}

/**
 * Whether names that differ only in case are the same file below `folder`, which need not exist: asked of the nearest
 * folder above it that does and whose name has letters.
 */
export async function foldsCase(fs: FileSystem, folder: string): Promise<boolean> {
  for (let path = folder; dirname(path) !== path; path = dirname(path)) {
    const name = basename(path);
    const swapped = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
    const status = await statusIfThere(fs, path);
    if (status?.identity === undefined || swapped === name) continue;
    const other = await statusIfThere(fs, join(dirname(path), swapped));
    return other?.identity === status.identity;
  }
  return process.platform === 'win32' || process.platform === 'darwin';
}
