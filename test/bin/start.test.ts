import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storedZip } from '../fixtures/stored-zip.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const modules = dirname(dirname(createRequire(import.meta.url).resolve('electron/package.json')));

let root: string;
let electron: string;
const servers: Server[] = [];

/** A clone that is built, with the package of Electron but without its program. */
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'langevin start-')));
  electron = join(root, 'node_modules', 'electron');
  await cp(join(repository, 'bin'), join(root, 'bin'), { recursive: true });
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
  await put('bin/langevin.js', `process.stdout.write('BROWSER ' + process.argv.slice(2).join(' ') + '\\n');`);
  for (const part of ['main/index.js', 'preload/index.cjs', 'renderer/index.html', 'node/hosts/cli/main.js']) {
    await put(`out/${part}`, '');
  }
  await mkdir(electron, { recursive: true });
  for (const file of ['package.json', 'install.js', 'checksums.json']) {
    await cp(join(modules, 'electron', file), join(electron, file));
  }
  for (const scope of ['@electron', '@electron-internal']) {
    await symlink(join(modules, scope), join(root, 'node_modules', scope));
  }
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await rm(root, { recursive: true, force: true });
});

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

const script = (body: string): string => `#!/bin/sh\n${body}\n`;

/** Puts a program where Electron's belongs. */
async function install(body: string, mode = 0o755): Promise<void> {
  await put('node_modules/electron/path.txt', 'electron');
  await put('node_modules/electron/dist/electron', script(body));
  await chmod(join(electron, 'dist', 'electron'), mode);
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm start`, in the environment of a desktop session without a proxy. */
function start(
  env: Readonly<Record<string, string | undefined>> = {},
  args: readonly string[] = [],
  onStart: (pid: number) => void = () => undefined,
): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(([name]) => !/proxy|^npm_|^electron/i.test(name));
  const child = spawn(process.execPath, [join(root, 'bin', 'start.js'), ...args], {
    env: { ...Object.fromEntries(inherited), DISPLAY: ':9', electron_config_cache: join(root, 'cache'), ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (stdout.includes('READY')) onStart(child.pid!);
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

/** Serves one file for every path. @returns its address. */
async function serve(status: number, body: Uint8Array): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'Content-Length': body.length });
    response.end(body);
  });
  return listening(server);
}

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A release of Electron whose program is a script; its checksum is what the package expects unless told otherwise. */
async function release(body: string, { isGenuine = true } = {}): Promise<Uint8Array> {
  const { version } = JSON.parse(await readFile(join(electron, 'package.json'), 'utf8')) as { version: string };
  const zip = storedZip([
    { path: 'electron', text: script(body), mode: 0o755 },
    { path: 'version', text: version },
  ]);
  const sha256 = createHash('sha256')
    .update(isGenuine ? zip : 'else')
    .digest('hex');
  const name = `electron-v${version}-${process.platform}-${process.arch}.zip`;
  await writeFile(join(electron, 'checksums.json'), JSON.stringify({ [name]: sha256 }));
  return zip;
}

describe.skipIf(process.platform === 'win32')('npm start', () => {
  it('runs the desktop app with what it was given, in an environment for it', async () => {
    await install('echo "ELECTRON $@ [$ELECTRON_RUN_AS_NODE]"; echo noise >&2');
    const { code, stdout, stderr } = await start({ ELECTRON_RUN_AS_NODE: '1' }, ['a b.png', '--flag']);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `ELECTRON ${root}/ a b.png --flag []\n`,
      stderr: 'noise\n',
    });
  });

  it.each([
    [
      'the sandbox of Ubuntu',
      'FATAL:setuid_sandbox_host.cc(158)] The SUID sandbox helper binary was found, but is not configured correctly.',
      'kill -TRAP $$',
      /forbids the sandbox/,
      /This mends it: sudo chown root:root ".*chrome-sandbox" && sudo chmod 4755/,
    ],
    [
      'namespaces that are forbidden',
      'FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox! Update your kernel',
      'exit 1',
      /forbids the sandbox/,
      /chmod 4755/,
    ],
    [
      'root',
      'ERROR:zygote_host_impl_linux.cc(101)] Running as root without --no-sandbox is not supported.',
      'exit 1',
      /does not run as root/,
      /sudo -u YOUR-NAME npm start/,
    ],
    [
      'no display',
      'ERROR:ozone_platform_x11.cc(259)] Missing X server or $DISPLAY',
      'exit 1',
      /there is no display/,
      /desktop session/,
    ],
    [
      'a missing library',
      'electron: error while loading shared libraries: libnss3.so: cannot open shared object file: No such file or directory',
      'exit 127',
      /this system has no libnss3\.so\./,
      /sudo (apt-get|dnf|pacman) .*nss/,
    ],
    [
      'an old system',
      "electron: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by electron)",
      'exit 1',
      /needs a newer system \(GLIBC_2\.34\)/,
      /browser/,
    ],
    ['something else', 'line one\nline two', 'kill -SEGV $$', /ended at once \(signal SIGSEGV\)/, /line one\nline two/],
  ])('says that it was %s, what mends it, and opens the browser', async (_what, words, end, reason, remedy) => {
    await install(`cat >&2 <<'WORDS'\n${words}\nWORDS\n${end}`);
    const { code, stdout, stderr } = await start({}, ['a.png']);
    expect(stderr).toMatch(reason);
    expect(stderr).toMatch(remedy);
    expect(stderr).toContain('Langevin opens in your browser instead.\nOpen there what was named here: a.png');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'BROWSER serve --open\n' });
  });

  it('says which file cannot be run, and opens the browser', async () => {
    await install('exit 0', 0o644);
    const { stdout, stderr } = await start();
    expect(stderr).toMatch(/dist\/electron cannot be run \(EACCES\)[^]*delete the folder/);
    expect(stdout).toBe('BROWSER serve --open\n');
  });

  it('opens nothing further when people end it', async () => {
    await install('trap "exit 1" INT; echo READY; while :; do sleep 0.05; done');
    const { code, stdout } = await start({}, [], (pid) => process.kill(pid, 'SIGINT'));
    expect({ code, stdout }).toEqual({ code: 130, stdout: 'READY\n' });
  });

  it('takes the program of a folder that the environment names, without path.txt', async () => {
    await install('echo OWN');
    await rm(join(electron, 'path.txt'));
    const { stdout } = await start({ ELECTRON_OVERRIDE_DIST_PATH: join(electron, 'dist') });
    expect(stdout).toBe('OWN\n');
  });

  it('opens the browser where node_modules has no Electron', async () => {
    await rm(electron, { recursive: true });
    const { stdout, stderr } = await start();
    expect(stderr).toContain('node_modules has none');
    expect(stdout).toBe('BROWSER serve --open\n');
  });

  it('does not fetch a program that could not show a window', async () => {
    const { stdout, stderr } = await start({
      DISPLAY: '',
      WAYLAND_DISPLAY: '',
      ELECTRON_MIRROR: 'http://127.0.0.1:9/',
    });
    expect(stderr).toMatch(process.platform === 'linux' ? /There is no display/ : /could not be fetched/);
    expect(stderr).not.toContain('Fetching');
    expect(stdout).toBe('BROWSER serve --open\n');
  });

  it('fetches the program from a mirror, showing how far it is, and once', async () => {
    const mirror = await serve(200, await release('echo FETCHED'));
    const first = await start({ ELECTRON_MIRROR: mirror });
    expect(first.stderr).toMatch(/Fetching Electron [\d.]+, once …\n(.*\n)*. 100 % of \d+ MB/);
    expect(first).toMatchObject({ code: 0, stdout: 'FETCHED\n' });
    servers.splice(0).forEach((server) => server.close());
    expect(await start({ ELECTRON_MIRROR: mirror })).toEqual({ code: 0, stdout: 'FETCHED\n', stderr: '' });
  });

  it('fetches it through the proxy that npm is configured with', async () => {
    const target = await serve(200, await release('echo BY PROXY'));
    const seen: string[] = [];
    const proxy = createServer((request, response) => {
      seen.push(request.url!);
      void fetch(target).then(async (answer) => response.end(Buffer.from(await answer.arrayBuffer())));
    });
    proxy.on('connect', (request, socket) => {
      seen.push(request.url!);
      const through = connect(Number(new URL(target).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(through).pipe(socket);
      });
    });
    const { stdout } = await start({
      ELECTRON_MIRROR: 'http://mirror.invalid/',
      npm_config_proxy: await listening(proxy),
    });
    expect(seen.join(' ')).toContain('mirror.invalid');
    expect(stdout).toBe('BY PROXY\n');
  });

  it.each([
    ['what came is not what was published', true, 200, /Checksum|checksum|expected/],
    ['the server has no such file', false, 404, /the server refused it \(Response code 404/],
  ])('says that %s, keeps nothing, and opens the browser', async (_what, isForged, status, reason) => {
    const mirror = await serve(status, await release('echo FORGED', { isGenuine: !isForged }));
    const { code, stdout, stderr } = await start({ ELECTRON_MIRROR: mirror });
    expect(stderr).toMatch(reason);
    expect(stderr).toContain('could not be fetched');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'BROWSER serve --open\n' });
    expect(existsSync(join(electron, 'dist'))).toBe(false);
  });

  it('says that no server answers, and how to name a proxy or a mirror', async () => {
    const { stderr } = await start({ ELECTRON_MIRROR: 'http://127.0.0.1:9/' });
    expect(stderr).toMatch(/ECONNREFUSED|bad port/);
    expect(stderr).toContain('opens in your browser');
  });

  it('builds what is not built, and says what to run when that fails', async () => {
    await install('echo ELECTRON');
    await rm(join(root, 'out', 'main'), { recursive: true });
    await put('npm.js', `process.exitCode = 1;`);
    const npm = { npm_execpath: join(root, 'npm.js') };
    const failed = await start(npm);
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toContain('there is no out/main/index.js). Run: npm ci && npm run build');
    await put(
      'npm.js',
      `import { mkdirSync, writeFileSync } from 'node:fs';
      if (process.argv.slice(2).join(' ') !== 'run build') process.exit(1);
      mkdirSync('out/main'); writeFileSync('out/main/index.js', '');`,
    );
    expect(await start(npm)).toMatchObject({ code: 0, stdout: 'ELECTRON\n' });
  });
});
