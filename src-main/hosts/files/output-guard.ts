import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stats } from 'node:fs';
import { LangevinError, type ErrorCode } from '../../errors.ts';
import { assertWritable } from './write-file.ts';

/**
 * Fails before any work when a result would go where it should not: onto a device, pipe, socket, folder or link, or onto
 * a file that the work reads. Files are the same when their device and number are, however their paths are spelt, so
 * hard links, folders behind links and file systems that fold case are seen.
 * @param inputs  files that are read; of a folder, such as that of a model, every file in it. Others count as none.
 * @param overInput  what an output onto an input is to its asker: bad usage of a command (`invalid-argument`), or a file
 *                   that was chosen and is in use (`output-exists`).
 * @throws file-unwritable, naming the output and what is there; `overInput`, naming the input.
 */
export async function assertOutputs(
  outputs: readonly string[],
  inputs: readonly string[] = [],
  overInput: ErrorCode = 'invalid-argument',
): Promise<void> {
  const read = await identities(inputs);
  for (const output of outputs) {
    assertNamed(output);
    const there = await lstat(output).catch(() => undefined);
    if (there !== undefined) {
      assertPlainFile(output, there);
      const input = read.get(identityOf(there));
      if (input !== undefined) {
        const same = input === output ? '' : ` (the same file as ${input})`;
        throw new LangevinError(
          overInput,
          `The result would overwrite ${output}${same}, which is read; name another file.`,
        );
      }
    }
    await assertWritable(output);
  }
}

/**
 * A file that is replaced must be a plain one: renaming over a device or pipe would remove it.
 * @throws file-unwritable
 */
export function assertPlainFile(path: string, there: Stats): void {
  const kind = there.isSymbolicLink() ? 'a link; name the file that it leads to' : kindOf(there);
  if (kind !== undefined) throw new LangevinError('file-unwritable', `${path} cannot be written: it is ${kind}.`);
}

/** What a thing is that is no plain file, with what to do; links are followed by whoever asked for the status. */
export function kindOf(there: Stats): string | undefined {
  if (there.isFile() || there.isSymbolicLink()) return undefined;
  if (there.isDirectory()) return 'a directory; name the file to write';
  const kind = there.isFIFO() ? 'a pipe' : there.isSocket() ? 'a socket' : 'a device';
  return `${kind}; name a plain file`;
}

function assertNamed(output: string): void {
  if (output !== '-') return;
  throw new LangevinError(
    'invalid-argument',
    'Results are not written to the standard output; name a file in place of -.',
  );
}

async function identities(inputs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const input of inputs) {
    const there = await stat(input).catch(() => undefined);
    if (there === undefined) continue;
    if (!there.isDirectory()) found.set(identityOf(there), input);
    else {
      for (const name of await readdir(input).catch(() => [])) {
        const file = await stat(join(input, name)).catch(() => undefined);
        if (file?.isFile() === true) found.set(identityOf(file), join(input, name));
      }
    }
  }
  return found;
}

function identityOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}
