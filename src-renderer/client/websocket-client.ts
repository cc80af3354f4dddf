import { decode, encode } from '@msgpack/msgpack';
import type { AppCall, AppRequest } from '../../src-main/contract/app/calls.ts';
import type { AppClient, Connection } from '../../src-main/contract/app/client.ts';
import type { AppEvent } from '../../src-main/contract/app/events.ts';
import type { Sent } from '../../src-main/contract/app/parts.ts';
import type { AppReply, AppResult } from '../../src-main/contract/app/replies.ts';
import type { BrowserMessage } from '../../src-main/contract/app/wire.ts';
import { withParts, type ReadWhole } from './read-parts.ts';
import { LangevinError } from '../../src-main/errors.ts';

/** The part of a WebSocket that is used: the browser's, or one of Node.js. */
export interface Socket {
  binaryType: string;
  readonly readyState: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
}

export interface WebSocketClientOptions {
  /** Opens a connection, or says why there is none; called again after each loss. */
  readonly connect: () => Promise<Socket | 'lost' | 'refused'>;
  /** A faster way for many bytes; absent: the socket. */
  readonly readWhole?: ReadWhole;
  /** Before the first attempt to connect again, milliseconds; doubles up to `retryMaxMs`. */
  readonly retryMs?: number;
  readonly retryMaxMs?: number;
}

interface PendingCall {
  readonly message: Uint8Array<ArrayBuffer>;
  /** Whether it went out, so that the host may have done it. */
  sent: boolean;
  readonly resolve: (reply: AppReply) => void;
  readonly reject: (error: LangevinError) => void;
}

const OPEN = 1;

/**
 * The client of a page that a browser host serves. Calls made before the connection is open wait for it; those that are
 * under way when it breaks fail with `connection-lost`, because the host may or may not have done them. It connects again
 * by itself.
 */
export class WebSocketClient implements AppClient {
  readonly #connect: WebSocketClientOptions['connect'];
  readonly #readWhole: ReadWhole | undefined;
  readonly #retryMs: number;
  readonly #retryMaxMs: number;
  readonly #pending = new Map<number, PendingCall>();
  readonly #eventListeners = new Set<(event: AppEvent) => void>();
  readonly #connectionListeners = new Set<(state: Connection) => void>();
  #socket: Socket | undefined;
  #state: Connection | undefined;
  #nextId = 1;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor({ connect, readWhole, retryMs = 500, retryMaxMs = 10_000 }: WebSocketClientOptions) {
    this.#connect = connect;
    this.#readWhole = readWhole;
    this.#retryMs = retryMs;
    this.#retryMaxMs = retryMaxMs;
    void this.#open();
  }

  call<Call extends AppCall>(name: Call, request: AppRequest<Call>): Promise<AppResult<Call>> {
    return new Promise((resolve, reject) => {
      if (this.#state === 'lost' || this.#state === 'refused') return reject(lost(false));
      const id = this.#nextId++;
      const call: PendingCall = {
        message: encode({ id, call: name, request }, { ignoreUndefined: true }),
        sent: false,
        resolve: (reply) => {
          if (reply.ok) {
            const value = reply.value as Sent<AppResult<Call>>;
            resolve(withParts<Call>(value, (part) => this.call('readPart', part), this.#readWhole));
          } else reject(new LangevinError(reply.code, reply.message));
        },
        reject,
      };
      this.#pending.set(id, call);
      if (this.#socket?.readyState === OPEN) this.#send(this.#socket, call);
    });
  }

  onEvent(listener: (event: AppEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  /** The listener hears of the present state at once, where there is one. */
  onConnection(listener: (state: Connection) => void): () => void {
    this.#connectionListeners.add(listener);
    if (this.#state !== undefined) listener(this.#state);
    return () => this.#connectionListeners.delete(listener);
  }

  /** Ends the connection for good. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#socket?.close();
  }

  async #open(): Promise<void> {
    const socket = await this.#connect().catch(() => 'lost' as const);
    if (this.#closed) return typeof socket === 'string' ? undefined : socket.close();
    if (typeof socket === 'string') return this.#lose(socket);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.#failures = 0;
      this.#setState('open');
      for (const call of this.#pending.values()) this.#send(socket, call);
    });
    socket.addEventListener('message', ({ data }) => this.#receive(data as ArrayBuffer));
    // A failure to connect is followed by `close`; without a listener it would be an uncaught error in Node.js.
    socket.addEventListener('error', () => undefined);
    socket.addEventListener('close', () => this.#lose('lost'));
  }

  #send(socket: Socket, call: PendingCall): void {
    call.sent = true;
    socket.send(call.message);
  }

  #receive(data: ArrayBuffer): void {
    const message = decode(data) as BrowserMessage;
    if ('event' in message) {
      for (const listener of this.#eventListeners) listener(message.event);
      return;
    }
    const call = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    call?.resolve(message.reply);
  }

  #lose(state: 'lost' | 'refused'): void {
    this.#setState(state);
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const { sent, reject } of calls) reject(lost(sent));
    if (this.#closed) return;
    const wait = Math.min(this.#retryMaxMs, this.#retryMs * 2 ** this.#failures++);
    this.#retry = setTimeout(() => void this.#open(), wait);
  }

  #setState(state: Connection): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#connectionListeners) listener(state);
  }
}

function lost(sent: boolean): LangevinError {
  const what = sent ? 'The connection to Langevin broke before it answered.' : 'There is no connection to Langevin.';
  return new LangevinError('connection-lost', `${what} If the program has ended, start it again (langevin serve).`);
}
