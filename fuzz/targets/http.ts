import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { FuzzRandom } from '../fuzz-random.ts';
import { startServed, type Served } from '../served.ts';
import { WorkingClock } from '../working-clock.ts';
import { HANG_MS, type FuzzContext, type FuzzTarget } from '../target.ts';

/** Requests, upgrades and resets of those who have no key, to a server that must neither end, hang nor let them in. */
export const http: FuzzTarget = {
  name: 'http',
  title: 'malformed HTTP requests, upgrades and resets without the key',
  cases: 10_000,
  share: 2,
  run: async (context) => {
    let server = await startServed({ scratch: context.scratch });
    const end = context.first + context.cases;
    try {
      for (let index = context.first; index < end && !context.isOver(); index += AT_ONCE) {
        const indices = Array.from({ length: Math.min(AT_ONCE, end - index) }, (_, i) => index + i);
        await Promise.all(indices.map((each) => attack(context, server, each)));
        // The end of a process is noticed a little after its cause.
        await delay(2);
        if (server.isDead()) {
          const [first = 'it ended'] = /[A-Za-z]*Error[^\n]*/.exec(server.errors()) ?? [];
          context.fault('crash', index, `${first} in these ${AT_ONCE} cases or just before them`);
          server = await startServed({ scratch: context.scratch });
        } else if (index % (50 * AT_ONCE) === 0 && (await status(server, '')) === 0) {
          context.fault('hang', index, `no answer to an honest request within ${HANG_MS} ms`);
        }
      }
      // Nothing of all this may be in the way of those who come with the token.
      if ((await status(server, new URL(server.url).search)) >= 400) {
        context.fault('hang', end, 'the token is not taken after the attack');
      }
    } finally {
      await server.kill();
    }
  },
};

/** Connections open at the same time. */
const AT_ONCE = 8;

async function attack(context: FuzzContext, { port }: Served, index: number): Promise<void> {
  const { request, reset } = requestOf(context.random(index), port);
  const answer = await send(port, request, reset);
  const code = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1];
  if (code === '200' || code === '101') {
    context.fault('admitted', index, `${code} for ${JSON.stringify(request.toString('latin1').slice(0, 160))}`);
  }
  context.tried(code ?? answer);
}

/** Status of an honest request, 0 when there was no answer. */
async function status({ port, pid }: Served, query: string): Promise<number> {
  const clock = new WorkingClock(pid);
  const abort = new AbortController();
  const watch = setInterval(() => clock.now() > HANG_MS && abort.abort(), 500);
  try {
    return (await fetch(`http://127.0.0.1:${port}/${query}`, { signal: abort.signal, redirect: 'manual' })).status;
  } catch {
    return 0;
  } finally {
    clearInterval(watch);
    clock.stop();
  }
}

type Reset = 'never' | 'at-once' | 'after-answer';

/** The beginning of the answer, 'no answer', or how the connection ended. */
function send(port: number, request: Buffer, reset: Reset): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    const done = (): void => {
      clearTimeout(timer);
      resolve(answer === '' ? 'no answer' : answer);
    };
    // Half of a request waits for its other half: that is no hang.
    const timer = setTimeout(() => {
      socket.destroy();
      done();
    }, 120);
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1').slice(0, 100);
      if (answer.length < 13) return;
      if (reset === 'after-answer') socket.resetAndDestroy();
      else socket.destroy();
      done();
    });
    socket.on('error', done);
    socket.on('close', done);
    socket.write(request);
    if (reset === 'at-once') socket.resetAndDestroy();
  });
}

