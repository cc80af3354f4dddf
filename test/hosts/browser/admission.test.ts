import { request, type IncomingHttpHeaders } from 'node:http';
import { decode, encode } from '@msgpack/msgpack';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveApp, type ServedApp } from '../../../src-main/hosts/browser/serve-app.ts';
import { appFolders, cookieOf, removeFolders, type AppFolders } from '../../fixtures/app/served-app.ts';

let folders: AppFolders;
let app: ServedApp;
let cookie: string;
let used: string;

beforeAll(async () => {
  folders = await appFolders();
  app = await serveApp(folders.options);
  used = app.server.url;
  cookie = await cookieOf(used);
});
afterAll(async () => {
  await app.close();
  await removeFolders(folders);
});

/** A request exactly as written: `fetch` would tidy up paths and refuse to forge headers. */
function ask(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port: app.server.port, path, headers, method }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** 'open', or the status of the refusal. */
function connect(headers: Record<string, string>, path = '/socket'): Promise<'open' | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${app.server.port}${path}`, { headers });
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

describe('who may talk to the browser host', () => {
  it('asks for the token, and takes it once', async () => {
    expect((await ask('/')).status).toBe(401);
    expect((await ask('/?token=guess')).status).toBe(401);
    expect((await ask(new URL(used).pathname + new URL(used).search)).status).toBe(401);
    expect((await ask('/', { cookie })).status).toBe(200);
    expect(app.server.url).not.toContain('token');
  });

  it('gives a cookie that scripts and other sites cannot use', async () => {
    const other = await serveApp(folders.options);
    try {
      const response = await fetch(other.server.url, { redirect: 'manual' });
      expect(response.status).toBe(303);
      expect(response.headers.get('location')).toBe('/');
      expect(response.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    } finally {
      await other.close();
    }
  });

  it('refuses a wrong cookie, also one of the right length', async () => {
    const [name, value] = cookie.split('=');
    expect((await ask('/', { cookie: `${name}=${'A'.repeat(value.length)}` })).status).toBe(401);
    expect((await ask('/', { cookie: `${name}=` })).status).toBe(401);
  });

  it('refuses other host names, as DNS rebinding sends them', async () => {
    const { port } = app.server;
    expect((await ask('/', { cookie, host: `evil.example:${port}` })).status).toBe(403);
    expect((await ask('/', { cookie, host: '127.0.0.1' })).status).toBe(403);
    expect((await ask('/', { cookie, host: `localhost:${port}` })).status).toBe(200);
  });

  it('refuses requests from pages of others', async () => {
    const { port } = app.server;
    expect((await ask('/', { cookie, origin: 'http://evil.example' })).status).toBe(403);
    expect((await ask('/', { cookie, origin: 'null' })).status).toBe(403);
    expect((await ask('/', { cookie, origin: `http://127.0.0.1:${port}` })).status).toBe(200);
  });

  it('opens sockets to its own pages only', async () => {
    const origin = `http://127.0.0.1:${app.server.port}`;
    expect(await connect({ cookie, origin })).toBe('open');
    expect(await connect({ origin })).toBe(401);
    expect(await connect({ cookie })).toBe(403);
    expect(await connect({ cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await connect({ cookie, origin, host: 'evil.example' })).toBe(403);
    expect(await connect({ cookie, origin }, '/other')).toBe(404);
  });
});

describe('messages of a page', () => {
  /** The code that the socket is closed with after a message, or the answer. */
  function say(message: string | Uint8Array): Promise<number | Uint8Array> {
    const origin = `http://127.0.0.1:${app.server.port}`;
    const socket = new WebSocket(`ws://127.0.0.1:${app.server.port}/socket`, { headers: { cookie, origin } });
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
});

describe('what the browser host serves', () => {
  it('serves the renderer, with a policy that allows nothing else', async () => {
    const { status, headers, body } = await ask('/', { cookie });
    expect(status).toBe(200);
    expect(body).toContain('<title>Langevin</title>');
    const policy = headers['content-security-policy'] as string;
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    expect((await ask('/assets/main.js', { cookie })).headers['content-type']).toMatch(/^text\/javascript/);
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
  ])('answers 404 or 400 to %s', async (path) => {
    const { status, body } = await ask(path, { cookie }).catch(() => ({ status: 400, body: '' }));
    expect([400, 404]).toContain(status);
    expect(body).not.toContain('{}');
  });

  it('does not follow links out of the folder', async () => {
    const { symlink } = await import('node:fs/promises');
    const { join } = await import('node:path');
    await symlink(join(folders.root, 'secret.json'), join(folders.options.renderer, 'link.json'));
    expect((await ask('/link.json', { cookie })).status).toBe(404);
  });

  it('answers GET and HEAD only', async () => {
    expect((await ask('/', { cookie }, 'POST')).status).toBe(405);
    expect(await ask('/', { cookie }, 'HEAD')).toMatchObject({ status: 200, body: '' });
  });
});
