import { posix } from 'node:path';
import { formatOfExtension } from '../../images/formats.ts';

const SUFFIX = /[_-]mask$/i;

/** Whether a file says by its name that it is the mask of another: photo_mask.png. */
export function isMaskName(name: string): boolean {
  return SUFFIX.test(posix.parse(name).name);
}

/**
 * Picks the mask of an input among the files of a folder: photo.jpg.png before photo.png before photo_mask.png and
 * photo-mask.png, where any picture format will do.
 * @param input     file name of the input.
 * @param besideIt  whether the folder is that of the input, where photo.png is no mask but a picture.
 * @param foldsCase  whether names that differ only in case mean the same. Names that differ only in how their letters are
 *   composed (é as one character or two) always do: macOS stores them otherwise than they were typed.
 * @returns several names when the folder does not say which; none when there is no mask.
 */
export function maskCandidates(
  input: string,
  files: readonly string[],
  besideIt: boolean,
  foldsCase = false,
): string[] {
  const same = (text: string): string => {
    const composed = text.normalize('NFC');
    return foldsCase ? composed.toLowerCase() : composed;
  };
  const { name, base } = posix.parse(input);
  const pictures = files.filter((file) => formatOfExtension(file) !== undefined);
  const stems = besideIt ? [`${base}_mask`, `${base}-mask`] : [base, name];
  for (const stem of [...stems, `${name}_mask`, `${name}-mask`]) {
    const found = pictures.filter((file) => same(posix.parse(file).name) === same(stem));
    if (found.length > 0) return found;
  }
  return [];
}
