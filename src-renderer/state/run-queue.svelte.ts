import type { AppClient } from '../../src-main/contract/app/client.ts';
import type { AppEvent } from '../../src-main/contract/app/events.ts';
import type { RunQueueInfo } from '../../src-main/contract/app/runs.ts';

/** Runs of all pictures that go on or wait, as the host tells of them. */
export class RunQueueModel {
  info: RunQueueInfo = $state.raw({ isPaused: false, runs: [] });
  /** Share of the work that is done and seconds that are left, by run; of those that have begun. */
  progress: Readonly<Record<string, { readonly fraction: number; readonly seconds: number }>> = $state.raw({});
  readonly #client: AppClient;

  constructor(client: AppClient) {
    this.#client = client;
    client.onEvent((event) => this.#receive(event));
    // The first state is told where the page has connected; a host that has none of it has no runs.
    client.onConnection((state) => state === 'open' && void this.load());
  }

  async load(): Promise<void> {
    const info = await this.#client.call('runQueue', {}).catch(() => undefined);
    if (info !== undefined) this.info = info;
  }

  /** How many runs go on or wait before a run; undefined for one that does not wait. */
  before(run: string): number | undefined {
    const index = this.info.runs.findIndex((queued) => queued.run === run && queued.status === 'waiting');
    return index < 0 ? undefined : index;
  }

  /** Seconds until a run begins, where all before it are known. */
  secondsBefore(run: string): number | undefined {
    let sum = 0;
    for (const queued of this.info.runs) {
      if (queued.run === run) return sum;
      const seconds = this.progress[queued.run]?.seconds ?? queued.seconds;
      if (seconds === undefined || !Number.isFinite(seconds)) return undefined;
      sum += seconds;
    }
    return undefined;
  }

  #receive(event: AppEvent): void {
    if (event.type === 'run-queue') this.info = event.queue;
    else if (event.type === 'run-step') {
      const { fraction, etaMs } = event.step;
      this.progress = { ...this.progress, [event.run]: { fraction, seconds: etaMs / 1000 } };
    } else if (event.type === 'run-end') {
      const { [event.run]: _ended, ...others } = this.progress;
      this.progress = others;
    }
  }
}
