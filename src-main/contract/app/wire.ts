import type { AppCall } from './calls.ts';
import type { AppEvent } from './events.ts';
import type { AppReply } from './replies.ts';

/**
 * What travels through the WebSocket of the browser host, as MessagePack, one message each. Keys whose value is
 * undefined are left out.
 */
export interface PageMessage {
  /** Chosen by the page; the reply carries it. */
  readonly id: number;
  readonly call: AppCall;
  readonly request: unknown;
}

export type BrowserMessage = { readonly id: number; readonly reply: AppReply } | { readonly event: AppEvent };

/** Largest message that a page may send, bytes: a mask of 400 megapixels. Large files are uploaded in parts. */
export const MAX_MESSAGE_BYTES = 400 * 2 ** 20;
