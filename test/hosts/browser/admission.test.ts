import { connect as connectTcp, type Socket as TcpSocket } from 'node:net';
import { request, type IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { decode, encode } from '@msgpack/msgpack';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Admission } from '../../../src-main/hosts/browser/admission.ts';
import { PageKeys } from '../../../src-main/hosts/browser/page-keys.ts';
import { userOf } from '../../../src-main/hosts/browser/peer-user.ts';
import { serveApp, type ServedApp } from '../../../src-main/hosts/browser/serve-app.ts';
import { openingFor, type Opening } from '../../../src-renderer/client/admission.ts';
import { accessOf, appFolders, removeFolders, type AppFolders } from '../../fixtures/app/served-app.ts';

let folders: AppFolders;
let app: ServedApp;
let path: string;
let key: string;
let used: string;
let origin: string;

beforeAll(async () => {
  folders = await appFolders();
  app = await serveApp(folders.options);
  used = app.server.url;
  origin = `http://127.0.0.1:${app.server.port}`;
  ({ path, key } = await accessOf(used));
});
afterAll(async () => {
  await app.close();
  await removeFolders(folders);
});

/** A request exactly as written: `fetch` would tidy up paths and refuse to forge headers. */
function ask(
  target: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port: app.server.port, path: target, headers, method },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

