import { Worker } from 'node:worker_threads';

/** Name of the environment variable by which a process learns which one it works for. */
export const HOST_PID = 'LANGEVIN_HOST_PID';

/** What a process writes to stderr before it ends itself for its memory; `EngineClient` looks for it. */
export const MEMORY_MARK = 'langevin: the memory limit is reached';
/** The same for what it has computed. */
export const WORK_MARK = 'langevin: the limit of work is reached';

/** How often the thread looks, milliseconds: memory grows by a gigabyte a second at most. */
const INTERVAL_MS = 100;

/** What the thread is given. */
interface WatchOrder {
  /** The process that this one works for; absent where the system ends it (Electron). */
  readonly host: number | undefined;
  /** Most resident memory in bytes, and until how much time of processors in ms; 0 = any. */
  readonly limits: Float64Array;
  readonly intervalMs: number;
  readonly memoryMark: string;
  readonly workMark: string;
}

/**
 * Watches this process from a thread of its own, which goes on whatever native code or an endless loop does to the main
 * one: it ends the process when its host is gone, and when it takes more memory, or computes longer, than its present job
 * may.
 */
export class ProcessWatch {
  readonly #limits = new Float64Array(new SharedArrayBuffer(16));

  constructor(env: NodeJS.ProcessEnv = process.env) {
    const host = env[HOST_PID];
    const order: WatchOrder = {
      host: host === undefined ? undefined : Number(host),
      limits: this.#limits,
      intervalMs: INTERVAL_MS,
      memoryMark: MEMORY_MARK,
      workMark: WORK_MARK,
    };
    // As text: bundlers move files, and this is to be found in all of them.
    new Worker(`(${watch.toString()})()`, { eval: true, workerData: order }).unref();
  }

  /** @param bytes  most resident memory; undefined: any. */
  allowMemory(bytes: number | undefined): void {
    this.#limits[0] = bytes ?? 0;
  }

  /** @param ms  of one processor, from now on; undefined: any. */
  allowWork(ms: number | undefined): void {
    const { user, system } = process.cpuUsage();
    this.#limits[1] = ms === undefined ? 0 : (user + system) / 1000 + ms;
  }
}

/** What the thread does. Its text is all that the thread gets, so it uses nothing that stands outside of it. */
function watch(): void {
  const { writeSync } = process.getBuiltinModule('node:fs');
  const { workerData } = process.getBuiltinModule('node:worker_threads');
  const { host, limits, intervalMs, memoryMark, workMark } = workerData as WatchOrder;
  /** Without asking the main thread, which may never look again. */
  const endNow = (): void => void process.kill(process.pid, 'SIGKILL');
  /** Children of a process that has ended get another parent; Windows keeps the number. */
  const isGone = (pid: number): boolean => {
    if (process.platform !== 'win32') return process.ppid !== pid;
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };
  setInterval(() => {
    const [memory, work] = limits;
    if (memory > 0 && process.memoryUsage.rss() > memory) {
      writeSync(2, `${memoryMark}\n`);
      endNow();
    }
    const { user, system } = process.cpuUsage();
    if (work > 0 && (user + system) / 1000 > work) {
      writeSync(2, `${workMark}\n`);
      endNow();
    }
    if (host !== undefined && isGone(host)) endNow();
  }, intervalMs);
}
