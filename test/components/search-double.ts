import { LangevinError } from '../../src-main/errors.ts';
import type { DamageSearch, SearchListener } from '../../src-renderer/findings/damage-search.ts';
import type { Finding } from '../../src-renderer/findings/finding.ts';

/** Lets what has been promised happen. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** Finds what it is told to; the test says when. */
export class SearchDouble implements DamageSearch {
  found: readonly Finding[] = [];
  strokes: unknown[] = [];
  /** Rows that lie beneath strokes on the left. */
  beneath: Int32Array = new Int32Array();
  listener: SearchListener | undefined;
  #end: { resolve: () => void; reject: (error: Error) => void } | undefined;

  run(listener: SearchListener, signal: AbortSignal): Promise<void> {
    this.listener = listener;
    return new Promise((resolve, reject) => {
      this.#end = { resolve, reject };
      signal.addEventListener('abort', () => reject(new LangevinError('cancelled', 'Stopped.')));
    });
  }

  async better(found: readonly Finding[]): Promise<void> {
    this.found = found;
    this.listener?.onBetter();
    await settled();
  }

  async end(found: readonly Finding[] = this.found): Promise<void> {
    this.found = found;
    this.#end?.resolve();
    await settled();
  }

  async fail(message: string): Promise<void> {
    this.#end?.reject(new LangevinError('model-corrupt', message));
    await settled();
  }

  filter: DamageSearch['filter'] = ({ kinds, sensitivity, minSize }) =>
    Promise.resolve(
      this.found.filter(
        ({ kind, probability, area }) => kinds.includes(kind) && probability > 1 - sensitivity && area >= minSize,
      ),
    );

  snap: DamageSearch['snap'] = (stroke) => {
    this.strokes.push(stroke);
    return Promise.resolve(stroke.bounds.x < 20 ? this.beneath : new Int32Array());
  };

  dispose(): void {}
}