async function opening(by = key): Promise<Opening> {
  const found = await openingFor(origin, by);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

/** 'open', or the status of the refusal. */
function connect(
  protocols: string[],
  headers: Record<string, string> = { origin },
  target = '/socket',
): Promise<'open' | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${app.server.port}${target}`, protocols, { headers });
    socket.on('open', () => {
      socket.terminate();
      resolve('open');
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode!);
      socket.terminate();
    });
    socket.on('error', reject);
  });
}

/** A connection that says what it is told to, and what becomes of it. */
function tcp(text: string, allowHalfOpen = true): { socket: TcpSocket; closed: Promise<string> } {
  const socket = connectTcp({ port: app.server.port, host: '127.0.0.1', allowHalfOpen });
  let heard = '';
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  socket.on('error', () => undefined);
  socket.write(text);
  return { socket, closed: new Promise((resolve) => socket.on('close', () => resolve(heard))) };
}

const upgrade = (target: string, lines: readonly string[] = []): string =>
  [
    `GET ${target} HTTP/1.1`,
    `Host: 127.0.0.1:${app.server.port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    ...lines,
  ]
    .map((line) => `${line}\r\n`)
    .join('') + '\r\n';

describe('who may talk to the browser host', () => {
  it('asks for the token, and takes it once', async () => {
    expect((await ask('/')).status).toBe(401);
    expect((await ask('/?token=guess')).status).toBe(401);
    expect((await ask(new URL(used).pathname + new URL(used).search)).status).toBe(401);
    expect((await ask(path)).status).toBe(200);
    expect(app.server.url).not.toContain('token');
  });

  it('takes the token of two requests at once only once, and not of HEAD', async () => {
    const other = await serveApp(folders.options);
    try {
      const { url } = other.server;
      expect((await fetch(url, { method: 'HEAD', redirect: 'manual' })).status).toBe(401);
      const answers = await Promise.all([1, 2, 3].map(() => fetch(url, { redirect: 'manual' })));
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 401, 401]);
    } finally {
      await other.close();
    }
  });

  it('gives no cookie, which every port of this machine would get, but a key in the fragment', async () => {
    const other = await serveApp(folders.options);
    try {
      const response = await fetch(other.server.url, { redirect: 'manual' });
      expect(response.headers.get('set-cookie')).toBeNull();
      expect(response.headers.get('location')).toMatch(/^\/p\/[\w-]{43}\/#key=[\w-]{43}$/);
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    } finally {
      await other.close();
    }
  });

  it('shows the page to nobody who does not know its name', async () => {
    expect((await ask(`/p/${'A'.repeat(43)}/`)).status).toBe(401);
    expect((await ask('/p//')).status).toBe(401);
    expect((await ask('/index.html')).status).toBe(401);
    expect((await ask('/assets/main.js')).status).toBe(401);
  });

  it('refuses other host names, as DNS rebinding sends them', async () => {
    const { port } = app.server;
    expect((await ask(path, { host: `evil.example:${port}` })).status).toBe(403);
    expect((await ask(path, { host: '127.0.0.1' })).status).toBe(403);
    expect((await ask(path, { host: `localhost:${port}` })).status).toBe(200);
  });

  it('refuses requests from pages of others, also of other ports', async () => {
    for (const foreign of [
      'http://evil.example',
      'null',
      'http://127.0.0.1:1',
      `https://127.0.0.1:${app.server.port}`,
    ]) {
      expect((await ask(path, { origin: foreign })).status).toBe(403);
    }
    expect((await ask(path, { origin })).status).toBe(200);
  });

  it('opens sockets to pages that prove to know a key', async () => {
    const { protocols } = await opening();
    expect(await connect(protocols)).toBe('open');
    const [name, proof] = protocols;
    const [id, challenge, answer] = proof.split('.');
    expect(await connect([name])).toBe(401);
    expect(await connect([name, `${id}.${challenge}.${'A'.repeat(43)}`])).toBe(401);
    expect(await connect([name, `${'A'.repeat(43)}.${challenge}.${answer}`])).toBe(401);
    expect(await connect([name, `${id}.${challenge.replace(/^./, '1')}.${answer}`])).toBe(401);
    expect(await connect([name, key])).toBe(401);
    expect(await connect(protocols, {})).toBe(403);
    expect(await connect(protocols, { origin: 'http://evil.example' })).toBe(403);
    expect(await connect(protocols, { origin, host: 'evil.example' })).toBe(403);
    expect(await connect(protocols, { origin }, '/other')).toBe(404);
    // A proof for one name of the host is none for another.
    const other = origin.replace('127.0.0.1', 'localhost');
    expect(await connect(protocols, { origin: other, host: new URL(other).host })).toBe(401);
  });

  it('says nothing to pages that it does not know', async () => {
    expect(await openingFor(origin, 'A'.repeat(43))).toBe('refused');
    expect(await openingFor(origin, undefined)).toBe('refused');
    expect((await ask('/challenge')).status).toBe(401);
    expect((await ask('/challenge?key=%00&nonce=1')).status).toBe(401);
  });

  it('can use port 80, which browsers do not write', async () => {
    const admission = new Admission(80, await PageKeys.open(`${folders.root}/none.json`));
    expect(admission.isOwnHost('127.0.0.1')).toBe(true);
    expect(admission.isOwnHost('localhost')).toBe(true);
    expect(admission.isOwnHost('127.0.0.1:80')).toBe(false);
  });

  it('can tell whose a connection is', () => {
    const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 1 1
   1: 0100007F:D431 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1001        0 1 1`;
    expect(userOf(table, 0xd431, 0x1f90)).toBe(1001);
    expect(userOf(table, 0x1f90, 0xd431)).toBe(1000);
    expect(userOf(table, 1, 2)).toBeUndefined();
    expect(userOf('', 1, 2)).toBeUndefined();
  });
});

describe('those without a key', () => {
  const isWell = async (): Promise<boolean> => (await ask(path)).status === 200;

  it.each(['//', '///', 'http://[', 'http://a:b@c/', '/\\', '*', 'x:', '//[::1', '/%', '/?token=%', ''])(
    'do not end the program by the address "%s"',
    async (target) => {
      const requests = [`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${app.server.port}\r\n\r\n`, upgrade(target)];
      requests.push(upgrade(target, [`Origin: ${origin}`]), `CONNECT ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
      for (const text of requests) {
        const { socket, closed } = tcp(text);
        socket.setTimeout(300, () => socket.destroy());
        expect(await closed).not.toMatch(/^HTTP\/1\.1 (2|3|101)/);
      }
      expect(await isWell()).toBe(true);
    },
  );

  it('do not end it by a reset in the middle', async () => {
    for (let i = 0; i < 150; i++) {
      const { socket, closed } = tcp(upgrade('/socket', ['Origin: http://evil.example']));
      if (i % 3 === 1) await delay(1);
      if (i % 3 === 2) await new Promise((resolve) => socket.once('data', resolve));
      socket.resetAndDestroy();
      await closed;
    }
    expect(await isWell()).toBe(true);
  });

  it('hold no connection after they were refused, though they do not end their side', async () => {
    const refused = Array.from({ length: 20 }, () => tcp(upgrade('/socket', ['Origin: http://evil.example'])));
    const told = await Promise.all(
      refused.map(
        ({ socket }) => new Promise<string>((resolve) => socket.once('data', (d: Buffer) => resolve(`${d}`))),
      ),
    );
    expect(told.every((text) => text.startsWith('HTTP/1.1 403'))).toBe(true);
    await delay(200);
    // Half-open, they can still write; the other end is gone and says so.
    for (let i = 0; i < 2; i++) {
      for (const { socket } of refused) socket.write('x');
      await delay(100);
    }
    await Promise.all(refused.map(({ closed }) => closed));
  });

  it('hold no connection without saying what they want, and lock nobody out', async () => {
    const silent = Array.from({ length: 260 }, () => tcp('GET / HTTP/1.1\r\nHost: ', false));
    await delay(300);
    expect(await isWell()).toBe(true);
    await Promise.all(silent.map(({ closed }) => closed));
  });
});

