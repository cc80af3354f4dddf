/**
 * How a page of the browser host shows that it may talk to it. The printed address holds a token that works once. Taking
 * it leads to `PAGE_PREFIX` + a secret name of the page, with a key in the fragment, which browsers send nowhere. The
 * page keeps the key in its sessionStorage, which belongs to scheme, host *and port*: a cookie would be sent to every
 * service of this machine. The key itself never travels again. To open its WebSocket a page asks for a challenge, checks
 * that whoever answers knows the key too (another program may have taken the port since), and answers it:
 *
 *     GET CHALLENGE_PATH?key=ID&nonce=N    →  { challenge: C, proof: HMAC(K, "host" origin N C) }
 *     Sec-WebSocket-Protocol: langevin, ID.C.HMAC(K, "page" origin C)
 *
 * with K = SHA-256(key), of which the host keeps no more, and ID = HMAC(K, "id"). The origin inside of the proofs makes
 * them useless to a program at another port that passes messages on.
 */

/** Path of the WebSocket. */
export const SOCKET_PATH = '/socket';
/** Name of what is spoken through it; the proof follows as a second name. */
export const SOCKET_PROTOCOL = 'langevin';
export const CHALLENGE_PATH = '/challenge';
/** Pages lie below it, by a name that only those know who came with the token. */
export const PAGE_PREFIX = '/p/';
/** The key in the fragment of the address that the token leads to. */
export const KEY_FRAGMENT = '#key=';

/** What the two sides sign with the key; see above. */
export const signed = {
  id: (): string => 'id',
  host: (origin: string, nonce: string, challenge: string): string => `host ${origin} ${nonce} ${challenge}`,
  page: (origin: string, challenge: string): string => `page ${origin} ${challenge}`,
};

/** The answer to a request for a challenge. */
export interface Challenge {
  readonly challenge: string;
  readonly proof: string;
}
