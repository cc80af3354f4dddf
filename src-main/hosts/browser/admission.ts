import type { IncomingMessage } from 'node:http';
import { CHALLENGE_PATH, PAGE_PREFIX, SOCKET_PATH, SOCKET_PROTOCOL } from '../../contract/app/admission.ts';
import { equal, newSecret, type PageKeys } from './page-keys.ts';
import { isForeignUser } from './peer-user.ts';

export interface Refusal {
  readonly grant: 'nothing';
  readonly status: 401 | 403 | 404;
  readonly reason: string;
}

/** What a request may have. */
export type Verdict =
  /** A file of the page, by a path that begins with a slash, still encoded. */
  | { readonly grant: 'page'; readonly path: string }
  /** The one-time token was right. */
  | { readonly grant: 'key' }
  | { readonly grant: 'challenge'; readonly challenge: string; readonly proof: string }
  | Refusal;

/**
 * Who may talk to the server; see contract/app/admission.ts. Requests that name another host (DNS rebinding) or come
 * from pages of others (cross-site requests, WebSockets) are refused whatever they carry. Addresses are never parsed as
 * such: what a request says in its first line may be anything.
 */
export class Admission {
  readonly #hosts: ReadonlySet<string>;
  readonly #keys: PageKeys;
  #token: string | undefined = newSecret();

  constructor(port: number, keys: PageKeys) {
    // Browsers leave out the port that belongs to the scheme.
    const ending = port === 80 ? '' : `:${port}`;
    this.#hosts = new Set([`127.0.0.1${ending}`, `localhost${ending}`]);
    this.#keys = keys;
  }

  /** The token of the address; undefined once it was used. */
  get token(): string | undefined {
    return this.#token;
  }

  /** Whether pages may open sockets to this host. */
  isOwnHost(host: string | undefined): host is string {
    return host !== undefined && this.#hosts.has(host);
  }

  /** A request for a page, which a person's click elsewhere may have caused. */
  async judge(request: IncomingMessage): Promise<Verdict> {
    const { host, origin } = request.headers;
    if (!this.isOwnHost(host)) return foreignHost;
    if (origin !== undefined && origin !== `http://${host}`) return foreignPage;
    const [path, query = ''] = (request.url ?? '').split('?', 2);
    if (path === CHALLENGE_PATH) {
      const id = parameter(query, 'key');
      const nonce = parameter(query, 'nonce');
      const found = id && nonce && this.#keys.challenge(id, `http://${host}`, nonce);
      return found ? { grant: 'challenge', ...found } : unknownPage;
    }
    const [name, ...rest] = path.startsWith(PAGE_PREFIX) ? path.slice(PAGE_PREFIX.length).split('/') : [];
    if (name !== undefined && rest.length > 0 && equal(name, this.#keys.page)) {
      return { grant: 'page', path: `/${rest.join('/')}` };
    }
    if (path === '/' && (await this.#takesToken(request, parameter(query, 'token')))) return { grant: 'key' };
    return refused(401, 'Open the address that langevin serve printed; it works once. To get another, restart it.');
  }

  /** A request for a WebSocket, which only pages of this server may make. */
  judgeSocket({ headers, url }: IncomingMessage): { readonly grant: 'socket' } | Refusal {
    const { host, origin } = headers;
    if (!this.isOwnHost(host)) return foreignHost;
    if (origin !== `http://${host}`) return foreignPage;
    if (url !== SOCKET_PATH) return refused(404, 'There is no such socket.');
    const [protocol, proof] = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    const isKnown = protocol === SOCKET_PROTOCOL && proof !== undefined && this.#keys.isProof(proof, origin);
    return isKnown ? { grant: 'socket' } : unknownPage;
  }

  async #takesToken({ method, socket }: IncomingMessage, token: string | undefined): Promise<boolean> {
    if (method !== 'GET' || token === undefined || this.#token === undefined || !equal(token, this.#token))
      return false;
    // Other users may see it among the arguments of the program that opens the browser.
    if (await isForeignUser(socket)) return false;
    const isFirst = this.#token !== undefined;
    this.#token = undefined;
    return isFirst;
  }
}

function refused(status: 401 | 403 | 404, reason: string): Refusal {
  return { grant: 'nothing', status, reason };
}

const foreignHost = refused(403, 'This server only answers to 127.0.0.1 and localhost.');
const foreignPage = refused(403, 'This server only answers to its own pages.');
const unknownPage = refused(401, 'This page is not known here.');

/** A parameter of a query whose value needs no decoding. */
function parameter(query: string, name: string): string | undefined {
  const prefix = `${name}=`;
  const value = query
    .split('&')
    .find((part) => part.startsWith(prefix))
    ?.slice(prefix.length);
  return value !== undefined && /^[\w-]{1,200}$/.test(value) ? value : undefined;
}
