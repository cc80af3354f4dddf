import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfCancelled, toLangevinError } from '../../errors.ts';
import type { JobRegistry } from './job-registry.ts';
import type { ProcessWatch } from './process-watch.ts';
import { eventWindow, type EnginePort, type HostMessage, type Outlet } from './protocol.ts';

type RunMessage = Extract<HostMessage, { type: 'run' }>;

interface RunningJob {
  readonly controller: AbortController;
  unacknowledged: number;
  readonly memoryBytes: number | undefined;
  readonly workMs: number | undefined;
  previewUnderWay: boolean;
  nextPreview?: { readonly event: unknown };
  /** Resumes a job that waits for acknowledgements. */
  wake?: () => void;
}

/**
 * Runs the jobs that come in through `port`. Between two events of a job the event loop turns once, so that a cancel
 * takes effect there even when the job itself never waits.
 * @param watch  bounds the memory and the work of jobs.
 * @param onIdle  called after a shutdown request, or when the host is gone, as soon as no job runs.
 */
export function serveJobs(
  port: EnginePort,
  registry: JobRegistry,
  watch: Pick<ProcessWatch, 'allowMemory' | 'allowWork'>,
  onIdle: () => void,
): void {
  const jobs = new Map<number, RunningJob>();
  let ending = false;

  /** Jobs that run side by side share what the most modest of them may take. */
  const bound = (): void => {
    watch.allowMemory(least([...jobs.values()].map(({ memoryBytes }) => memoryBytes)));
    watch.allowWork(least([...jobs.values()].map(({ workMs }) => workMs)));
  };

  const end = (): void => {
    ending = true;
    for (const job of jobs.values()) cancel(job);
    if (jobs.size === 0) onIdle();
  };

  port.onClose(end);
  port.onMessage((message, outlet) => {
    if (message.type === 'shutdown') return end();
    // What children of the engine say goes to those who started them.
    if (message.type === 'child') return;
    if (message.type === 'run') return void run(message, outlet);
    // A message about a job that has just ended crosses its `done`.
    const job = jobs.get(message.id);
    if (job === undefined) return;
    if (message.type === 'cancel') return cancel(job);
    if (message.what === 'event') {
      job.unacknowledged--;
      job.wake?.();
    } else {
      const next = job.nextPreview;
      delete job.nextPreview;
      job.previewUnderWay = next !== undefined;
      if (next !== undefined) port.post({ type: 'preview', id: message.id, event: next.event });
    }
  });

  async function run(
    { id, kind, payload, memoryBytes, workMs }: RunMessage,
    outlet: Outlet | undefined,
  ): Promise<void> {
    const controller = new AbortController();
    const job: RunningJob = { controller, unacknowledged: 0, memoryBytes, workMs, previewUnderWay: false };
    jobs.set(id, job);
    bound();
    const { signal } = job.controller;
    const emit = (event: unknown): void => {
      if (job.previewUnderWay) {
        job.nextPreview = { event };
      } else {
        job.previewUnderWay = true;
        port.post({ type: 'preview', id, event });
      }
    };
    try {
      const steps = registry.handler(kind)(payload, { signal, emit, outlet });
      try {
        for (;;) {
          const step = await steps.next();
          if (step.done) {
            const residentBytes = process.memoryUsage.rss();
            port.post({ type: 'done', id, ok: true, value: step.value, residentBytes });
            return;
          }
          job.unacknowledged++;
          port.post({ type: 'event', id, event: step.value });
          await nextTurn();
          while (job.unacknowledged >= eventWindow && !signal.aborted) {
            await new Promise<void>((resolve) => (job.wake = resolve));
          }
          throwIfCancelled(signal);
        }
      } finally {
        await steps.return(undefined);
      }
    } catch (thrown) {
      const { code, message } = toLangevinError(thrown);
      const stack = code === 'internal' && thrown instanceof Error ? thrown.stack : undefined;
      port.post({ type: 'done', id, ok: false, code, message, ...(stack === undefined ? {} : { stack }) });
    } finally {
      jobs.delete(id);
      bound();
      if (ending && jobs.size === 0) onIdle();
    }
  }
}

/** Of those that are given. */
function least(limits: readonly (number | undefined)[]): number | undefined {
  const given = limits.filter((limit) => limit !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
}

function cancel(job: RunningJob): void {
  job.controller.abort();
  job.wake?.();
}
