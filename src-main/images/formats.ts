import { LangevinError } from '../errors.ts';

/** Formats that are read and written. */
export type PictureFormat = 'png' | 'jpeg' | 'webp' | 'tiff';

/** Formats that are read; of a GIF, the first frame. */
export type InputFormat = PictureFormat | 'gif';

const extensions: ReadonlyMap<string, PictureFormat> = new Map([
  ['png', 'png'],
  ['jpg', 'jpeg'],
  ['jpeg', 'jpeg'],
  ['jpe', 'jpeg'],
  ['jfif', 'jpeg'],
  ['webp', 'webp'],
  ['tif', 'tiff'],
  ['tiff', 'tiff'],
]);

/** The format in which a file of this path or extension ("out.JPG", ".jpg", "jpg") is written; undefined if none is. */
export function formatOfExtension(path: string): PictureFormat | undefined {
  return extensions.get(fileName(path).split('.').at(-1)!.toLowerCase());
}

/**
 * The format of the output: what the ending of its path says; without a path or an ending, the format of the input
 * (of a GIF, PNG).
 * @throws unsupported-format for an ending that no format has.
 */
export function chooseOutputFormat(path: string | undefined, input: InputFormat): PictureFormat {
  const name = fileName(path ?? '');
  // A leading dot begins a hidden file's name, not an ending.
  if (name.lastIndexOf('.') <= 0) return input === 'gif' ? 'png' : input;
  const format = formatOfExtension(name);
  if (format === undefined) {
    const ending = name.slice(name.lastIndexOf('.'));
    throw new LangevinError(
      'unsupported-format',
      `Pictures are not written as ${ending} (${path}); end the name in .png, .jpg, .webp or .tif.`,
    );
  }
  return format;
}

/** What a user must be told before a picture is written in a lossy format; undefined when every sample is kept. */
export function recompressionNotice(input: InputFormat, output: PictureFormat, lossless = true): string | undefined {
  if (output !== 'jpeg' && (output !== 'webp' || lossless)) return undefined;
  const name = output === 'jpeg' ? 'JPEG' : 'lossy WebP';
  const again = input === output ? ' again' : '';
  return (
    `The result is compressed as ${name}${again}, which changes pixels outside the restored area slightly. ` +
    `To keep them bit for bit, write a PNG or TIFF.`
  );
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1)!;
}
