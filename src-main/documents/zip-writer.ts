import { open } from 'node:fs/promises';
// The build for Node.js makes a `require` of its own, whose name collides with the bundler's.
import { Zip, ZipPassThrough } from 'fflate/browser';
import { LangevinError } from '../errors.ts';

/** Bytes that are read and written at a time. */
const PART_BYTES = 2 ** 20;

/** A file that goes into a zip file: where it lies, or what it holds. */
export type ZipSource = { readonly name: string } & ({ readonly path: string } | { readonly bytes: Uint8Array });

/**
 * Makes a zip file of files, as they are: pictures are compressed already. No more than a part of one is in memory.
 * @param write  takes the next bytes of the zip file.
 * @throws file-unreadable; what `write` throws
 */
export async function zipFiles(
  files: readonly ZipSource[],
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  let ready: Uint8Array[] = [];
  const zip = new Zip((error, bytes) => {
    if (error !== null) throw error;
    ready.push(bytes);
  });
  const flush = async (): Promise<void> => {
    const parts = ready;
    ready = [];
    for (const part of parts) if (part.length > 0) await write(part);
  };
  for (const source of files) {
    const entry = new ZipPassThrough(source.name);
    zip.add(entry);
    await eachPart(source, async (bytes, isLast) => {
      entry.push(bytes, isLast);
      await flush();
    });
  }
  zip.end();
  await flush();
}

async function eachPart(source: ZipSource, take: (bytes: Uint8Array, isLast: boolean) => Promise<void>): Promise<void> {
  if ('bytes' in source) return take(source.bytes, true);
  const file = await open(source.path).catch((error: unknown) => {
    throw new LangevinError('file-unreadable', `${source.name} cannot be read any more.`, { cause: error });
  });
  try {
    for (;;) {
      // A buffer of its own each time: the zip keeps what it was given until it is written.
      const { bytesRead, buffer } = await file.read(new Uint8Array(PART_BYTES), 0, PART_BYTES);
      await take(buffer.subarray(0, bytesRead), bytesRead === 0);
      if (bytesRead === 0) return;
    }
  } finally {
    await file.close();
  }
}
