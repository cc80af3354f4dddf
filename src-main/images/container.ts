import { LangevinError } from '../errors.ts';
import type { PictureMetadata } from '../tensor/picture.ts';
import type { InputFormat } from './formats.ts';

/**
 * What a file says around its samples. The containers are taken apart and put together here, not by the codec library,
 * because that one rewrites EXIF blocks and drops what it does not know.
 */
export interface Contents {
  readonly header: PictureHeader;
  readonly metadata: PictureMetadata;
  /** Whether the samples were coded with loss. */
  readonly lossy: boolean;
  /** The alpha channel was stored multiplied into the colours. */
  readonly premultiplied?: boolean;
  /** Absent when the data are as they should be, as far as the container tells. */
  readonly damage?: Damage | undefined;
  /** The file as the codec is to read it, where that is not the file itself. */
  readonly plain?: Uint8Array | undefined;
  /** What of the file is not in `metadata`, in words: it would show the picture as it was, or has no place. */
  readonly dropped?: readonly string[];
  /** Of damage in such data the codec only warns: CCITT and JPEG in TIFF, progressive and arithmetic JPEG, GIF. */
  readonly isWarnedOf?: boolean;
  /** Looks for damage that the codec does not see. */
  readonly findDamage?: (() => Promise<Damage | undefined>) | undefined;
  /** Pages, where the container counts them; otherwise the codec does. */
  readonly pages?: number;
}

/** What the headers of a file say of its picture. */
export interface PictureHeader {
  readonly format: InputFormat;
  /** As stored. */
  readonly width: number;
  readonly height: number;
  /** Bytes of all samples of a pixel once decoded. */
  readonly pixelBytes: number;
  /** EXIF orientation 1…8. */
  readonly orientation: number;
}

/** Data that are missing or wrong. */
export interface Damage {
  readonly what: string;
  /** Rows from the top of which all data are there, where that is known. */
  readonly soundRows?: number | undefined;
  readonly cause?: unknown;
}

/** The error for data that contradict themselves or end too early. */
export function damaged(name: string, what: string, cause?: unknown): LangevinError {
  return new LangevinError(
    'picture-damaged',
    `${name} is damaged: ${what}. Take the file from its source again.`,
    cause === undefined ? undefined : { cause },
  );
}

/** The bytes of `parts` one after the other. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Whether `bytes` begin with the Latin-1 characters of `text`. */
export function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Latin-1 characters as bytes. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A view for reading multi-byte numbers of `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The object without the keys whose value is undefined, as `exactOptionalPropertyTypes` wants it. */
export function metadataOf(parts: {
  [K in keyof PictureMetadata]: PictureMetadata[K] | undefined;
}): PictureMetadata {
  const given = Object.entries(parts).filter(([, value]) => value !== undefined);
  return { orientation: 1, ...Object.fromEntries(given) };
}
