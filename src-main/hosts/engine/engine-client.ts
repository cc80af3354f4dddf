import { LangevinError, throwIfCancelled } from '../../errors.ts';
import { awakeTimer } from './awake-timer.ts';
import type { JobLimits } from './job-limits.ts';
import { MEMORY_MARK, WORK_MARK } from './process-watch.ts';
import type { EngineMessage, Outlet } from './protocol.ts';
import { exitWords } from './exit-words.ts';
import type { EngineExit, EngineHandle, EngineSpawn } from './spawn.ts';
import { Turns } from './turns.ts';

/** Payload, events and result of each kind of job that an engine does. */
export type JobMap<Jobs> = Record<keyof Jobs, { payload: unknown; event: unknown; result: unknown }>;

export interface RunOptions {
  /** Aborting it cancels the job: softly at once, and by killing the engine when that has not helped in time. */
  readonly signal?: AbortSignal | undefined;
  /** Takes previews; the next one comes when it has returned or its promise has settled. */
  readonly onPreview?: (preview: unknown) => void | Promise<void>;
  /** Goes to the job, for what is large in its result. */
  readonly outlet?: Outlet | undefined;
  /** What this job may take, where that is not what the client's jobs may take. */
  readonly limits?: JobLimits | undefined;
}

export interface EngineClientOptions {
  /** How long a soft cancel may take before the engine is killed, in milliseconds. */
  readonly patienceMs?: number;
  /** What every job may take. What takes more is killed with its process. */
  readonly limits?: JobLimits;
  /** One job after the other, so that one that has to be killed takes no other with it. */
  readonly oneAtATime?: boolean;
  /** A process that has taken more memory than this is replaced after its job: what it has it keeps. */
  readonly retireAboveBytes?: number;
}

/** What happened to a job since its caller last looked. */
type JobNews = { readonly event: unknown } | { readonly value: unknown } | { readonly failure: LangevinError };

interface PendingJob {
  readonly news: JobNews[];
  readonly onPreview: RunOptions['onPreview'];
  wake?: () => void;
  readonly limits: JobLimits;
  cancelled: boolean;
  /** Why it was killed. */
  overdue?: LangevinError;
  impatience?: NodeJS.Timeout;
}

interface LivingEngine {
  readonly handle: EngineHandle;
  readonly jobs: Map<number, PendingJob>;
  readonly exited: Promise<void>;
  /** Set when the host itself ended the process. */
  end?: 'hard-cancel' | 'overdue' | 'terminate';
}

/**
 * The host's side of an engine process. The process starts with the first job and again after it has died; a job that
 * dies with it fails with `engine-crashed`, and the next one runs in a new process. While no job runs, the process does
 * not keep the host alive, and it ends by itself when the host does.
 */
export class EngineClient<Jobs extends JobMap<Jobs>> {
  readonly #spawn: EngineSpawn;
  readonly #patienceMs: number;
  readonly #limits: JobLimits;
  readonly #turns: Turns | undefined;
  readonly #retireAboveBytes: number;
  #engine: LivingEngine | undefined;
  #nextId = 1;
  #disposed = false;

  constructor(spawn: EngineSpawn, options: EngineClientOptions = {}) {
    const { patienceMs = 5000, limits = {}, oneAtATime = false, retireAboveBytes = Infinity } = options;
    this.#spawn = spawn;
    this.#patienceMs = patienceMs;
    this.#limits = limits;
    this.#turns = oneAtATime ? new Turns() : undefined;
    this.#retireAboveBytes = retireAboveBytes;
  }

  /** The engine's process id while one is running. */
  get pid(): number | undefined {
    return this.#engine?.handle.pid;
  }

  /**
   * Runs a job: yields its events, in order, and returns its result. Leaving the loop early cancels the job.
   * @throws the job's own error; `cancelled` after an abort; `engine-crashed` when the process died; `time-limit` and
   *   `memory-limit` when it took more than it may
   */
  async *run<K extends keyof Jobs & string>(
    kind: K,
    payload: Jobs[K]['payload'],
    options: RunOptions = {},
  ): AsyncGenerator<Jobs[K]['event'], Jobs[K]['result']> {
    const leave = await this.#turns?.enter(options.signal);
    try {
      return yield* this.#run(kind, payload, options);
    } finally {
      leave?.();
    }
  }

