import { open } from 'node:fs/promises';
import { z } from 'zod';
import { PART_BYTES, type BytesInParts } from '../../contract/app/parts.ts';
import type { FileBytes, PlacedFile } from '../../contract/jobs.ts';
import { readInputFile } from '../files/read-file.ts';

/** @throws what `readInputFile` throws */
export async function contentsOf(file: PlacedFile): Promise<FileBytes> {
  return 'bytes' in file ? file : { name: file.name, bytes: await readInputFile(file.path) };
}

/** Where large results go instead of through the host. */
export const partsPlaceSchema = z.strictObject({ id: z.string(), path: z.string().min(1) });

/** Whether bytes go through the host as they are. */
export function isSmall(length: number): boolean {
  return length <= 2 * PART_BYTES;
}

/**
 * Leaves large bytes in their place, part by part; small ones are the result themselves.
 * @param part  the bytes from one position to another.
 */
export async function leaveIn(
  place: z.infer<typeof partsPlaceSchema>,
  length: number,
  part: (from: number, to: number) => Uint8Array,
): Promise<Uint8Array | BytesInParts> {
  if (isSmall(length)) return part(0, length);
  const file = await open(place.path, 'wx', 0o600);
  try {
    // While one part is written the next is made.
    let written = Promise.resolve();
    for (let at = 0; at < length; at += PART_BYTES) {
      const bytes = part(at, Math.min(length, at + PART_BYTES));
      await written;
      written = file.writeFile(bytes);
    }
    await written;
  } finally {
    await file.close();
  }
  return { inParts: place.id, length };
}
