import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { encode } from '@msgpack/msgpack';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { KEY_FRAGMENT, PAGE_PREFIX, SOCKET_PROTOCOL } from '../../contract/app/admission.ts';
import { PARTS_PATH } from '../../contract/app/parts.ts';
import type { AppReply } from '../../contract/app/replies.ts';
import { MAX_MESSAGE_BYTES, type BrowserMessage } from '../../contract/app/wire.ts';
import { LangevinError } from '../../errors.ts';
import type { AppService } from '../app/app-service.ts';
import { Admission, type Verdict } from './admission.ts';
import type { PageKeys } from './page-keys.ts';
import { readPageMessage } from './page-message.ts';
import { securityHeaders } from './security-headers.ts';
import { StrangerSockets } from './stranger-sockets.ts';
import { staticFile } from './static-files.ts';

export interface BrowserServerOptions {
  readonly service: AppService;
  /** Folder of the built renderer. */
  readonly renderer: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Which pages may talk to it. */
  readonly keys: PageKeys;
  /** A fault of the program itself, for whoever looks at the host's log. */
  readonly logFault?: ((error: unknown) => void) | undefined;
  /** Called when the number of connected pages changes. */
  readonly onPages?: ((count: number) => void) | undefined;
}

/** Pages that have not taken their frames get no further ones before these bytes are out. */
const CLOGGED_BYTES = 64 * 2 ** 20;

/**
 * How long a connection may take to say what it wants, milliseconds. Pages are on the same machine: whoever takes longer
 * wants to be in the way.
 */
const PATIENCE_MS = 8000;

/** The path of bytes that an answer has left out, below that of the page. */
const PARTS = new RegExp(`^/${PARTS_PATH}([\\w-]{6,64})$`);

/** The browser host: pages and their WebSocket on 127.0.0.1, for those who have the token. */
export class BrowserServer {
  readonly #service: AppService;
  readonly #renderer: string;
  readonly #keys: PageKeys;
  readonly #onPages: BrowserServerOptions['onPages'];
  readonly #logFault: BrowserServerOptions['logFault'];
  readonly #strangers = new StrangerSockets();
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #unsubscribe: () => void;
  #admission!: Admission;

