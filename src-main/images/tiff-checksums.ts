import { Readable } from 'node:stream';
import { createInflate, inflateSync } from 'node:zlib';
import type { Damage } from './container.ts';
import type { IfdTree } from './ifd.ts';
import { tiffParts, type TiffStructure } from './tiff-structure.ts';

const DEFLATE = new Set([8, 32946]);
/** Parts of at most so many bytes are looked at in one go. */
const SMALL_PART = 64 * 2 ** 10;
/** Of what such a part becomes; more is let go bit by bit. */
const SMALL_OUTPUT = 64 * 2 ** 20;

/**
 * Looks for deflate data whose Adler-32 (RFC 1950) is not that of what they become: the codec stops reading before it.
 * @returns undefined for other compressions, and when all is as it should be.
 */
export async function deflateDamage(
  bytes: Uint8Array,
  tree: IfdTree,
  structure: TiffStructure,
): Promise<Damage | undefined> {
  if (!DEFLATE.has(structure.compression)) return undefined;
  let soundRows: number | undefined;
  for (const { from, to, row } of tiffParts(tree, structure)) {
    // Parts that were left out hold nothing; what lies beyond the end is missing, not wrong.
    if (to === from || to > bytes.length || (soundRows !== undefined && row >= soundRows)) continue;
    if (!(await isSound(bytes.subarray(from, to)))) soundRows = row;
  }
  return soundRows === undefined ? undefined : { what: 'the checksum of its picture data is wrong', soundRows };
}

async function isSound(part: Uint8Array): Promise<boolean> {
  try {
    if (part.length <= SMALL_PART) {
      inflateSync(part, { maxOutputLength: SMALL_OUTPUT });
      return true;
    }
    const inflated = Readable.from([part]).pipe(createInflate());
    inflated.resume();
    await new Promise((resolve, reject) => inflated.once('end', resolve).once('error', reject));
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ERR_BUFFER_TOO_LARGE';
  }
}
