import type { ErrorCode } from '../../errors.ts';

/**
 * What a host and its engine process say to each other. Typed arrays travel by structured clone, without transfer
 * lists. Two kinds of messages flow back from a job:
 *
 * - `event`: all of them arrive, in order. A job pauses while `eventWindow` of them are unacknowledged, so that a slow
 *   host holds it back instead of filling the memory.
 * - `preview`: only the newest matters. One is under way at a time; those made meanwhile replace one another.
 */
export type HostMessage =
  | {
      readonly type: 'run';
      readonly id: number;
      readonly kind: string;
      readonly payload: unknown;
      /** Most resident memory that the process may take while this job runs; absent: any. */
      readonly memoryBytes?: number | undefined;
      /** What the process may compute while this job runs, in milliseconds of one processor; absent: any. */
      readonly workMs?: number | undefined;
    }
  | { readonly type: 'acknowledge'; readonly id: number; readonly what: 'event' | 'preview' }
  /** Soft: the job ends with `cancelled` when it next looks, between two steps. */
  | { readonly type: 'cancel'; readonly id: number }
  /** The engine ends when nothing runs any more. */
  | { readonly type: 'shutdown' }
  | ChildReport;

export type EngineMessage =
  | { readonly type: 'event'; readonly id: number; readonly event: unknown }
  | { readonly type: 'preview'; readonly id: number; readonly event: unknown }
  | {
      readonly type: 'done';
      readonly id: number;
      readonly ok: true;
      readonly value: unknown;
      /** Memory of the process now. */
      readonly residentBytes: number;
    }
  | {
      readonly type: 'done';
      readonly id: number;
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
      /** Only for `internal` errors, for logs and bug reports. */
      readonly stack?: string;
    }
  | ChildRequest;

/** An engine that cannot start processes asks its host to: see `delegatedSpawn`. */
export type ChildRequest =
  | { readonly type: 'child'; readonly child: number; readonly what: 'start' | 'kill' }
  | { readonly type: 'child'; readonly child: number; readonly what: 'send'; readonly message: HostMessage };

/** What such a process does. */
export type ChildReport =
  | { readonly type: 'child'; readonly child: number; readonly what: 'message'; readonly message: EngineMessage }
  | { readonly type: 'child'; readonly child: number; readonly what: 'exit'; readonly exit: EngineExit };

/** How an engine process ended. */
export interface EngineExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last of what it wrote to its terminal, for the error message. */
  readonly output: string;
}

/** Events of one job that may be unacknowledged. */
export const eventWindow = 8;

/**
 * A way out of the engine process that does not lead through its host: a message port whose other end is in a page, for
 * what is large. Only Electron has such ports.
 */
export interface Outlet {
  postMessage(message: unknown): void;
}

/** The engine's end of the channel; a child process' IPC or Electron's parentPort. */
export interface EnginePort {
  post(message: EngineMessage): void;
  /** @param listener  given the outlet that has come with a `run` message, if any. */
  onMessage(listener: (message: HostMessage, outlet?: Outlet) => void): void;
  /** The host is gone. */
  onClose(listener: () => void): void;
}
