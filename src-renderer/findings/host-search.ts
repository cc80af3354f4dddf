import type { AppClient } from '../../src-main/contract/app/client.ts';
import type { AppEvent } from '../../src-main/contract/app/events.ts';
import type { Id } from '../../src-main/contract/app/values.ts';
import type { DamageMaps, FindOptions } from '../../src-main/contract/find.ts';
import { LangevinError } from '../../src-main/errors.ts';
import type { RoughStroke } from '../canvas/tools/tool.ts';
import type { DamageSearch, SearchListener } from './damage-search.ts';
import type { FindWorkerMessage, FindWorkerReply } from './find-worker.ts';
import type { Finding } from './finding.ts';
import type { Runs } from './runs.ts';

interface Waiting {
  readonly resolve: (reply: FindWorkerReply) => void;
  readonly reject: (error: Error) => void;
}

type Question =
  | Omit<Extract<FindWorkerMessage, { readonly type: 'filter' }>, 'id'>
  | Omit<Extract<FindWorkerMessage, { readonly type: 'snap' }>, 'id'>;

/** Looks for damage by the host's detector; its answer is kept and looked through in a worker of the page. */
export class HostSearch implements DamageSearch {
  readonly #client: AppClient;
  readonly #file: Id;
  readonly #createWorker: () => Worker;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #asked = 0;
  /** The newest filters that have not been sent yet: of a dragged slider only the last count. */
  #wanted: FindOptions | undefined;
  #filtering: Promise<readonly Finding[]> | undefined;

  constructor(client: AppClient, file: Id, createWorker: () => Worker = createFindWorker) {
    this.#client = client;
    this.#file = file;
    this.#createWorker = createWorker;
  }

  async run(listener: SearchListener, signal: AbortSignal): Promise<void> {
    // The first events may overtake the answer.
    const early: AppEvent[] = [];
    let receive = (event: AppEvent): void => void early.push(event);
    const endings = [this.#client.onEvent((event) => receive(event))];
    try {
      const { find } = await this.#client.call('startFind', { file: this.#file });
      const cancel = (): void => void this.#client.call('cancelFind', { find }).catch(() => undefined);
      await new Promise<void>((resolve, reject) => {
        receive = (event) => {
          if (!('find' in event) || event.find !== find) return;
          if (event.type === 'find-progress') listener.onProgress(event.fraction);
          else if (event.type === 'find-maps') {
            this.#take(event.maps);
            listener.onBetter();
          } else if (event.status === 'failed') reject(new LangevinError(event.problem.code, event.problem.message));
          else if (event.status === 'cancelled') reject(new LangevinError('cancelled', 'The search was stopped.'));
          else resolve();
        };
        for (const event of early) receive(event);
        signal.addEventListener('abort', cancel, { once: true });
        if (signal.aborted) cancel();
        // What happened meanwhile is not told again; the search has to be asked for anew.
        endings.push(
          this.#client.onConnection((state) => {
            if (state === 'lost') reject(new LangevinError('connection-lost', 'The connection to Langevin was lost.'));
          }),
        );
      });
    } finally {
      for (const end of endings) end();
    }
  }

  filter(options: FindOptions): Promise<readonly Finding[]> {
    this.#wanted = options;
    this.#filtering ??= this.#filterNewest().finally(() => (this.#filtering = undefined));
    return this.#filtering;
  }

  async snap(stroke: RoughStroke): Promise<Runs> {
    const reply = await this.#ask({ type: 'snap', stroke });
    return 'runs' in reply ? reply.runs : new Int32Array();
  }

  dispose(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const ended = new LangevinError('cancelled', 'The picture was closed.');
    for (const { reject } of this.#waiting.values()) reject(ended);
    this.#waiting.clear();
  }

  async #filterNewest(): Promise<readonly Finding[]> {
    let findings: readonly Finding[] = [];
    while (this.#wanted !== undefined) {
      const options = this.#wanted;
      this.#wanted = undefined;
      if (options.kinds.length === 0) findings = [];
      else {
        const reply = await this.#ask({ type: 'filter', options });
        findings = 'findings' in reply ? reply.findings : [];
      }
    }
    return findings;
  }

  async #ask(question: Question): Promise<FindWorkerReply> {
    const id = ++this.#asked;
    const reply = await new Promise<FindWorkerReply>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#open().postMessage({ ...question, id } as FindWorkerMessage);
    });
    if ('problem' in reply) throw new LangevinError('internal', reply.problem);
    return reply;
  }

  #take(maps: DamageMaps): void {
    const { surface, area, kinds } = maps;
    // Views of a larger message are copied by the worker's own; whole buffers move.
    const own = [surface, area, kinds].filter(({ byteLength, buffer }) => byteLength === buffer.byteLength);
    this.#open().postMessage(
      { type: 'maps', maps } satisfies FindWorkerMessage,
      own.map(({ buffer }) => buffer as ArrayBuffer),
    );
  }

  #open(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = this.#createWorker();
    worker.addEventListener('message', ({ data }: MessageEvent<FindWorkerReply>) => {
      this.#waiting.get(data.id)?.resolve(data);
      this.#waiting.delete(data.id);
    });
    worker.addEventListener('error', (event) => {
      const failed = new LangevinError('internal', `The findings could not be computed: ${event.message}`);
      for (const { reject } of this.#waiting.values()) reject(failed);
      this.#waiting.clear();
    });
    this.#worker = worker;
    return worker;
  }
}

function createFindWorker(): Worker {
  return new Worker(new URL('./find-worker.ts', import.meta.url), { type: 'module' });
}
