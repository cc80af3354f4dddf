import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { decode, encode } from '@msgpack/msgpack';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { z } from 'zod';
import { MAX_MESSAGE_BYTES, SOCKET_PATH, type BrowserMessage } from '../../contract/app/wire.ts';
import { LangevinError } from '../../errors.ts';
import type { AppService } from '../app/app-service.ts';
import { Admission } from './admission.ts';
import { securityHeaders } from './security-headers.ts';
import { staticFile } from './static-files.ts';

export interface BrowserServerOptions {
  readonly service: AppService;
  /** Folder of the built renderer. */
  readonly renderer: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Called when the number of connected pages changes. */
  readonly onPages?: ((count: number) => void) | undefined;
}

/** Anything else is no message of ours; the service checks `call` and `request`. */
const pageMessageSchema = z.strictObject({ id: z.int().min(0), call: z.unknown(), request: z.unknown() });

/** Pages that have not taken their frames get no further ones before these bytes are out. */
const CLOGGED_BYTES = 64 * 2 ** 20;

/** The browser host: pages and their WebSocket on 127.0.0.1, for those who have the token. */
export class BrowserServer {
  readonly #service: AppService;
  readonly #renderer: string;
  readonly #onPages: BrowserServerOptions['onPages'];
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #unsubscribe: () => void;
  #admission!: Admission;

  private constructor({ service, renderer, onPages }: BrowserServerOptions) {
    this.#service = service;
    this.#renderer = renderer;
    this.#onPages = onPages;
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
    this.#http = createServer((request, response) => void this.#serve(request, response));
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#unsubscribe = service.onEvent((event) => {
      const message = encodeMessage({ event });
      for (const socket of this.#sockets.clients) {
        const isFrame = event.type === 'run-frame';
        if (socket.readyState === socket.OPEN && !(isFrame && socket.bufferedAmount > CLOGGED_BYTES)) {
          socket.send(message);
        }
      }
    });
  }

  /** @throws invalid-argument when the port is taken. */
  static async listen(options: BrowserServerOptions): Promise<BrowserServer> {
    const server = new BrowserServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#http.once('error', (error: NodeJS.ErrnoException) => {
        const taken = error.code === 'EADDRINUSE' ? 'it is taken by another program' : error.message;
        reject(
          new LangevinError(
            'invalid-argument',
            `Port ${options.port} cannot be used: ${taken}. Choose another --port.`,
          ),
        );
      });
      server.#http.listen(options.port, '127.0.0.1', resolve);
    });
    server.#admission = new Admission(server.port);
    return server;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  /** The address for a browser, with the token; it works once. */
  get url(): string {
    const { token } = this.#admission;
    return `http://127.0.0.1:${this.port}/${token === undefined ? '' : `?token=${token}`}`;
  }

  /** Breaks the connections of all pages, which connect again by themselves. */
  dropPages(): void {
    for (const page of this.#sockets.clients) page.terminate();
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.dropPages();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const end = (
      status: number,
      type: string,
      body: string | Uint8Array,
      headers: Record<string, string> = {},
    ): void => {
      const secured = securityHeaders(request.headers.host ?? '');
      response.writeHead(status, { ...secured, 'Content-Type': type, ...headers });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const text = 'text/plain; charset=utf-8';
    const verdict = this.#admission.judge(request, 'page');
    if (verdict.admitted === false) return end(verdict.status, text, verdict.reason, { Connection: 'close' });
    if (verdict.admitted === 'by-token') {
      return end(303, text, '', { Location: '/', 'Set-Cookie': verdict.cookie });
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(405, text, 'Only GET is answered.');
    // The URL is read as it came: parsers would remove the dots of a path that tries to leave the folder.
    const [path] = (request.url ?? '/').split('?', 1);
    const file = await staticFile(this.#renderer, path);
    if (file !== undefined) return end(200, file.type, file.bytes);
    return end(404, text, 'There is no such page.');
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const verdict = this.#admission.judge(request, 'socket');
    const [path] = (request.url ?? '').split('?', 1);
    if (verdict.admitted !== true || path !== SOCKET_PATH) {
      const status = verdict.admitted === false ? verdict.status : 404;
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (page) => this.#welcome(page));
  }

  #welcome(page: WebSocket): void {
    this.#onPages?.(this.#sockets.clients.size);
    this.#service.pageArrived();
    page.on('message', (data, isBinary) => void this.#receive(page, data, isBinary));
    page.on('error', () => page.terminate());
    page.on('close', () => this.#onPages?.(this.#sockets.clients.size));
  }

  async #receive(page: WebSocket, data: RawData, isBinary: boolean): Promise<void> {
    const message = isBinary ? pageMessage(data as Buffer) : undefined;
    if (message === undefined) return page.close(1002, 'not a message of Langevin');
    const { id, call, request } = message;
    const reply = await this.#service.answer(call, request);
    if (page.readyState === page.OPEN) page.send(encodeMessage({ id, reply }));
  }
}

function encodeMessage(message: BrowserMessage): Uint8Array {
  return encode(message, { ignoreUndefined: true });
}

function pageMessage(data: Buffer): z.output<typeof pageMessageSchema> | undefined {
  try {
    return pageMessageSchema.parse(decode(data));
  } catch {
    return undefined;
  }
}
