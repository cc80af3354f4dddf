import {
  CHALLENGE_PATH,
  KEY_FRAGMENT,
  signed,
  SOCKET_PATH,
  SOCKET_PROTOCOL,
  type Challenge,
} from '../../src-main/contract/app/admission.ts';

/** Where the key of this page is kept: per tab, and per scheme, host and port. */
const STORED = 'langevin-key';

/** How long a host may take to answer, milliseconds. */
const PATIENCE_MS = 5000;

/** The part of a window that is used. */
export interface PageWindow {
  readonly location: { readonly hash: string; readonly pathname: string };
  readonly history: { replaceState(state: null, unused: '', url: string): void };
  readonly sessionStorage: { getItem(name: string): string | null; setItem(name: string, value: string): void };
}

/** The key that the address has brought, which is taken out of it, or that came before; undefined without any. */
export function keyOfPage({ location, history, sessionStorage }: PageWindow): string | undefined {
  if (location.hash.startsWith(KEY_FRAGMENT)) {
    sessionStorage.setItem(STORED, location.hash.slice(KEY_FRAGMENT.length));
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(STORED) ?? undefined;
}

/** How a page opens its WebSocket. */
export interface Opening {
  readonly url: string;
  readonly protocols: string[];
}

/** Why there is none: nobody answers, or somebody who does not know this page. */
export type NoOpening = 'lost' | 'refused';

/**
 * Asks the host for a challenge and answers it; see contract/app/admission.ts.
 * @param origin  of the page and the host.
 */
export async function openingFor(origin: string, key: string | undefined): Promise<Opening | NoOpening> {
  if (key === undefined) return 'refused';
  const bytes = new TextEncoder();
  const hash = await crypto.subtle.digest('SHA-256', bytes.encode(key));
  const hmacKey = await crypto.subtle.importKey('raw', hash, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const mac = async (text: string): Promise<string> =>
    base64url(new Uint8Array(await crypto.subtle.sign('HMAC', hmacKey, bytes.encode(text))));
  const id = await mac(signed.id());
  const nonce = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const options: RequestInit = { cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) };
  const answer = await fetch(`${origin}${CHALLENGE_PATH}?key=${id}&nonce=${nonce}`, options).catch(() => undefined);
  if (answer === undefined) return 'lost';
  const given = (await answer.json().catch(() => undefined)) as Partial<Challenge> | undefined;
  const { challenge, proof } = answer.ok ? (given ?? {}) : {};
  // Whoever cannot prove to know this page is another program, or Langevin with another session.
  if (typeof challenge !== 'string' || proof !== (await mac(signed.host(origin, nonce, challenge)))) return 'refused';
  const response = await mac(signed.page(origin, challenge));
  return {
    url: `${origin.replace(/^http/, 'ws')}${SOCKET_PATH}`,
    protocols: [SOCKET_PROTOCOL, `${id}.${challenge}.${response}`],
  };
}

function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
