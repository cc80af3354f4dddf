import { decode, encode } from '@msgpack/msgpack';
import { WebSocket } from 'ws';
import type { z } from 'zod';
import { KEY_FRAGMENT } from '../../src-main/contract/app/admission.ts';
import { appRequests, type AppCall } from '../../src-main/contract/app/calls.ts';
import type { BrowserMessage } from '../../src-main/contract/app/wire.ts';
import { encodePicture } from '../../src-main/images/encode.ts';
import { openingFor } from '../../src-renderer/client/admission.ts';
import type { FuzzRandom } from '../fuzz-random.ts';
import { descendants, outliving } from '../process-tree.ts';
import { startServed, type Served } from '../served.ts';
import { HANG_MS, type FuzzContext, type FuzzTarget } from '../target.ts';

/** Messages of a page that has its key: almost what the contract says, and frames that are none. */
export const websocket: FuzzTarget = {
  name: 'websocket',
  title: 'near-valid messages of a page, by the schemas of the contract',
  cases: 50_000,
  share: 2,
  run: async (context) => {
    let page = await openPage(context);
    const end = context.first + context.cases;
    const seen = new Set<number>();
    try {
      for (let index = context.first; index < end && !context.isOver(); index += AT_ONCE) {
        if (page.server.isDead()) {
          context.fault('crash', index, page.server.errors().slice(-300));
          page = await openPage(context);
        }
        if (page.socket.readyState !== WebSocket.OPEN) await page.reconnect();
        const indices = Array.from({ length: Math.min(AT_ONCE, end - index) }, (_, i) => index + i);
        await Promise.all(indices.map((each) => attack(context, page, each)));
        if (index % 1000 === 0) for (const pid of descendants(page.server.pid)) seen.add(pid);
      }
    } finally {
      for (const pid of descendants(page.server.pid)) seen.add(pid);
      await page.server.kill();
      for (const pid of await outliving(seen, 5000)) context.fault('orphan', end, `process ${pid} outlived its host`);
    }
  },
};

/** Messages under way at the same time. */
const AT_ONCE = 6;

interface Page {
  readonly server: Served;
  readonly ids: string[];
  socket: WebSocket;
  reconnect(): Promise<void>;
  /** The answer; 'closed' or 'silent' without one. */
  say(id: number, message: Uint8Array): Promise<BrowserMessage | 'closed' | 'silent'>;
}

async function openPage({ scratch }: FuzzContext): Promise<Page> {
  const server = await startServed({ scratch });
  const location = (await fetch(server.url, { redirect: 'manual' })).headers.get('location') ?? '';
  const key = location.split(KEY_FRAGMENT)[1];
  const origin = `http://127.0.0.1:${server.port}`;
  const waiting = new Map<number, (answer: BrowserMessage | 'closed') => void>();
  const page: Page = {
    server,
    ids: [],
    socket: await connect(origin, key),
    reconnect: async () => {
      page.socket = await connect(origin, key);
      listen();
    },
    say: (id, message) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => resolve('silent'), HANG_MS);
        waiting.set(id, (answer) => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(answer);
        });
        page.socket.send(message);
      }),
  };
  const listen = (): void => {
    page.socket.on('message', (data: Buffer) => {
      const message = decode(data) as BrowserMessage;
      if ('id' in message) waiting.get(message.id)?.(message);
    });
    page.socket.on('close', () => [...waiting.values()].forEach((resolve) => resolve('closed')));
    page.socket.on('error', () => undefined);
  };
  listen();
  const picture = await encodePicture(
    { width: 8, height: 8, mode: 'gray', bitDepth: 8, data: new Uint8Array(64), metadata: { orientation: 1 } },
    { format: 'png' },
  );
  for (const bytes of [picture, new Uint8Array(10)]) {
    const answer = await page.say(0, encode({ id: 0, call: 'addFile', request: { name: 'a.png', bytes } }));
    remember(page, answer);
  }
  return page;
}

async function connect(origin: string, key: string): Promise<WebSocket> {
  const opening = await openingFor(origin, key);
  if (typeof opening === 'string') throw new Error(`The server takes its own page for ${opening}.`);
  const socket = new WebSocket(opening.url, opening.protocols, { headers: { origin } });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}

async function attack(context: FuzzContext, page: Page, index: number): Promise<void> {
  const random = context.random(index);
  const id = index + 1;
  const { call, message } = messageOf(random, id, page.ids);
  const answer = await page.say(id, message);
  if (answer === 'silent') context.fault('hang', index, `no answer to ${call}`);
  else if (answer !== 'closed' && 'reply' in answer && !answer.reply.ok && answer.reply.code === 'internal') {
    context.fault('untyped', index, `${call}: ${answer.reply.message.slice(0, 160)}`);
  }
  remember(page, answer);
  context.tried(
    typeof answer === 'string' ? answer : 'reply' in answer && !answer.reply.ok ? answer.reply.code : 'answered',
  );
}

