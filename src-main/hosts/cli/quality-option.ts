import { LangevinError } from '../../errors.ts';

/**
 * Refuses a quality for a format that has none.
 * @param format  of the result; undefined where it follows from the input.
 * @throws invalid-argument
 */
export function assertQualityUsed(quality: number | undefined, format: string | undefined): void {
  if (quality === undefined || format === undefined || format === 'jpeg' || format === 'webp') return;
  throw new LangevinError(
    'invalid-argument',
    `--quality ${quality} has no meaning for ${format}, which loses nothing; leave it out, or write jpeg or webp.`,
  );
}
