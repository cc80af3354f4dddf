import type { AppEvent } from '../../contract/app/events.ts';
import type { Id } from '../../contract/app/values.ts';
import { toLangevinError } from '../../errors.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import type { EngineJobs } from '../engine/job-types.ts';
import type { FileStore } from './file-store.ts';
import { newId } from './ids.ts';

export interface FindsOptions {
  readonly engine: EngineClient<EngineJobs>;
  readonly files: FileStore;
  readonly emit: (event: AppEvent) => void;
}

/**
 * Searches for damage. They take seconds, so they do not wait for runs, which may take long; nothing of them is kept:
 * pages keep what they have been told.
 */
export class Finds {
  readonly #options: FindsOptions;
  readonly #controllers = new Map<Id, AbortController>();

  constructor(options: FindsOptions) {
    this.#options = options;
  }

  /** @throws file-not-found for an id of no file */
  start(file: Id): { find: Id } {
    this.#options.files.get(file);
    const find = newId();
    const controller = new AbortController();
    this.#controllers.set(find, controller);
    // The reply with the id goes out before the first event.
    setImmediate(() => void this.#perform(find, file, controller.signal));
    return { find };
  }

  /** Ends a search; one that has ended already stays as it is. */
  cancel(find: Id): void {
    this.#controllers.get(find)?.abort();
  }

  cancelAll(): void {
    for (const controller of this.#controllers.values()) controller.abort();
  }

  async #perform(find: Id, file: Id, signal: AbortSignal): Promise<void> {
    const { emit } = this.#options;
    try {
      await this.#find(find, file, signal);
      emit({ type: 'find-end', find, status: 'done' });
    } catch (error) {
      const { code, message } = toLangevinError(error);
      if (code === 'cancelled') emit({ type: 'find-end', find, status: 'cancelled' });
      else emit({ type: 'find-end', find, status: 'failed', problem: { code, message } });
    } finally {
      this.#controllers.delete(find);
    }
  }

  async #find(find: Id, file: Id, signal: AbortSignal): Promise<void> {
    const { engine, files, emit } = this.#options;
    const search = engine.run('find', { file: files.placed(file) }, { signal });
    for (;;) {
      const next = await search.next();
      if (next.done) {
        if (next.value.maps !== undefined) emit({ type: 'find-maps', find, maps: next.value.maps });
        return;
      }
      const event = next.value;
      if (event.type === 'progress') {
        emit({ type: 'find-progress', find, fraction: event.fraction, etaMs: event.etaMs });
      } else if (event.type === 'maps') emit({ type: 'find-maps', find, maps: event.maps });
    }
  }
}
