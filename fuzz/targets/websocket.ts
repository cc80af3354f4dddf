import { encode } from '@msgpack/msgpack';
import type { z } from 'zod';
import { appRequests, type AppCall } from '../../src-main/contract/app/calls.ts';
import { readPageMessage } from '../../src-main/hosts/browser/page-message.ts';
import { encodePicture } from '../../src-main/images/encode.ts';
import type { FuzzRandom } from '../fuzz-random.ts';
import { junk, mutateValue } from '../mutate-value.ts';
import { descendants, outliving } from '../process-tree.ts';
import { startServed } from '../served.ts';
import { keyOf, ServedPage, type Answer } from '../served-page.ts';
import type { FuzzContext, FuzzTarget } from '../target.ts';

/** Messages of a page that has its key: almost what the contract says, and frames that are none. */
export const websocket: FuzzTarget = {
  name: 'websocket',
  title: 'near-valid messages of a page, by the schemas of the contract',
  cases: 50_000,
  share: 2,
  run: async (context) => {
    let opened = await openPage(context);
    const end = context.first + context.cases;
    const seen = new Set<number>();
    try {
      for (let index = context.first; index < end && !context.isOver(); index += AT_ONCE) {
        if (opened.page.server.isDead()) {
          context.fault('crash', index, opened.page.server.errors().slice(-300));
          opened = await openPage(context);
        }
        if (!opened.page.isOpen) await opened.page.reconnect();
        const cases = Array.from({ length: Math.min(AT_ONCE, end - index) }, (_, i) =>
          messageOf(context.random(index + i), index + i + 1, opened.ids),
        );
        await Promise.all(cases.filter(({ isFrame }) => isFrame).map((each) => attack(context, opened, each)));
        // The server closes the socket at most of these, and would take the others with them.
        for (const each of cases.filter(({ isFrame }) => !isFrame)) {
          if (!opened.page.isOpen) await opened.page.reconnect();
          await attack(context, opened, each);
        }
        if (index % 1000 === 0) for (const pid of descendants(opened.page.server.pid)) seen.add(pid);
      }
    } finally {
      for (const pid of descendants(opened.page.server.pid)) seen.add(pid);
      await opened.page.server.kill();
      for (const pid of await outliving(seen, 5000)) context.fault('orphan', end, `process ${pid} outlived its host`);
    }
  },
};

/** Messages under way at the same time. */
const AT_ONCE = 6;

interface Page {
  readonly page: ServedPage;
  /** That the host has given out. */
  readonly ids: string[];
}

async function openPage({ scratch }: FuzzContext): Promise<Page> {
  const server = await startServed({ scratch });
  const opened: Page = { page: await ServedPage.open(server, await keyOf(server)), ids: [] };
  const picture = await encodePicture(
    { width: 8, height: 8, mode: 'gray', bitDepth: 8, data: new Uint8Array(64), metadata: { orientation: 1 } },
    { format: 'png' },
  );
  for (const bytes of [picture, new Uint8Array(10)]) {
    const answer = await opened.page.say(0, encode({ id: 0, call: 'addFile', request: { name: 'a.png', bytes } }));
    remember(opened, answer);
  }
  return opened;
}

async function attack(context: FuzzContext, opened: Page, { id, call, message }: Case): Promise<void> {
  const index = id - 1;
  const answer = await opened.page.say(id, message);
  if (answer === 'silent') context.fault('hang', index, `no answer to ${call}`);
  else if (answer !== 'closed' && 'reply' in answer && !answer.reply.ok && answer.reply.code === 'internal') {
    context.fault('untyped', index, `${call}: ${answer.reply.message.slice(0, 160)}`);
  }
  remember(opened, answer);
  context.tried(
    typeof answer === 'string' ? answer : 'reply' in answer && !answer.reply.ok ? answer.reply.code : 'answered',
  );
}

/** Ids that the host has given out lead further in. */
function remember({ ids }: Page, answer: Answer): void {
  if (typeof answer === 'string' || !('reply' in answer) || !answer.reply.ok) return;
  const value = answer.reply.value as { readonly id?: unknown } | null;
  if (typeof value?.id === 'string' && ids.length < 100) ids.push(value.id);
}

/** Calls that compute for long are not what this is about; they are cancelled by others of its messages at best. */
const SLOW: readonly AppCall[] = ['doctor', 'startRun', 'startBatch', 'planBatch', 'planRun'];
const CALLS = (Object.keys(appRequests) as AppCall[]).filter((call) => !SLOW.includes(call));

interface Case {
  /** One more than its index. */
  readonly id: number;
  readonly call: string;
  readonly message: Uint8Array;
  /** Whether the server reads it; it closes the connection at others. */
  readonly isFrame: boolean;
}

function messageOf(random: FuzzRandom, id: number, ids: readonly string[]): Case {
  const call = random.pick(CALLS);
  const request = valueOf(random, appRequests[call], ids);
  const bad = random.chance(0.7) ? mutateValue(random, request) : request;
  const message = encode({ id, call: random.chance(0.03) ? junk(random) : call, request: bad }, { maxDepth: 200 });
  if (!random.chance(0.05)) return { id, call, message, isFrame: readPageMessage(message).kind !== 'nonsense' };
  // A frame that is nearly none. Its id stays: an answer to another one would never be told from silence.
  const broken = Uint8Array.from(message);
  broken[random.int(encode({ id }).length, broken.length - 1)] = random.int(0, 255);
  return {
    ...{ id, isFrame: false },
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
