import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from '../../src-main/contract/app/session.ts';
import type { FileInfo } from '../../src-main/contract/app/values.ts';
import { encodePicture } from '../../src-main/images/encode.ts';
import { wienerDenoiser } from '../../test/fixtures/wiener-denoiser.ts';
import { descendants, outliving } from '../process-tree.ts';
import { startServed, type Served } from '../served.ts';
import { keyOf, ServedPage } from '../served-page.ts';
import type { FuzzContext, FuzzTarget } from '../target.ts';

const BIN = fileURLToPath(new URL('../../../../bin/langevin.js', import.meta.url));

/** `kill -9` at a random moment of what writes files: nothing that was there is lost, and nothing is half there. */
export const kill: FuzzTarget = {
  name: 'kill',
  title: 'kill -9 during a batch, a restoration, a model import and the writing of a session, in turn',
  cases: 120,
  share: 3,
  run: async (context) => {
    const bench = await Bench.open(context);
    const kinds = [bench.session, bench.import, bench.batch, bench.restore];
    for (let index = context.first; index < context.first + context.cases && !context.isOver(); index++) {
      context.tried(await kinds[index % kinds.length].call(bench, index));
    }
    if (!context.isOver()) await bench.finish();
  },
};

/** What an undisturbed run of a command has taken, milliseconds, and made. */
interface Undisturbed {
  /** Of the last run that was through: the first has cold caches. */
  took: number;
  readonly digests: ReadonlyMap<string, string>;
}

const PICTURES = 5;
const RESTORE = ['--task', 'denoise', '--noise', '10', '--model', 'wiener', '--provider', 'cpu', '--quiet'];
const FACTS = ['--name', 'wiener', '--stride', '4', '--receptive-field', '1', '--sigma-data', '0.5'];

class Bench {
  readonly #context: FuzzContext;
  readonly #env: NodeJS.ProcessEnv;
  /** Of the batch that goes on, and what it has made. */
  #batches = 0;
  readonly #made = new Set<string>();
  /** By kind, on first use: a short campaign measures only what it attacks. */
  readonly #undisturbed = new Map<string, Promise<Undisturbed>>();
  #session: { readonly file: FileInfo; readonly key: string; last: number } | undefined;

  private constructor(context: FuzzContext) {
    this.#context = context;
    const of = (name: string): string => join(context.scratch, name);
    this.#env = { ...process.env, XDG_DATA_HOME: of('data'), XDG_CACHE_HOME: of('cache'), XDG_STATE_HOME: of('state') };
  }