describe('messages of a page', () => {
  /** The code that the socket is closed with after a message, or the answer. */
  async function say(message: string | Uint8Array): Promise<number | Uint8Array> {
    const { url, protocols } = await opening();
    const socket = new WebSocket(url, protocols, { headers: { origin } });
    return new Promise((resolve, reject) => {
      socket.on('open', () => socket.send(message));
      socket.on('message', (data: Buffer) => {
        socket.terminate();
        resolve(data);
      });
      socket.on('close', resolve);
      socket.on('error', reject);
    });
  }

  it('close the connection when they are none', async () => {
    expect(await say('{"id":1,"call":"hello","request":{}}')).toBe(1002);
    expect(await say(Uint8Array.of(0xc1))).toBe(1002);
    expect(await say(encode({ id: 'one', call: 'hello', request: {} }))).toBe(1002);
    expect(await say(encode({ id: 1, call: 'hello', request: {}, extra: 1 }))).toBe(1002);
  });

  it('are answered with their id, also when the request is nonsense', async () => {
    for (const call of ['hello', 'none', '__proto__', 7, null]) {
      const answer = decode((await say(encode({ id: 5, call, request: {} }))) as Uint8Array);
      expect(answer).toMatchObject({ id: 5, reply: { ok: call === 'hello' } });
    }
  });

  it('hold nobody up with very many keys, and are not repeated', async () => {
    const keys = Object.fromEntries(Array.from({ length: 400_000 }, (_, i) => [`unknown${i}`, i]));
    const message = encode({ id: 5, call: 'hello', request: keys });
    expect(await say(message)).toBe(1002);
    const fewer = Object.fromEntries(Array.from({ length: 15_000 }, (_, i) => [`unknown${i}`, i]));
    for (const [call, request] of [
      ['hello', fewer],
      ['x'.repeat(100_000), {}],
      ['readPicture', { file: 'x'.repeat(100_000) }],
      ['choices', { task: 'y'.repeat(100_000), model: 'z'.repeat(100_000) }],
    ]) {
      expect(((await say(encode({ id: 5, call, request }))) as Uint8Array).length).toBeLessThan(1000);
    }
  });

  it('are refused when they are larger than their call may be', async () => {
    const file = new Uint8Array(5 * 2 ** 20);
    const answer = decode((await say(encode({ id: 5, call: 'hello', request: { file } }))) as Uint8Array);
    expect(answer).toMatchObject({ id: 5, reply: { ok: false, code: 'invalid-argument' } });
    expect(JSON.stringify(answer)).toContain('at most 4 MiB');
    const upload = decode(
      (await say(encode({ id: 5, call: 'addFile', request: { name: 'a', bytes: file } }))) as Uint8Array,
    );
    expect(upload).toMatchObject({ reply: { ok: true } });
  });
});

describe('a page and a host that starts anew', () => {
  it('find each other at the same address with the same session, and nowhere else', async () => {
    const own = await appFolders();
    const { port: _port, ...options } = own.options;
    const first = await serveApp(options);
    const { port } = first.server;
    const access = await accessOf(first.server.url);
    const here = `http://127.0.0.1:${port}`;
    await first.close();
    expect(await openingFor(here, access.key)).toBe('lost');

    const second = await serveApp(options);
    expect(second.server.port).toBe(port);
    expect(await openingFor(here, access.key)).toMatchObject({ protocols: ['langevin', expect.any(String)] });
    expect((await fetch(`${here}${access.path}`)).status).toBe(200);
    await second.close();

    // Another session at this address: another program for this page.
    const stranger = await serveApp({ ...folders.options, stateFolder: `${folders.root}/stranger`, port });
    expect(await openingFor(here, access.key)).toBe('refused');
    expect((await fetch(`${here}${access.path}`)).status).toBe(401);

    // The last port is taken: any other will do.
    const third = await serveApp(options);
    expect(third.server.port).not.toBe(port);
    await third.close();
    await stranger.close();
    await removeFolders(own);
  });
});

describe('what the browser host serves', () => {
  it('serves the renderer, with a policy that allows nothing else', async () => {
    const { status, headers, body } = await ask(path);
    expect(status).toBe(200);
    expect(body).toContain('<title>Langevin</title>');
    const policy = headers['content-security-policy'] as string;
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    expect((await ask(`${path}assets/main.js`)).headers['content-type']).toMatch(/^text\/javascript/);
  });

  it.each([
    '/../secret.json',
    '/assets/../../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/assets/..%5c..%5csecret.json',
    '//secret.json',
    '/assets',
    '/assets/',
    '/none.js',
    '/%',
    '/index.html%00.js',
    'secret.json',
  ])('does not give %s', async (name) => {
    const { status, body } = await ask(`${path.slice(0, -1)}${name}`).catch(() => ({ status: 400, body: '' }));
    expect([400, 401, 404]).toContain(status);
    expect(body).not.toContain('{}');
  });

  it('does not follow links out of the folder', async () => {
    const { symlink } = await import('node:fs/promises');
    const { join } = await import('node:path');
    await symlink(join(folders.root, 'secret.json'), join(folders.options.renderer, 'link.json'));
    expect((await ask(`${path}link.json`)).status).toBe(404);
  });

  it('answers GET and HEAD only', async () => {
    expect((await ask(path, {}, 'POST')).status).toBe(405);
    expect(await ask(path, {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
  });
});
