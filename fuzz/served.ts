import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Serves the app as built; from out/fuzz/fuzz. */
const FIXTURE = fileURLToPath(new URL('../../../test/fixtures/app/serve-fixture.js', import.meta.url));

/** A server in a process of its own. */
export interface Served {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
  /** With the one-time token. */
  readonly url: string;
  /** The last of what it wrote to stderr. */
  readonly errors: () => string;
  readonly isDead: () => boolean;
  kill(): Promise<void>;
}

export interface ServedOptions {
  /** For its state, models, cache and a page. */
  readonly scratch: string;
  readonly folders?: readonly string[];
  /** Folder of model folders; absent: one without any. */
  readonly models?: string;
}

export async function startServed({ scratch, folders = [], models }: ServedOptions): Promise<Served> {
  const renderer = join(scratch, 'renderer');
  await mkdir(join(renderer, 'assets'), { recursive: true });
  await writeFile(join(renderer, 'index.html'), '<!doctype html><title>Langevin</title>');
  await writeFile(join(renderer, 'assets', 'main.js'), 'export {};');
  const options = {
    ...{ version: '0.0.0', port: 0, folders, renderer, stateFolder: join(scratch, 'state') },
    locations: {
      models: [{ folder: models ?? join(scratch, 'models'), origin: 'user' }],
      cache: join(scratch, 'cache'),
    },
  };
  const child = spawn(process.execPath, [FIXTURE, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
  let dead = false;
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      dead = true;
      resolve();
    }),
  );
  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes('\n')) resolve(printed.trim());
    });
    void ended.then(() => reject(new Error(`The server did not start: ${errors}`)));
  });
  return {
    ...{ child, pid: child.pid!, url, port: Number(new URL(url).port) },
    errors: () => errors,
    isDead: () => dead,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
