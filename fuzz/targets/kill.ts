import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { encodePicture } from '../../src-main/images/encode.ts';
import { writeTinyModel } from '../../test/fixtures/tiny-model.ts';
import { descendants, outliving } from '../process-tree.ts';
import type { FuzzContext, FuzzTarget } from '../target.ts';

const BIN = fileURLToPath(new URL('../../../../bin/langevin.js', import.meta.url));
/** This module, as what the child of the session cases runs. */
const KEPT_FILE = new URL('../../src-main/hosts/app/kept-file.js', import.meta.url).href;

/** `kill -9` at a random moment of what writes files: nothing that was there is lost, and nothing is half there. */
export const kill: FuzzTarget = {
  name: 'kill',
  title: 'kill -9 during a batch, a restoration, a model import and the writing of a session, in turn',
  cases: 120,
  share: 2,
  run: async (context) => {
    const bench = await Bench.open(context);
    const kinds = [bench.batch, bench.restore, bench.import, bench.session];
    for (let index = context.first; index < context.first + context.cases && !context.isOver(); index++) {
      context.tried(await kinds[index % kinds.length].call(bench, index));
    }
    await bench.finish();
  },
};

const PICTURES = 5;

class Bench {
  readonly #context: FuzzContext;
  readonly #env: NodeJS.ProcessEnv;
  /** SHA-256 of what an undisturbed run makes, by name. */
  readonly #whole = new Map<string, string>();
  readonly #made = new Set<string>();

  private constructor(context: FuzzContext) {
    this.#context = context;
    const of = (name: string): string => join(context.scratch, name);
    this.#env = { ...process.env, XDG_DATA_HOME: of('data'), XDG_CACHE_HOME: of('cache'), XDG_STATE_HOME: of('state') };
  }

