import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export type Verdict =
  | { readonly admitted: true }
  /** The one-time token was right: set this cookie and go to `/`. */
  | { readonly admitted: 'by-token'; readonly cookie: string }
  | { readonly admitted: false; readonly status: 401 | 403; readonly reason: string };

/**
 * Who may talk to the server. The address that `langevin serve` prints holds a token that works once; it is exchanged
 * for a cookie that only this server's pages send. Requests that name another host (DNS rebinding) or come from
 * pages of others (cross-site requests, WebSockets) are refused whatever they carry.
 */
export class Admission {
  readonly #hosts: ReadonlySet<string>;
  readonly #cookieName: string;
  readonly #session = randomBytes(32).toString('base64url');
  #token: string | undefined = randomBytes(32).toString('base64url');

  constructor(port: number) {
    this.#hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
    // Cookies do not know ports: two servers must not overwrite each other's.
    this.#cookieName = `langevin-${port}`;
  }

  /** The token of the address; undefined once it was used. */
  get token(): string | undefined {
    return this.#token;
  }

  /** @param kind  pages may be asked for by a person's click elsewhere; sockets only by this server's pages. */
  judge(request: IncomingMessage, kind: 'page' | 'socket'): Verdict {
    const { host, origin, cookie } = request.headers;
    if (host === undefined || !this.#hosts.has(host)) {
      return refused(403, 'This server only answers to 127.0.0.1 and localhost.');
    }
    if (origin === undefined ? kind === 'socket' : origin !== `http://${host}`) {
      return refused(403, 'This server only answers to its own pages.');
    }
    if (this.#hasCookie(cookie)) return { admitted: true };
    const token = new URL(request.url ?? '/', `http://${host}`).searchParams.get('token');
    if (kind === 'page' && this.#token !== undefined && token !== null && equal(token, this.#token)) {
      this.#token = undefined;
      return {
        admitted: 'by-token',
        cookie: `${this.#cookieName}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`,
      };
    }
    return refused(401, 'Open the address that langevin serve printed; it works once. To get another, restart it.');
  }

  #hasCookie(header: string | undefined): boolean {
    const cookies = (header ?? '').split(';').map((part) => part.trim());
    const prefix = `${this.#cookieName}=`;
    return cookies.some((cookie) => cookie.startsWith(prefix) && equal(cookie.slice(prefix.length), this.#session));
  }
}

function refused(status: 401 | 403, reason: string): Verdict {
  return { admitted: false, status, reason };
}

function equal(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
