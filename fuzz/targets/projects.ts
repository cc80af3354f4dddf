import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { decode, encode } from '@msgpack/msgpack';
import { unzipSync, zipSync, type Zippable } from 'fflate';
import type { SessionTab } from '../../src-main/contract/app/session.ts';
import type { FileInfo, Id } from '../../src-main/contract/app/values.ts';
import { MANIFEST } from '../../src-main/documents/project-manifest.ts';
import { LangevinError } from '../../src-main/errors.ts';
import { encodePicture } from '../../src-main/images/encode.ts';
import { deserializeMask, serializeMask } from '../../src-renderer/canvas/mask-file.ts';
import { History } from '../../src-renderer/canvas/history.ts';
import { resumeHistory } from '../../src-renderer/canvas/history-file.ts';
import { MaskLayer } from '../../src-renderer/canvas/mask-layer.ts';
import type { FuzzRandom } from '../fuzz-random.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import { mutateValue } from '../mutate-value.ts';
import { keyOf, ServedPage } from '../served-page.ts';
import { startServed } from '../served.ts';
import type { FuzzContext, FuzzTarget } from '../target.ts';

/**
 * Projects as strangers might send them, opened by a running program: each is refused by a reason and leaves nothing behind,
 * or all that came of it can be read.
 */
export const projects: FuzzTarget = {
  name: 'projects',
  title: 'mutated projects (.langevin), opened by the served app',
  cases: 3000,
  share: 2,
  run: async (context) => {
    const end = context.first + context.cases;
    let opener = await Opener.start(context);
    try {
      for (let index = context.first; index < end && !context.isOver(); index++) {
        context.tried(await opener.attack(index));
        if (!opener.isDead) continue;
        context.fault('crash', index, opener.errors.slice(-300));
        opener = await Opener.start(context);
      }
    } finally {
      await opener.end();
    }
  },
};

const SIZE = { width: 24, height: 16 };

class Opener {
  readonly #context: FuzzContext;
  readonly #page: ServedPage;
  /** A project with a mask, a healed stroke and a result. */
  #project = new Uint8Array();
  #entries: Readonly<Record<string, Uint8Array>> = {};
  #asked = 0;

  private constructor(context: FuzzContext, page: ServedPage) {
    this.#context = context;
    this.#page = page;
  }

  static async start(context: FuzzContext): Promise<Opener> {
    const server = await startServed({ scratch: context.scratch });
    const opener = new Opener(context, await ServedPage.open(server, await keyOf(server)));
    await opener.#make();
    return opener;
  }

  get isDead(): boolean {
    return this.#page.server.isDead();
  }

  get errors(): string {
    return this.#page.server.errors();
  }

  end(): Promise<void> {
    return this.#page.server.kill();
  }

  async attack(index: number): Promise<string> {
    const bytes = this.#mutated(this.#context.random(index));
    const before = await this.#files();
    if (!this.#page.isOpen) await this.#page.reconnect();
    const added = await this.#say(index, 'addFile', { name: 'case.langevin', bytes });
    const project = (added.value as FileInfo | undefined)?.id;
    if (project === undefined) return added.outcome;
    const opened = await this.#say(index, 'openProject', { file: project });
    const { tab, files = [] } = (opened.value ?? {}) as { tab?: SessionTab; files?: readonly FileInfo[] };
    if (tab !== undefined) await this.#use(index, tab, files);
    for (const { id } of files) await this.#say(index, 'forgetFile', { file: id });
    await this.#say(index, 'forgetFile', { file: project });
    const left = (await this.#files()).filter((name) => !before.includes(name));
    if (left.length > 0) this.#context.fault('orphan', index, `left behind (${opened.outcome}): ${left.join(', ')}`);
    return opened.outcome;
  }

  /** Everything that a page asks for of what it has opened. */
  async #use(index: number, tab: SessionTab, files: readonly FileInfo[]): Promise<void> {
    for (const { id } of files) {
      await this.#say(index, 'readPicture', { file: id });
      await this.#say(index, 'openHealing', { file: id });
    }
    const runs = (await this.#say(index, 'runs', {})).value as readonly { run: Id; document: Id }[] | undefined;
    for (const { run, document } of runs ?? []) {
      if (!files.some(({ id }) => id === document)) continue;
      const { value } = await this.#say(index, 'readRun', { run });
      for (const { id } of (value as { results?: readonly { id: Id }[] } | undefined)?.results ?? []) {
        await this.#say(index, 'readResult', { result: id });
      }
    }
    try {
      const layer = tab.mask === undefined ? new MaskLayer(SIZE.width, SIZE.height) : deserializeMask(tab.mask);
      if (tab.history !== undefined) resumeHistory(tab.history, layer, new History());
    } catch (error) {
      if (error instanceof LangevinError && error.code !== 'internal') return;
      this.#context.fault(
        'untyped',
        index,
        `mask or history: ${String((error as Error).stack ?? error).slice(0, 300)}`,
      );
    }
  }

  async #say(index: number, call: string, request: unknown): Promise<{ outcome: string; value?: unknown }> {
    const id = ++this.#asked;
    const answer = await this.#page.say(id, encode({ id, call, request }));
    if (answer === 'silent') this.#context.fault('hang', index, `no answer to ${call}`);
    if (typeof answer === 'string' || !('reply' in answer)) return { outcome: String(answer) };
    if (answer.reply.ok) return { outcome: 'opened', value: answer.reply.value };
    const { code, message } = answer.reply;
    if (code === 'internal') this.#context.fault('untyped', index, `${call}: ${message.slice(0, 160)}`);
    return { outcome: code };
  }

