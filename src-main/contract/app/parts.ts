import { z } from 'zod';
import { bytesSchema, idSchema, type Id } from './values.ts';

/**
 * Bytes that the host has on its disk and gives in parts, so that it never holds a whole picture: `readPart` once
 * for each, in any order, until there are `length` of them. They are good until some further ones have been asked for.
 */
export interface BytesInParts {
  readonly inParts: Id;
  readonly length: number;
}

/**
 * Pages of the browser host read all of them at once from this path below their own, followed by `inParts`: a WebSocket
 * takes several times as long for as many bytes.
 */
export const PARTS_PATH = 'parts/';

/** Of a part, bytes; the last one is shorter. What has no more than two parts is sent as it is. */
export const PART_BYTES = 4 * 2 ** 20;

export const readPartSchema = z.strictObject({ inParts: idSchema, at: z.int().min(0) });

/** What travels the other way: a file that is uploaded in parts. */
export const uploadRequests = {
  beginUpload: z.strictObject({ name: z.string().min(1).max(1024) }),
  /** Parts come in order. */
  extendUpload: z.strictObject({ upload: idSchema, bytes: bytesSchema }),
  /** The whole is there; it is a file of the session from now on. */
  endUpload: z.strictObject({ upload: idSchema }),
} as const;

/** What a host answers, of which large bytes come in parts. */
export type Sent<T> = T extends Uint8Array
  ? T | BytesInParts
  : T extends readonly unknown[] | string | number | boolean | null | undefined
    ? T
    : { readonly [Key in keyof T]: Sent<T[Key]> };