  async *#run<K extends keyof Jobs & string>(
    kind: K,
    payload: Jobs[K]['payload'],
    { signal, onPreview, limits, outlet }: RunOptions,
  ): AsyncGenerator<Jobs[K]['event'], Jobs[K]['result']> {
    throwIfCancelled(signal);
    const engine = this.#running();
    const id = this.#nextId++;
    const job: PendingJob = { news: [], onPreview, limits: { ...this.#limits, ...limits }, cancelled: false };
    engine.jobs.set(id, job);
    engine.handle.hold(true);
    const { timeMs, stallMs, memoryBytes, workMs } = job.limits;
    engine.handle.send({ type: 'run', id, kind, payload, memoryBytes, workMs }, outlet);
    const stop = (ms: number): void => this.#stopOverdue(engine, job, ms);
    const endTime = timeMs === undefined ? undefined : awakeTimer(() => stop(timeMs), timeMs);
    const abort = (): void => this.#cancel(engine, id, job);
    signal?.addEventListener('abort', abort);
    let ended = false;
    try {
      for (;;) {
        const news = job.news.shift();
        if (news === undefined) {
          // A caller who is slow to take the news is no fault of the job.
          const endStall = stallMs === undefined ? undefined : awakeTimer(() => stop(stallMs), stallMs);
          await new Promise<void>((resolve) => (job.wake = resolve));
          endStall?.();
        } else if ('event' in news) {
          engine.handle.send({ type: 'acknowledge', id, what: 'event' });
          // Events that were on their way when the job was cancelled are of no use any more.
          if (!job.cancelled) yield news.event as Jobs[K]['event'];
        } else {
          ended = true;
          throwIfCancelled(signal);
          if ('failure' in news) throw news.failure;
          return news.value as Jobs[K]['result'];
        }
      }
    } finally {
      endTime?.();
      signal?.removeEventListener('abort', abort);
      if (!ended) this.#cancel(engine, id, job);
    }
  }

  /** Runs a job whose events do not matter and returns its result. */
  async result<K extends keyof Jobs & string>(
    kind: K,
    payload: Jobs[K]['payload'],
    options: RunOptions = {},
  ): Promise<Jobs[K]['result']> {
    const steps = this.run(kind, payload, options);
    for (;;) {
      const step = await steps.next();
      if (step.done) return step.value as Jobs[K]['result'];
    }
  }

  /** Kills the process at once, with those it started; running jobs fail with `cancelled`. The next job starts a new one. */
  async terminate(): Promise<void> {
    const engine = this.#engine;
    if (engine === undefined) return;
    engine.end = 'terminate';
    // Otherwise a host that has nothing else to do would end before the process has.
    engine.handle.hold(true);
    engine.handle.kill();
    await engine.exited;
  }

  /** Ends the process, softly if it answers in time, and waits until it is gone. No job can be run afterwards. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const engine = this.#engine;
    if (engine === undefined) return;
    engine.end = 'terminate';
    engine.handle.hold(true);
    engine.handle.send({ type: 'shutdown' });
    const impatience = setTimeout(() => engine.handle.kill(), this.#patienceMs);
    await engine.exited;
    clearTimeout(impatience);
  }

  #running(): LivingEngine {
    if (this.#disposed) throw new LangevinError('internal', 'A job was started after the engine had been disposed of.');
    if (this.#engine !== undefined) return this.#engine;
    const handle = this.#spawn();
    let gone = (): void => undefined;
    const engine: LivingEngine = { handle, jobs: new Map(), exited: new Promise((resolve) => (gone = resolve)) };
    this.#engine = engine;
    handle.onMessage((message) => this.#receive(engine, message));
    handle.onExit((exit) => {
      if (this.#engine === engine) this.#engine = undefined;
      for (const [id, job] of engine.jobs) finish(engine, id, job, { failure: exitFailure(engine, job, exit) });
      gone();
    });
    handle.hold(false);
    return engine;
  }

  #receive(engine: LivingEngine, message: EngineMessage): void {
    // Where the engine cannot start processes, its handle does so before anything comes here.
    if (message.type === 'child') return;
    const { id } = message;
    const job = engine.jobs.get(id);
    if (job === undefined) return;
    switch (message.type) {
      case 'event':
        job.news.push({ event: message.event });
        job.wake?.();
        break;
      case 'preview':
        void this.#deliver(engine, id, job, message.event);
        break;
      case 'done':
        if (message.ok) {
          finish(engine, id, job, { value: message.value });
          if (message.residentBytes > this.#retireAboveBytes && engine.jobs.size === 0) this.#retire(engine);
        } else {
          const cause = message.stack === undefined ? {} : { cause: message.stack };
          finish(engine, id, job, { failure: new LangevinError(message.code, message.message, cause) });
        }
    }
  }

  /** Lets a process end; the next job starts a new one. */
  #retire(engine: LivingEngine): void {
    if (this.#engine === engine) this.#engine = undefined;
    engine.handle.send({ type: 'shutdown' });
  }

  /** Kills the process of a job that takes longer than it may. */
  #stopOverdue(engine: LivingEngine, job: PendingJob, ms: number): void {
    job.overdue = overdue(ms);
    engine.end = 'overdue';
    engine.handle.kill();
  }

  async #deliver(engine: LivingEngine, id: number, job: PendingJob, preview: unknown): Promise<void> {
    try {
      if (!job.cancelled) await job.onPreview?.(preview);
    } finally {
      engine.handle.send({ type: 'acknowledge', id, what: 'preview' });
    }
  }

  #cancel(engine: LivingEngine, id: number, job: PendingJob): void {
    if (job.cancelled || !engine.jobs.has(id)) return;
    job.cancelled = true;
    engine.handle.send({ type: 'cancel', id });
    job.impatience = setTimeout(() => {
      engine.end = 'hard-cancel';
      engine.handle.kill();
    }, this.#patienceMs);
  }
}

