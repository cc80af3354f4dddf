import { LangevinError } from '../../src-main/errors.ts';
import { anglesSchema } from '../../src-main/contract/jobs.ts';

/**
 * Directions of the views in degrees, from a text file: numbers apart by space, comma, semicolon or line; `#` begins a
 * comment.
 * @throws invalid-argument naming what is no number.
 */
export function parseAngles(text: string, name: string): number[] {
  const words = text
    .replace(/#.*$/gm, '')
    .split(/[\s,;]+/)
    .filter((word) => word !== '');
  const wrong = words.find((word) => !Number.isFinite(Number(word)));
  if (wrong !== undefined) {
    throw new LangevinError('invalid-argument', `${name} holds ${JSON.stringify(wrong)}, which is not a number.`);
  }
  const angles = anglesSchema.safeParse(words.map(Number));
  if (!angles.success) {
    throw new LangevinError(
      'invalid-argument',
      `${name} must hold 1 to 10000 angles from −3600 to 3600 degrees; it has ${words.length} numbers.`,
    );
  }
  return angles.data;
}