  private constructor({ service, renderer, keys, onPages, logFault }: BrowserServerOptions) {
    this.#service = service;
    this.#renderer = renderer;
    this.#keys = keys;
    this.#onPages = onPages;
    this.#logFault = logFault;
    this.#sockets = new WebSocketServer({
      ...{ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false },
      handleProtocols: () => SOCKET_PROTOCOL,
    });
    const timeouts = { headersTimeout: PATIENCE_MS, requestTimeout: PATIENCE_MS, connectionsCheckingInterval: 1000 };
    this.#http = createServer({ ...timeouts, keepAliveTimeout: 5000 }, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.#logFault?.(error);
        response.destroy();
      });
    });
    this.#http.on('connection', (socket: Socket) => this.#strangers.add(socket));
    this.#http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      try {
        this.#upgrade(request, socket, head);
      } catch (error) {
        this.#logFault?.(error);
        socket.destroy();
      }
    });
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
        server.#unsubscribe();
        const taken = error.code === 'EADDRINUSE' ? 'it is taken by another program' : error.message;
        const message = `Port ${options.port} cannot be used: ${taken}. Choose another --port.`;
        reject(new LangevinError('invalid-argument', message));
      });
      server.#http.listen(options.port, '127.0.0.1', resolve);
    });
    server.#http.on('error', (error) => server.#logFault?.(error));
    server.#admission = new Admission(server.port, options.keys);
    await options.keys.notePort(server.port);
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
    const verdict = await this.#admission.judge(request);
    if (verdict.grant !== 'nothing') this.#strangers.admit(request.socket);
    const answer = await this.#answerTo(request, verdict);
    const { host } = request.headers;
    const headers = {
      ...securityHeaders(verdict.grant !== 'nothing' && this.#admission.isOwnHost(host) ? host : undefined),
      'Content-Type': answer.type ?? 'text/plain; charset=utf-8',
      ...answer.headers,
    };
    // The body of a request is never read; it ends with the connection.
    const hasBody =
      request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
    response.writeHead(answer.status, answer.status >= 400 || hasBody ? { ...headers, Connection: 'close' } : headers);
    // A page that is closed meanwhile is no fault.
    if (answer.stream !== undefined) return pipeline(answer.stream, response).catch(() => undefined);
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  }

  async #answerTo({ method }: IncomingMessage, verdict: Verdict): Promise<Answer> {
    if (verdict.grant === 'nothing') return { status: verdict.status, body: verdict.reason };
    if (verdict.grant === 'key') {
      const location = `${PAGE_PREFIX}${this.#keys.page}/${KEY_FRAGMENT}${await this.#keys.add()}`;
      return { status: 303, headers: { Location: location } };
    }
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: 'Only GET is answered.' };
    if (verdict.grant === 'challenge') {
      const { challenge, proof } = verdict;
      return { status: 200, type: 'application/json; charset=utf-8', body: JSON.stringify({ challenge, proof }) };
    }
    const [, inParts] = method === 'GET' ? (PARTS.exec(verdict.path) ?? []) : [];
    if (inParts !== undefined) return this.#parts(inParts);
    const file = await staticFile(this.#renderer, verdict.path);
    return file === undefined
      ? { status: 404, body: 'There is no such page.' }
      : { status: 200, type: file.type, body: file.bytes };
  }

  async #parts(id: string): Promise<Answer> {
    const parts = await this.#service.takeParts(id);
    if (parts === undefined) return { status: 404, body: 'These bytes are there no longer.' };
    const headers = { 'Content-Length': `${parts.length}` };
    return { status: 200, type: 'application/octet-stream', headers, stream: parts.stream };
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const verdict = this.#admission.judgeSocket(request);
    if (verdict.grant === 'nothing') {
      // Without `destroySoon` a client that does not end its side would keep the connection for as long as it likes.
      socket.write(`HTTP/1.1 ${verdict.status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      socket.destroySoon();
      return;
    }
    this.#strangers.admit(socket);
    this.#sockets.handleUpgrade(request, socket, head, (page) => this.#welcome(page));
  }

  #welcome(page: WebSocket): void {
    this.#onPages?.(this.#sockets.clients.size);
    this.#service.pageArrived();
    page.on('message', (data, isBinary) => {
      this.#receive(page, data, isBinary).catch((error: unknown) => {
        this.#logFault?.(error);
        page.terminate();
      });
    });
    page.on('error', () => page.terminate());
    page.on('close', () => {
      this.#service.pageLeft(page);
      this.#onPages?.(this.#sockets.clients.size);
    });
  }

  async #receive(page: WebSocket, data: RawData, isBinary: boolean): Promise<void> {
    const message = isBinary ? readPageMessage(data as Buffer) : ({ kind: 'nonsense' } as const);
    if (message.kind === 'nonsense') return page.close(1002, 'not a message of Langevin');
    const { id } = message;
    const reply =
      message.kind === 'message'
        ? await this.#service.answer(message.call, message.request, undefined, page)
        : tooLarge(message);
    if (page.readyState === page.OPEN) page.send(encodeMessage({ id, reply }));
  }
}

interface Answer {
  readonly status: number;
  readonly body?: string | Uint8Array;
  /** In place of a body. */
  readonly stream?: Readable;
  /** Absent: plain text. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function tooLarge({ bytes, limit }: { readonly bytes: number; readonly limit: number }): AppReply {
  const mib = (count: number): string => `${Math.ceil(count / 2 ** 20)} MiB`;
  const message = `This request has ${mib(bytes)}; requests of its kind have at most ${mib(limit)}.`;
  return { ok: false, code: 'invalid-argument', message };
}

function encodeMessage(message: BrowserMessage): Uint8Array {
  return encode(message, { ignoreUndefined: true });
}