const PATHS = [
  ...[
    '/',
    '/index.html',
    '/socket',
    '//',
    '///',
    '/\\',
    'http://[',
    'http://127.0.0.1/',
    '*',
    '/?token=%',
    '/%',
    '/%00',
  ],
  ...[
    '/..;/',
    'http://a:b@c/',
    'x:',
    '/?',
    '/#',
    '//[::1',
    '//%',
    '/\u00ff',
    'http://',
    'https://x:99999/',
    '/a b',
    '//@',
  ],
  ...[
    '//host:99999999/',
    `/assets/${'a'.repeat(5000)}`,
    '\\\\x',
    `/?token=${'A'.repeat(43)}`,
    'http:////',
    '/.',
    '/..',
    '',
  ],
  ...['/socket?', '/socket/', '/socket#', '//socket', '/?token', '/?token=&token=', '/?%74oken=x', '/assets/main.js'],
];
const METHODS = [
  'GET',
  'GET',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'PRI',
  'get',
  'DELETE',
  'M-SEARCH',
  '',
];
const VERSIONS = ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/1.2', 'HTTP/', ''];
const ODD_HEADERS = [
  ...['Transfer-Encoding: chunked', 'Content-Length: -1', 'Content-Length: 99999999999', 'Expect: 100-continue'],
  ...[
    'X: \x7f',
    ' folded',
    'Host: other',
    'Cookie: langevin=; ;;=',
    'Connection: close, Upgrade',
    ': empty',
    'A'.repeat(70_000),
  ],
];
const ENDS = [
  '',
  '',
  '',
  'ZZ\r\n',
  '\x81\x00',
  '\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff',
  '5\r\nhello',
  'GET / HTTP/1.1\r\n\r\n',
];

function requestOf(random: FuzzRandom, port: number): { request: Buffer; reset: Reset } {
  const own = `127.0.0.1:${port}`;
  let path = random.pick(PATHS);
  if (random.chance(0.3)) {
    const letters = [...path];
    letters.splice(random.int(0, letters.length), random.int(0, 1), String.fromCharCode(random.int(33, 255)));
    path = letters.join('');
  }
  const others = ['evil', '', `localhost:${port}`, '127.0.0.1', `${own}.`, `[::1]:${port}`, `${own}, ${own}`];
  const lines = [`${random.pick(METHODS)} ${path} ${random.pick(VERSIONS)}`];
  if (!random.chance(0.03)) lines.push(`Host: ${random.chance(0.85) ? own : random.pick(others)}`);
  if (random.chance(0.5))
    lines.push(`Origin: ${random.pick([`http://${own}`, `http://${own}`, 'null', 'http://evil', ''])}`);
  if (random.chance(0.4)) lines.push(...upgradeHeaders(random));
  if (random.chance(0.15)) lines.push(random.pick(ODD_HEADERS));
  const text = `${lines.join('\r\n')}\r\n\r\n${random.pick(ENDS)}`;
  const cut = random.chance(0.05) ? random.int(0, text.length) : text.length;
  const reset = random.pick(['never', 'never', 'never', 'after-answer', 'at-once'] as const);
  return { request: Buffer.from(text.slice(0, cut), 'latin1'), reset };
}

function upgradeHeaders(random: FuzzRandom): string[] {
  const extensions = ['permessage-deflate; server_max_window_bits=999', ';;;', 'x=" ', 'a,'.repeat(500)];
  const protocols = [
    'a,a',
    '\x01',
    ',',
    'langevin',
    `langevin, ${'A'.repeat(43)}`,
    'langevin,,',
    `langevin, ${'é'.repeat(20)}`,
  ];
  return [
    'Connection: Upgrade',
    `Upgrade: ${random.pick(['websocket', 'websocket', 'h2c', 'websocket, x', ''])}`,
    `Sec-WebSocket-Version: ${random.pick([13, 13, 8, 99, ''])}`,
    `Sec-WebSocket-Key: ${random.pick(['dGhlIHNhbXBsZSBub25jZQ==', '', 'x', 'A'.repeat(300)])}`,
    ...(random.chance(0.3) ? [`Sec-WebSocket-Extensions: ${random.pick(extensions)}`] : []),
    ...(random.chance(0.4) ? [`Sec-WebSocket-Protocol: ${random.pick(protocols)}`] : []),
  ];
}