  static async open(context: FuzzContext): Promise<Bench> {
    const bench = new Bench(context);
    await writeFile(bench.#at('wiener.onnx'), wienerDenoiser());
    for (const folder of ['in', 'single']) await mkdir(bench.#at(folder));
    for (let i = 0; i < PICTURES; i++) await writeFile(bench.#at(`in/${i}.png`), await picture(i));
    return bench;
  }

  /** What is under a result's name is the whole result, and stays. */
  async batch(index: number): Promise<string> {
    const undisturbed = await this.#measured('batch', async () => {
      await this.#measured('import', () => this.#import());
      return this.#done(['batch', this.#at('in'), '-o', this.#at('whole'), ...RESTORE], 'whole');
    });
    // With nothing left to do, a resumed batch would only look.
    if (this.#made.size === PICTURES) this.#nextBatch();
    const outcome = await this.#killed(index, this.#batchArgs(), undisturbed);
    for (const [name, digest] of await digestsIn(this.#at(this.#output))) {
      this.#made.add(name);
      if (digest !== undisturbed.digests.get(name)) this.#context.fault('corrupt', index, `batch: ${name}`);
    }
    for (const name of this.#made) {
      if (!existsSync(this.#at(`${this.#output}/${name}`))) this.#context.fault('lost', index, `batch: ${name}`);
    }
    return `batch ${outcome}`;
  }

  /** Every other time over a result that is there, which stays whole until the new one has its name. */
  async restore(index: number): Promise<string> {
    const undisturbed = await this.#measured('restore', async () => {
      await this.#measured('import', () => this.#import());
      return this.#done(this.#restoreArgs('whole-single/a.png'), 'whole-single');
    });
    const name = `single/${index - (index % 8)}.png`;
    const path = this.#at(name);
    const wasThere = existsSync(path);
    const outcome = await this.#killed(index, this.#restoreArgs(name), undisturbed);
    if (!existsSync(path)) {
      if (wasThere) this.#context.fault('lost', index, 'restore: what was there is gone');
    } else if (sha256(path) !== undisturbed.digests.get('a.png')) this.#context.fault('corrupt', index, 'restore');
    return `restore ${outcome}`;
  }

  async import(index: number): Promise<string> {
    const undisturbed = await this.#measured('import', () => this.#import());
    const outcome = await this.#killed(index, this.#importArgs(), undisturbed);
    // The list of a program that starts afterwards: it has put back what was moved aside.
    const { stdout } = await this.#run(['models', 'list', '--json']);
    const { models } = JSON.parse(stdout) as { models: readonly { name: string; folder: string }[] };
    const found = models.find(({ name }) => name === 'wiener');
    const network = found && join(found.folder, 'wiener.onnx');
    if (network === undefined) this.#context.fault('lost', index, 'import: the model is gone');
    else if (!existsSync(network) || sha256(network) !== sha256(this.#at('wiener.onnx'))) {
      this.#context.fault('corrupt', index, 'import: the network is another one');
    }
    return `import ${outcome}`;
  }

  /** A page saves what is open, over and over; the next host has what was last acknowledged, or what came after it. */
  async session(index: number): Promise<string> {
    const { fault, random } = this.#context;
    const server = await this.#serve();
    const below = new Set<number>();
    const key = this.#session?.key ?? (await keyOf(server));
    const page = await ServedPage.open(server, key);
    if (this.#session === undefined) {
      const file = (await page.call(1, 'addFile', { name: 'a.png', bytes: await picture(1) })) as FileInfo;
      this.#session = { file, key, last: 0 };
    } else {
      const { tabs, files } = (await page.call(2, 'session', {})) as Session & { readonly files: readonly FileInfo[] };
      const found = tabs[0]?.mask === undefined ? -1 : numberOf(tabs[0].mask);
      const { last, file } = this.#session;
      if (files[0]?.id !== file.id) fault('lost', index, 'session: the picture is gone');
      else if (found < last) fault('lost', index, `session: ${found} is there, ${last} was acknowledged`);
      else if (!isMask(tabs[0].mask!)) fault('corrupt', index, 'session: another mask');
      this.#session.last = found;
    }
    const { file } = this.#session;
    const end = performance.now() + random(index).int(20, 1200);
    const pending = new Set<Promise<void>>();
    for (let n = this.#session.last + 1; performance.now() < end; n++) {
      const tab = { file: file.id, mask: mask(n), options: { task: 'inpaint' }, model: 'wiener' };
      const saved = page.call(n + 10, 'saveSession', { tabs: [tab], active: 0 }).then(
        () => void (this.#session!.last = Math.max(this.#session!.last, n)),
        () => undefined,
      );
      pending.add(saved);
      void saved.then(() => pending.delete(saved));
      if (pending.size >= 3) await Promise.race(pending);
      for (const pid of descendants(server.pid)) below.add(pid);
    }
    await server.kill();
    for (const pid of await outliving(below, 30_000)) fault('orphan', index, `process ${pid} of the app`);
    return 'session killed';
  }

  /** After all the kills a last run of each makes everything, and nothing of the others is left over. */
  async finish(): Promise<void> {
    const { fault } = this.#context;
    if (this.#undisturbed.has('batch')) {
      await this.#run(this.#batchArgs());
      const { digests } = await this.#undisturbed.get('batch')!;
      const made = await digestsIn(this.#at(this.#output));
      for (const [name, digest] of digests) {
        if (made.get(name) !== digest) fault(made.has(name) ? 'corrupt' : 'lost', -1, `batch: ${name} in the end`);
      }
    }
    if (this.#undisturbed.has('restore')) await this.#run(this.#restoreArgs('single/last.png'));
    if (this.#undisturbed.has('import')) await this.#run(this.#importArgs());
    for (const folder of [this.#output, 'single', 'data/langevin/models']) {
      const left = (await readdir(this.#at(folder)).catch(() => [])).filter(isTemporary);
      for (const name of left) fault('orphan', -1, `${folder}/${name} is left over`);
    }
  }

  get #output(): string {
    return `out-${this.#batches}`;
  }

  #nextBatch(): void {
    this.#batches++;
    this.#made.clear();
  }

  #measured(kind: string, run: () => Promise<Undisturbed>): Promise<Undisturbed> {
    const known = this.#undisturbed.get(kind) ?? run();
    this.#undisturbed.set(kind, known);
    return known;
  }

  #import(): Promise<Undisturbed> {
    return this.#done(this.#importArgs(), 'data/langevin/models/wiener');
  }

  async #done(args: readonly string[], folder: string): Promise<Undisturbed> {
    await mkdir(this.#at(folder), { recursive: true });
    const start = performance.now();
    const { code, stderr } = await this.#run(args);
    if (code !== 0) throw new Error(`langevin ${args.join(' ')} ended with ${code}: ${stderr}`);
    return { took: performance.now() - start, digests: await digestsIn(this.#at(folder)) };
  }

  async #killed(index: number, args: readonly string[], undisturbed: Undisturbed): Promise<string> {
    const child = spawn(process.execPath, [BIN, ...args], { env: this.#env, stdio: 'ignore' });
    const below = new Set<number>();
    const start = performance.now();
    const end = start + undisturbed.took * (0.05 + 0.95 * this.#context.random(index).uniform());
    while (performance.now() < end && child.exitCode === null) {
      for (const pid of descendants(child.pid!)) below.add(pid);
      await delay(20);
    }
    const outcome = child.exitCode === null ? 'killed' : 'through';
    if (outcome === 'through') undisturbed.took = performance.now() - start;
    await killed(child);
    for (const pid of await outliving(below, 30_000)) {
      this.#context.fault('orphan', index, `process ${pid} of ${args[0]}`);
    }
    return outcome;
  }

  async #run(args: readonly string[]): Promise<{ stdout: string; stderr: string; code: number | null }> {
    const child = spawn(process.execPath, [BIN, ...args], { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { stdout, stderr, code };
  }

  async #serve(): Promise<Served> {
    const scratch = this.#at('app');
    await mkdir(scratch, { recursive: true });
    return startServed({ scratch });
  }

  #batchArgs(): string[] {
    const resume = existsSync(this.#at(this.#output)) ? ['--resume'] : [];
    return ['batch', this.#at('in'), '-o', this.#at(this.#output), ...RESTORE, ...resume];
  }

  #restoreArgs(output: string): string[] {
    return ['restore', this.#at('in/0.png'), '-o', this.#at(output), ...RESTORE];
  }

  #importArgs(): string[] {
    return ['models', 'import', this.#at('wiener.onnx'), ...FACTS, '--replace', '--quiet'];
  }

  #at(name: string): string {
    return join(this.#context.scratch, name);
  }
}

function picture(seed: number): Promise<Uint8Array> {
  const data = Uint8Array.from({ length: 96 * 96 }, (_, k) => (k * (seed + 3)) % 251);
  const grey = { width: 96, height: 96, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } } as const;
  return encodePicture(grey, { format: 'png' });
}

/** Its number, then as many bytes that say which it is. */
function mask(n: number): Uint8Array {
  const bytes = new Uint8Array(20_000).fill(n % 251);
  new DataView(bytes.buffer).setUint32(0, n);
  return bytes;
}

function numberOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

function isMask(bytes: Uint8Array): boolean {
  return Buffer.from(bytes).equals(Buffer.from(mask(numberOf(bytes))));
}

async function digestsIn(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.png') && !isTemporary(name));
  return new Map(names.map((name) => [name, sha256(join(folder, name))]));
}

function isTemporary(name: string): boolean {
  return name.startsWith('.') && (name.endsWith('.part') || /^\.(import|replaced)-/.test(name));
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}
