import { decode } from '@msgpack/msgpack';
import { z } from 'zod';
import type { AppCall } from '../../contract/app/calls.ts';
import { PART_BYTES } from '../../contract/app/parts.ts';
import { MAX_MESSAGE_BYTES } from '../../contract/app/wire.ts';
import { isBounded } from './message-bounds.ts';

/** Anything else is no message of ours; the service checks `call` and `request`. */
const pageMessageSchema = z.strictObject({ id: z.int().min(0), call: z.unknown(), request: z.unknown() });
type PageMessage = z.output<typeof pageMessageSchema>;

export type ReadMessage =
  | ({ readonly kind: 'message' } & PageMessage)
  /** Larger than its call may be. */
  | { readonly kind: 'too-large'; readonly id: number; readonly bytes: number; readonly limit: number }
  | { readonly kind: 'nonsense' };

const MIB = 2 ** 20;
/** Of calls that carry no file and no mask, bytes. */
const PLAIN_LIMIT = 4 * MIB;
/** Of calls with a mask of up to 400 megapixels, or with the compact masks of a session. */
const MASK_LIMIT = MAX_MESSAGE_BYTES;
/** Of files that are sent as they are; larger ones go in parts. */
const FILE_LIMIT = 32 * MIB;
const LIMITS: Partial<Record<AppCall, number>> = {
  addFile: FILE_LIMIT,
  extendUpload: 2 * PART_BYTES,
  addToFolder: FILE_LIMIT,
  saveSession: MASK_LIMIT,
  saveMask: MASK_LIMIT,
  planRun: MASK_LIMIT,
  startRun: MASK_LIMIT,
};

/**
 * A message as it came from a page. Nothing is built from it before its size, the number of its values and its depth are
 * known to be those of an honest one, so that reading it does not hold up the others.
 */
export function readPageMessage(data: Uint8Array): ReadMessage {
  try {
    if (!isBounded(data)) return { kind: 'nonsense' };
    const message = pageMessageSchema.parse(decode(data));
    const { id, call } = message;
    const limit = (typeof call === 'string' ? LIMITS[call as AppCall] : undefined) ?? PLAIN_LIMIT;
    return data.length > limit ? { kind: 'too-large', id, bytes: data.length, limit } : { kind: 'message', ...message };
  } catch {
    return { kind: 'nonsense' };
  }
}
