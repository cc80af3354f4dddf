import type { AppCall, AppRequest } from '../../src-main/contract/app/calls.ts';
import type { AppClient, Connection } from '../../src-main/contract/app/client.ts';
import { FRAMES_MESSAGE, type DesktopBridge, type PixelsMessage } from '../../src-main/contract/app/desktop-bridge.ts';
import type { AppEvent } from '../../src-main/contract/app/events.ts';
import type { Sent } from '../../src-main/contract/app/parts.ts';
import type { AppReply, AppResult } from '../../src-main/contract/app/replies.ts';
import type { FileInfo } from '../../src-main/contract/app/values.ts';
import { withParts } from './read-parts.ts';
import { LangevinError } from '../../src-main/errors.ts';

/** The part of a port that is used. */
interface Port {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  start(): void;
  close(): void;
}

/** The part of a window that is used. */
export interface DesktopWindow {
  readonly langevin: DesktopBridge;
  addEventListener(
    type: 'message',
    listener: (event: { readonly source: unknown; readonly data: unknown; readonly ports: readonly Port[] }) => void,
  ): void;
}

/** The client of the page in the desktop app: the preload's functions, and a port for frames. */
export class ElectronClient implements AppClient {
  readonly #bridge: DesktopBridge;
  readonly #listeners = new Set<(event: AppEvent) => void>();
  /** Pixels that have come, or that are waited for, by their number. */
  readonly #pixels = new Map<number, PromiseWithResolvers<Uint8Array>>();

  constructor(window: DesktopWindow) {
    this.#bridge = window.langevin;
    const tell = (event: AppEvent): void => {
      for (const listener of this.#listeners) listener(event);
    };
    this.#bridge.onEvent(tell);
    let port: Port | undefined;
    window.addEventListener('message', ({ source, data, ports }) => {
      // Only the preload of this window sends it.
      if (source !== window) return;
      if (isPixels(data)) this.#takePixels(data.pixels, ports[0]);
      if (data !== FRAMES_MESSAGE) return;
      port?.close();
      port = ports[0];
      port.addEventListener('message', (event) => tell(event.data as AppEvent));
      port.start();
    });
  }

  async call<Call extends AppCall>(name: Call, request: AppRequest<Call>): Promise<AppResult<Call>> {
    const reply = await this.#bridge.calls[name](request);
    const value = await withParts<Call>(valueOf<Call>(reply), (part) => this.call('readPart', part));
    if (reply.pixels === undefined) return value;
    return { ...value, data: await this.#pixelsOf(reply.pixels) };
  }

  #takePixels(number: number, port: Port): void {
    const { resolve } = this.#pixelsFor(number);
    port.addEventListener('message', ({ data }) => {
      resolve(data as Uint8Array);
      port.close();
    });
    port.start();
  }

  async #pixelsOf(number: number): Promise<Uint8Array> {
    const data = await this.#pixelsFor(number).promise;
    this.#pixels.delete(number);
    return data;
  }

  /** The answer and its pixels come in any order. */
  #pixelsFor(number: number): PromiseWithResolvers<Uint8Array> {
    const known = this.#pixels.get(number) ?? withResolvers<Uint8Array>();
    this.#pixels.set(number, known);
    return known;
  }

  onEvent(listener: (event: AppEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The page ends with the program. */
  onConnection(listener: (state: Connection) => void): () => void {
    listener('open');
    return () => undefined;
  }

  /** A file of a drop, by reference. */
  async addDropped(file: unknown): Promise<FileInfo> {
    return withParts<'addFile'>(valueOf<'addFile'>(await this.#bridge.addDropped(file)), (part) =>
      this.call('readPart', part),
    );
  }
}

function isPixels(data: unknown): data is PixelsMessage {
  return typeof data === 'object' && data !== null && 'pixels' in data && typeof data.pixels === 'number';
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function valueOf<Call extends AppCall>(reply: AppReply<Call>): Sent<AppResult<Call>> {
  if (reply.ok) return reply.value;
  throw new LangevinError(reply.code, reply.message);
}
