/**
 * Finds pictures inside of metadata blocks: thumbnails and previews show what the picture was before it was restored.
 */

/** The second byte of a JPEG's start and its next marker: Minolta replaces the first byte. */
const JPEG_MARKERS = new Set([0xc0, 0xc4, 0xdb, 0xdd, 0xfe]);

/**
 * Where a JPEG, PNG or TIFF file begins inside of `bytes`; −1 where none does. Shorter values than a picture could have
 * are not looked at.
 */
export function findPicture(bytes: Uint8Array): number {
  if (bytes.length < LEAST_BYTES) return -1;
  for (let at = 1; at + 3 < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0xd8 && bytes[at + 1] === 0xff) {
      const marker = bytes[at + 2];
      if (JPEG_MARKERS.has(marker) || (marker >= 0xe0 && marker <= 0xef)) return at - 1;
    }
    if (byte === 0x50 && bytes[at - 1] === 0x89 && bytes[at + 1] === 0x4e && bytes[at + 2] === 0x47) return at - 1;
  }
  return -1;
}

const LEAST_BYTES = 100;

/** Base64 of the first bytes of JPEG, PNG, GIF, WebP, TIFF and HEIF files. */
const BASE64_STARTS = /^(\/9j\/|iVBORw0KGgo|R0lGOD|UklGR|SUkqA|TU0AK|AAAA[A-Za-z0-9+/]{2}ZnR5c)/;
/** Longer runs of base64 hold some binary data, whatever it is. */
const LONG_BASE64 = 2000;

/** Binary data use nearly all of the 64 characters; words and runs of one character do not. */
const LEAST_CHARACTERS = 40;

/** Whether a text is a picture, or other binary data, in base64. */
export function isPictureText(text: string): boolean {
  const plain = text
    .trimStart()
    .slice(0, 4 * LONG_BASE64)
    .replace(/[\r\n\t]|&#x?[0-9A-Fa-f]+;/g, '');
  if (BASE64_STARTS.test(plain) && plain.length >= LEAST_BYTES) return true;
  const isBase64 = plain.length >= LONG_BASE64 && /^[A-Za-z0-9+/=]+$/.test(plain);
  return isBase64 && new Set(plain).size >= LEAST_CHARACTERS;
}
