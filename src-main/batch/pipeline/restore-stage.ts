import { LangevinError, toLangevinError } from '../../errors.ts';
import type { BatchEngine, PreparedInput, RestoredInput, RestoreListeners } from '../batch-engine.ts';

/** The network's part of the pipeline: falls back to the CPU, once, when a provider fails. */
export class RestoreStage<P extends PreparedInput, R extends RestoredInput> {
  readonly #engine: BatchEngine<P, R>;
  readonly #onNotice: (message: string) => void;
  readonly #said = new Set<string>();
  #onCpu = false;
  #provider: string | undefined;

  constructor(engine: BatchEngine<P, R>, onNotice: (message: string) => void) {
    this.#engine = engine;
    this.#onNotice = onNotice;
  }

  /** @throws what the engine throws, also on the CPU. */
  async run(name: string, prepared: P, signal: AbortSignal, onProgress: RestoreListeners['onProgress']): Promise<R> {
    const listeners: RestoreListeners = { onProgress, onNotice: (message) => this.#sayOnce(message) };
    try {
      const restored = await this.#engine.restore(name, prepared, this.#onCpu, signal, listeners);
      this.#provider = restored.provider;
      return restored;
    } catch (error) {
      if (this.#onCpu || this.#provider === 'cpu' || signal.aborted || !isProviderFailure(error)) throw error;
      const restored = await this.#engine.restore(name, prepared, true, signal, listeners);
      // The same input went well on the CPU, so it was the provider that failed.
      this.#onCpu = true;
      this.#provider = restored.provider;
      this.#sayOnce(
        `The provider failed at ${name} and the CPU did not, so the rest runs on the CPU. ` +
          `(${toLangevinError(error).message.split('\n')[0]})`,
      );
      return restored;
    }
  }

  #sayOnce(message: string): void {
    if (this.#said.has(message)) return;
    this.#said.add(message);
    this.#onNotice(message);
  }
}

function isProviderFailure(error: unknown): boolean {
  return error instanceof LangevinError && (error.code === 'engine-crashed' || error.code === 'provider-unavailable');
}
