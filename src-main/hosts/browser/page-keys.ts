import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { signed } from '../../contract/app/admission.ts';
import { KeptFile, readKeptFile } from '../app/kept-file.ts';

/** Base64url of 32 bytes. */
const digestSchema = z.string().regex(/^[\w-]{43}$/);

const keptSchema = z.strictObject({
  version: z.literal(1),
  page: digestSchema,
  /** SHA-256 of the keys. */
  keys: z.array(digestSchema),
  /** Where the pages with these keys are. */
  port: z.int().min(1).max(65_535).optional(),
});
type Kept = z.infer<typeof keptSchema>;

/** Pages that may know a key at once; of more, the oldest is forgotten. */
const MOST_KEYS = 16;
/** How long a challenge may be answered, milliseconds. */
const CHALLENGE_MS = 30_000;

/**
 * The keys of the pages of one session, so that they find their host again when it starts anew. A file keeps what is
 * needed to check keys, not the keys. The protocol is that of contract/app/admission.ts.
 */
export class PageKeys {
  readonly #file: KeptFile;
  readonly #secret = randomBytes(32);
  #kept: Kept;

  private constructor(file: KeptFile, kept: Kept) {
    this.#file = file;
    this.#kept = kept;
  }

  /** @param path  a file that belongs to the session; made when first needed. */
  static async open(path: string): Promise<PageKeys> {
    const kept = await readKeptFile<Kept>(path, (bytes) =>
      keptSchema.parse(JSON.parse(new TextDecoder().decode(bytes))),
    );
    return new PageKeys(new KeptFile(path), kept ?? { version: 1, page: newSecret(), keys: [] });
  }

  /** Name of the page in addresses. */
  get page(): string {
    return this.#kept.page;
  }

  /** Where the pages of earlier hosts of this session are. */
  get port(): number | undefined {
    return this.#kept.port;
  }

  /** @throws file-unwritable */
  async notePort(port: number): Promise<void> {
    this.#kept = { ...this.#kept, port };
    await this.#write();
  }

  /** A new key for a page. @throws file-unwritable */
  async add(): Promise<string> {
    const key = newSecret();
    const hash = createHash('sha256').update(key).digest('base64url');
    this.#kept = { ...this.#kept, keys: [...this.#kept.keys, hash].slice(-MOST_KEYS) };
    await this.#write();
    return key;
  }

  /** @returns the challenge and the proof that this host knows the key; undefined for a key that it does not. */
  challenge(id: string, origin: string, nonce: string): { challenge: string; proof: string } | undefined {
    const hash = this.#hashOf(id);
    if (hash === undefined) return undefined;
    const time = Date.now().toString(36);
    const challenge = `${time}-${this.#seal(time)}`;
    return { challenge, proof: mac(hash, signed.host(origin, nonce, challenge)) };
  }

  /** Whether an answer to a challenge of this host is right: `ID.CHALLENGE.PROOF`. */
  isProof(answer: string, origin: string): boolean {
    const [id, challenge, proof, ...rest] = answer.split('.');
    if (challenge === undefined || proof === undefined || rest.length > 0) return false;
    const hash = this.#hashOf(id);
    const dash = challenge.indexOf('-');
    const time = challenge.slice(0, Math.max(0, dash));
    const age = Date.now() - parseInt(time, 36);
    return (
      hash !== undefined &&
      age >= 0 &&
      age < CHALLENGE_MS &&
      equal(challenge.slice(dash + 1), this.#seal(time)) &&
      equal(proof, mac(hash, signed.page(origin, challenge)))
    );
  }

  #hashOf(id: string): Buffer | undefined {
    const hashes = this.#kept.keys.map((hash) => Buffer.from(hash, 'base64url'));
    return hashes.find((hash) => equal(mac(hash, signed.id()), id));
  }

  #seal(time: string): string {
    return mac(this.#secret, time);
  }

  #write(): Promise<void> {
    return this.#file.write(new TextEncoder().encode(`${JSON.stringify(this.#kept)}\n`));
  }
}

export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Compares secrets in a time that says nothing about them. */
export function equal(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}

function mac(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