/** Ends the bookkeeping of a job; its caller learns the outcome from the last news. */
function finish(engine: LivingEngine, id: number, job: PendingJob, outcome: JobNews): void {
  engine.jobs.delete(id);
  clearTimeout(job.impatience);
  if (engine.jobs.size === 0) engine.handle.hold(false);
  job.news.push(outcome);
  job.wake?.();
}

function overdue(ms: number): LangevinError {
  return new LangevinError(
    'time-limit',
    `This took more than ${Math.round(ms / 1000)} s without an end in sight and was stopped. What it works on may be ` +
      'made so that it never ends; try another file or model, or a smaller one.',
  );
}

function exitFailure({ end }: LivingEngine, job: PendingJob, { code, signal, output }: EngineExit): LangevinError {
  if (job.overdue !== undefined) return job.overdue;
  if (job.cancelled || end === 'terminate') return new LangevinError('cancelled', 'Cancelled.');
  if (output.includes(WORK_MARK) && job.limits.workMs !== undefined) return overdue(job.limits.workMs);
  if (output.includes(MEMORY_MARK)) {
    const { memoryBytes = 0 } = job.limits;
    return new LangevinError(
      'memory-limit',
      `This needs more than ${(memoryBytes / 1e9).toFixed(1)} GB of memory and was stopped. Try a smaller picture, or ` +
        'another model.',
    );
  }
  if (end === 'hard-cancel' || end === 'overdue') {
    return new LangevinError('engine-crashed', 'The engine process was stopped because of another job. Run it again.');
  }
  const { how, meaning } = exitWords({ code, signal, output });
  const last = output === '' ? '' : `\nIts last output:\n${output}`;
  return new LangevinError(
    'engine-crashed',
    `The engine process ended unexpectedly ${how}. ${meaning === undefined ? '' : `${meaning} `}The next run starts a new one; if this happens again, try ` +
      `the provider cpu or a smaller picture.${last}`,
  );
}