  /** Names of what the program keeps of the session. */
  async #files(): Promise<string[]> {
    const session = join(this.#context.scratch, 'state', 'sessions');
    const names = await readdir(session, { recursive: true });
    return names.filter((name) => /[\\/](files|results|healing)[\\/]/.test(name));
  }

  #mutated(random: FuzzRandom): Uint8Array {
    if (random.chance(0.35)) return mutateBytes(this.#project, random);
    const entries: Record<string, Uint8Array> = { ...this.#entries };
    const names = Object.keys(entries);
    for (let changes = random.int(1, 2); changes > 0; changes--) {
      const name = random.chance(0.4) ? MANIFEST : random.pick(names);
      const what = random.uniform();
      if (what < 0.08) delete entries[name];
      else if (what < 0.16) entries[random.pick(ODD_NAMES)] = entries[name] ?? new Uint8Array(9);
      else if (entries[name] !== undefined) entries[name] = mutatedEntry(name, entries[name], random);
    }
    const level = random.pick([0, 0, 6] as const);
    const zip: Zippable = Object.fromEntries(
      Object.entries(entries).map(([name, bytes]) => [name, [bytes, { level }]]),
    );
    return zipSync(zip);
  }

  async #make(): Promise<void> {
    const { width, height } = SIZE;
    const data = Uint8Array.from({ length: width * height }, (_, i) => (i * 37) & 255);
    const bytes = await encodePicture(
      { ...SIZE, mode: 'gray', bitDepth: 8, data, metadata: { orientation: 1 } },
      { format: 'png' },
    );
    const call = <T>(name: string, request: unknown): Promise<T> =>
      this.#page.call(++this.#asked, name, request) as Promise<T>;
    const { id: file } = await call<FileInfo>('addFile', { name: 'scan.png', bytes });
    const mask = { x: 2, y: 2, width: 4, height: 4, coverage: new Uint8Array(16).fill(255) };
    await call('healStroke', {
      ...{ file, variant: 'variant-one', mask, recipe: { fill: 'smooth', seed: 0 } },
      layers: [{ variant: 'variant-one', opacity: 1 }],
    });
    const options = { task: 'inpaint', preset: 'instant', seed: 0, samples: 1 } as const;
    const { run } = await call<{ run: Id }>('startRun', { file, mask, options, network: { model: 'none' } });
    for (let tries = 0; tries < 200; tries++) {
      const { status } = await call<{ status: string }>('readRun', { run });
      if (status === 'done') break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const layer = new MaskLayer(width, height);
    layer.blendRect(mask, mask.coverage, 0, mask.width, 'replace');
    const history = encode({ version: 1, undo: [], redo: [] });
    const tab = { file, model: 'none', options, run, mask: serializeMask(layer), history };
    const made = await call<FileInfo>('makeProject', { tab });
    const saved = await call<{ download: { bytes: Uint8Array } }>('saveFile', { file: made.id });
    this.#project = new Uint8Array(saved.download.bytes);
    this.#entries = unzipSync(this.#project);
    await call('forgetFile', { file: made.id });
    await call('forgetFile', { file });
  }
}

const ODD_NAMES = [
  ...[
    '../../evil',
    '/etc/evil',
    'files/',
    'files/..',
    'a\\b',
    '',
    'results/x.png',
    'healing/x/document.msgpack',
    'C:evil',
  ],
  ...['mask', 'history', 'files/variant-one', 'healing/../../../x', 'files/ü', `files/${'a'.repeat(300)}`],
];

function mutatedEntry(name: string, bytes: Uint8Array, random: FuzzRandom): Uint8Array {
  if (random.chance(0.4)) return mutateBytes(bytes, random);
  try {
    if (name === MANIFEST) {
      const manifest: unknown = JSON.parse(new TextDecoder().decode(bytes));
      return new TextEncoder().encode(JSON.stringify(mutateValue(random, manifest)) ?? '');
    }
    if (/\.(meta|msgpack)$|^history$/.test(name)) return encode(mutateValue(random, decode(bytes)), { maxDepth: 200 });
  } catch {
    // It was changed before.
  }
  return mutateBytes(bytes, random);
}