  static async open(context: FuzzContext): Promise<Bench> {
    const bench = new Bench(context);
    await writeTinyModel(join(context.scratch, 'source'));
    await mkdir(bench.#at('in'));
    for (let i = 0; i < PICTURES; i++) {
      const data = Uint8Array.from({ length: 96 * 96 }, (_, k) => (k * (i + 3)) % 251);
      const picture = { width: 96, height: 96, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } } as const;
      await writeFile(bench.#at(`in/${i}.png`), await encodePicture(picture, { format: 'png' }));
    }
    await bench.#run(['models', 'import', bench.#at('source/tiny')]);
    await bench.#run(bench.#batchArgs('reference', []));
    for (const name of await readdir(bench.#at('reference'))) {
      if (name.endsWith('.png')) bench.#whole.set(name, digest(bench.#at(`reference/${name}`)));
    }
    if (bench.#whole.size !== PICTURES) throw new Error(`The batch has made ${bench.#whole.size} of ${PICTURES}.`);
    return bench;
  }

  async batch(index: number): Promise<string> {
    const outcome = await this.#killed(index, this.#batchArgs('out', existsSync(this.#at('out')) ? ['--resume'] : []));
    const { fault } = this.#context;
    for (const name of await readdir(this.#at('out')).catch(() => [])) {
      if (!name.endsWith('.png') || name.startsWith('.')) continue;
      this.#made.add(name);
      if (digest(this.#at(`out/${name}`)) !== this.#whole.get(name)) fault('corrupt', index, `batch: ${name}`);
    }
    for (const name of this.#made) if (!existsSync(this.#at(`out/${name}`))) fault('lost', index, `batch: ${name}`);
    return `batch ${outcome}`;
  }

  async restore(index: number): Promise<string> {
    const output = this.#at(`single-${index}.png`);
    const args = ['restore', this.#at('in/0.png'), '-o', output, ...NETWORK, '--model', 'tiny'];
    const outcome = await this.#killed(index, args);
    const wanted = this.#whole.get('0_denoise.png');
    if (existsSync(output) && digest(output) !== wanted) this.#context.fault('corrupt', index, 'restore');
    return `restore ${outcome}`;
  }

  async import(index: number): Promise<string> {
    const outcome = await this.#killed(index, ['models', 'import', this.#at('source/tiny'), '--replace']);
    const { stdout } = await this.#run(['models', 'list', '--json']);
    const line = stdout.split('\n').find((text) => text.includes('"models"')) ?? '{"models":[]}';
    const { models } = JSON.parse(line) as { models: { name: string; problem?: unknown }[] };
    const found = models.find(({ name }) => name === 'tiny');
    if (found === undefined) this.#context.fault('lost', index, 'import: the model is gone');
    else if (found.problem !== undefined) this.#context.fault('corrupt', index, 'import: the model is broken');
    return `import ${outcome}`;
  }

  async session(index: number): Promise<string> {
    const path = this.#at('session.msgpack');
    const code = `
      const { KeptFile } = await import(${JSON.stringify(KEPT_FILE)});
      const file = new KeptFile(${JSON.stringify(path)});
      for (let n = Number(process.argv[1]); ; n++) {
        await file.write(new Uint8Array(20_000).fill(n % 251));
        process.stdout.write(n + '\\n');
      }`;
    const before = existsSync(path) ? 1 : 0;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, `${index * 1000 + 1}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let written = '';
    child.stdout.on('data', (chunk: Buffer) => (written += chunk.toString()));
    await delay(this.#context.random(index).int(150, 1500));
    await ended(child, 'SIGKILL');
    const last = written.trim().split('\n').at(-1);
    if (!existsSync(path)) {
      if (last || before) this.#context.fault('lost', index, 'session');
      return 'session killed before its first write';
    }
    const bytes = readFileSync(path);
    const isWhole = bytes.length === 20_000 && bytes.every((byte) => byte === bytes[0]);
    // What was reported as written is there, or the next one.
    const isNew = !last || bytes[0] === Number(last) % 251 || bytes[0] === (Number(last) + 1) % 251;
    if (!isWhole) this.#context.fault('corrupt', index, `session: ${bytes.length} bytes`);
    else if (!isNew) this.#context.fault('lost', index, 'session: an older one is there');
    return 'session killed';
  }

  /** After all the kills a last run makes everything. */
  async finish(): Promise<void> {
    if (!existsSync(this.#at('out'))) return;
    await this.#run(this.#batchArgs('out', ['--resume']));
    for (const [name, whole] of this.#whole) {
      const path = this.#at(`out/${name}`);
      if (!existsSync(path)) this.#context.fault('lost', -1, `batch: ${name} after the last run`);
      else if (digest(path) !== whole) this.#context.fault('corrupt', -1, `batch: ${name} after the last run`);
    }
  }

  async #killed(index: number, args: readonly string[]): Promise<string> {
    const child = spawn(process.execPath, [BIN, ...args], { env: this.#env, stdio: 'ignore' });
    const below = new Set<number>();
    const end = Date.now() + this.#context.random(index).int(100, 4000);
    while (Date.now() < end && child.exitCode === null) {
      for (const pid of descendants(child.pid!)) below.add(pid);
      await delay(20);
    }
    const outcome = child.exitCode === null ? 'killed' : 'through';
    await ended(child, 'SIGKILL');
    for (const pid of await outliving(below, 4000))
      this.#context.fault('orphan', index, `process ${pid} of ${args[0]}`);
    return outcome;
  }

  #run(args: readonly string[]): Promise<{ stdout: string }> {
    const child = spawn(process.execPath, [BIN, ...args], { env: this.#env, stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    return new Promise((resolve) => child.once('close', () => resolve({ stdout })));
  }

  #batchArgs(output: string, more: readonly string[]): string[] {
    return ['batch', this.#at('in'), '-o', this.#at(output), ...NETWORK, '--model', 'tiny', ...more];
  }

  #at(name: string): string {
    return join(this.#context.scratch, name);
  }
}

const NETWORK = ['--task', 'denoise', '--noise', '10', '--provider', 'cpu', '--quiet'];

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exit;
}