/** Ids that the host has given out lead further in. */
function remember(page: Page, answer: BrowserMessage | 'closed' | 'silent'): void {
  if (typeof answer === 'string' || !('reply' in answer) || !answer.reply.ok) return;
  const value = answer.reply.value as { readonly id?: unknown } | null;
  if (typeof value?.id === 'string' && page.ids.length < 100) page.ids.push(value.id);
}

/** Calls that compute for long are not what this is about; they are cancelled by others of its messages at best. */
const SLOW: readonly AppCall[] = ['doctor', 'startRun', 'startBatch', 'planBatch', 'planRun'];
const CALLS = (Object.keys(appRequests) as AppCall[]).filter((call) => !SLOW.includes(call));

function messageOf(random: FuzzRandom, id: number, ids: readonly string[]): { call: string; message: Uint8Array } {
  const call = random.pick(CALLS);
  const request = valueOf(random, appRequests[call], ids);
  const bad = random.chance(0.7) ? mutated(random, request) : request;
  const message = encode({ id, call: random.chance(0.03) ? junk(random) : call, request: bad }, { maxDepth: 200 });
  if (!random.chance(0.05)) return { call, message };
  // A frame that is nearly none: the header with the id stays, so that an answer can be told.
  const broken = Uint8Array.from(message);
  broken[random.int(0, broken.length - 1)] = random.int(0, 255);
  return {
    call: `${call} (broken)`,
    message: random.chance(0.5) ? broken : broken.subarray(0, random.int(1, broken.length)),
  };
}

/** A value that a schema takes, or nearly. */
function valueOf(random: FuzzRandom, schema: z.ZodType, ids: readonly string[]): unknown {
  const def = schema._zod.def as unknown as Record<string, unknown> & { type: string };
  const inner = def.innerType as z.ZodType;
  switch (def.type) {
    case 'object': {
      const shape = def.shape as Record<string, z.ZodType>;
      const entries = Object.entries(shape).map(([key, part]) => [key, valueOf(random, part, ids)] as const);
      return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
    }
    case 'optional':
    case 'default':
    case 'prefault':
      return random.chance(0.5) ? undefined : valueOf(random, inner, ids);
    case 'nullable':
      return random.chance(0.3) ? null : valueOf(random, inner, ids);
    case 'boolean':
      return random.chance(0.5);
    case 'literal':
      return (def.values as unknown[])[0];
    case 'enum':
      return random.pick(Object.values(def.entries as Record<string, unknown>));
    case 'union':
      return valueOf(random, random.pick(def.options as z.ZodType[]), ids);
    case 'array':
      return Array.from({ length: random.int(1, 3) }, () => valueOf(random, def.element as z.ZodType, ids));
    case 'tuple':
      return (def.items as z.ZodType[]).map((item) => valueOf(random, item, ids));
    case 'pipe':
      return valueOf(random, def.in as z.ZodType, ids);
    case 'number':
      return random.pick([0, 1, 2, 3, 8, 0.5, 100]);
    case 'string':
      return random.chance(0.5) && ids.length > 0 ? random.pick(ids) : random.pick(TEXTS);
    case 'custom':
      return new Uint8Array(random.pick([0, 1, 4, 64]));
    default:
      return junk(random);
  }
}

const TEXTS = [
  ...['a', 'name.png', 'photo', 'nope', '../x', 'a/../../b', '/etc/x', 'a\\b', 'a\0b', 'CON', '.hidden', '__proto__'],
  ...['x'.repeat(300), 'ü'.repeat(40), 'constructor', '{name}.{ext}', 'ffffffffffffffffffffffff', ''],
];

function mutated(random: FuzzRandom, value: unknown): unknown {
  if (random.chance(0.15) || typeof value !== 'object' || value === null || value instanceof Uint8Array) {
    return junk(random);
  }
  if (Array.isArray(value)) {
    return random.chance(0.5) ? [...(value as unknown[]), junk(random)] : value.map((part) => mutated(random, part));
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || random.chance(0.3)) {
    return { ...value, [random.pick(['extra', 'constructor', 'then', 'toJSON', 'prototype'])]: junk(random) };
  }
  const [key, part] = random.pick(entries);
  return random.chance(0.2)
    ? Object.fromEntries(entries.filter(([other]) => other !== key))
    : { ...value, [key]: mutated(random, part) };
}

function junk(random: FuzzRandom): unknown {
  let deep: unknown = 1;
  for (let i = random.int(0, 60); i > 0; i--) deep = i % 2 === 0 ? [deep] : { a: deep };
  return random.pick<unknown>([
    ...[null, true, 0, -1, 1.5, NaN, Infinity, 2 ** 53, '', 'x', '__proto__', 'toString', '../../etc/passwd', '\0'],
    ...['\ud800', 'a'.repeat(5000), [], [[]], {}, { toString: 1 }, { length: 1e9 }, new Uint8Array(300), deep],
    ...[new Date(0), Array<number>(50).fill(0), { constructor: { prototype: { polluted: 1 } } }, { hasOwnProperty: 1 }],
  ]);
}
