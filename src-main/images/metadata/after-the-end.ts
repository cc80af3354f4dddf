import { findPicture } from './pictures-within.ts';

/** Cameras fill files up with zeros. */
const PADDING = 16;

/** What follows the end of a picture's data in its file, in words. */
export function afterTheEnd(rest: Uint8Array): string[] {
  if (!rest.some((byte) => byte !== 0)) return [];
  const head = Buffer.from(rest.subarray(0, 64)).toString('latin1');
  const parts = [
    findPicture(rest) >= 0 ? 'a second picture (such as a gain map)' : undefined,
    head.includes('ftyp') || head.includes('MotionPhoto_Data') ? 'a film (motion photo)' : undefined,
  ].filter((part) => part !== undefined);
  return parts.length > 0 || rest.length <= PADDING ? parts : [`${rest.length} bytes after its end`];
}
