import { decode, encode } from '@msgpack/msgpack';
import { WebSocket } from 'ws';
import { KEY_FRAGMENT } from '../src-main/contract/app/admission.ts';
import type { BrowserMessage } from '../src-main/contract/app/wire.ts';
import { openingFor } from '../src-renderer/client/admission.ts';
import type { Served } from './served.ts';
import { HANG_MS } from './target.ts';
import { WorkingClock } from './working-clock.ts';

/** The answer to a message, or why there is none. */
export type Answer = BrowserMessage | 'closed' | 'silent';

/** The key that the server's address gives, once. */
export async function keyOf(server: Served): Promise<string> {
  const location = (await fetch(server.url, { redirect: 'manual' })).headers.get('location') ?? '';
  return location.split(KEY_FRAGMENT)[1];
}

/** A page that has its key, and may say what no page of ours would. */
export class ServedPage {
  readonly server: Served;
  readonly #key: string;
  readonly #clock: WorkingClock;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #socket: WebSocket;

  private constructor(server: Served, key: string, socket: WebSocket) {
    this.server = server;
    this.#key = key;
    this.#socket = socket;
    this.#clock = new WorkingClock(server.pid);
    this.#listen();
  }

  static async open(server: Served, key: string): Promise<ServedPage> {
    return new ServedPage(server, key, await connect(server, key));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  async reconnect(): Promise<void> {
    this.#socket = await connect(this.server, this.#key);
    this.#listen();
  }

  /** Sends a message with this id in it. `silent`: no answer within the time that counts as a hang. */
  say(id: number, message: Uint8Array): Promise<Answer> {
    return new Promise((resolve) => {
      const since = this.#clock.now();
      const look = (): void => {
        const left = HANG_MS - (this.#clock.now() - since);
        if (left <= 0) done('silent');
        else timer = setTimeout(look, Math.max(100, left));
      };
      let timer = setTimeout(look, HANG_MS);
      const done = (answer: Answer): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(answer);
      };
      this.#waiting.set(id, done);
      this.#socket.send(message);
    });
  }

  /** @returns the value of the answer. @throws when it is none */
  async call(id: number, call: string, request: unknown): Promise<unknown> {
    const answer = await this.say(id, encode({ id, call, request }));
    if (typeof answer !== 'string' && 'reply' in answer && answer.reply.ok) return answer.reply.value;
    throw new Error(`${call}: ${typeof answer === 'string' ? answer : JSON.stringify(answer)}`);
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('message', (data: Buffer) => {
      const message = decode(data) as BrowserMessage;
      if ('id' in message) this.#waiting.get(message.id)?.(message);
    });
    socket.on('close', () => [...this.#waiting.values()].forEach((done) => done('closed')));
    socket.on('error', () => undefined);
  }
}

async function connect({ port }: Served, key: string): Promise<WebSocket> {
  const origin = `http://127.0.0.1:${port}`;
  const opening = await openingFor(origin, key);
  if (typeof opening === 'string') throw new Error(`The server takes its own page for ${opening}.`);
  const socket = new WebSocket(opening.url, opening.protocols, { headers: { origin } });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}
