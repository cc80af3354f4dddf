import type { HealRefinement } from '../../../contract/app/healing.ts';
import type { Id } from '../../../contract/app/values.ts';
import type { Rect } from '../../../restore/region.ts';

/** A stroke that waits to be refined. */
export interface Refinement {
  readonly file: Id;
  readonly variant: Id;
  readonly rect: Rect;
  readonly refine: HealRefinement;
  readonly signal: AbortSignal;
}

interface Waiting extends Refinement {
  readonly controller: AbortController;
}

/** Refines strokes one after the other, those first that are nearest to what people look at. */
export class Refiner {
  readonly #perform: (refinement: Refinement) => Promise<void>;
  #waiting: readonly Waiting[] = [];
  #current: Waiting | undefined;
  #view: { readonly file: Id; readonly rect: Rect } | undefined;

  /** @param perform  refines one; never throws. */
  constructor(perform: (refinement: Refinement) => Promise<void>) {
    this.#perform = perform;
  }

  get isBusy(): boolean {
    return this.#current !== undefined || this.#waiting.length > 0;
  }

  add(refinement: Omit<Refinement, 'signal'>): void {
    const controller = new AbortController();
    this.#waiting = [...this.#waiting, { ...refinement, controller, signal: controller.signal }];
    void this.#pump();
  }

  /** What people look at, as displayed. */
  watch(file: Id, rect: Rect): void {
    this.#view = { file, rect };
  }

  /** Ends what is refined or waits, as far as `isMeant`. @returns the variants that waited. */
  cancel(isMeant: (refinement: Refinement) => boolean): readonly Refinement[] {
    const cancelled = this.#waiting.filter(isMeant);
    this.#waiting = this.#waiting.filter((one) => !cancelled.includes(one));
    if (this.#current !== undefined && isMeant(this.#current)) this.#current.controller.abort();
    return cancelled;
  }

  async #pump(): Promise<void> {
    if (this.#current !== undefined) return;
    const next = this.#next();
    if (next === undefined) return;
    this.#waiting = this.#waiting.filter((one) => one !== next);
    this.#current = next;
    await this.#perform(next);
    this.#current = undefined;
    void this.#pump();
  }

  #next(): Waiting | undefined {
    const ranked = this.#waiting.map((one) => ({ one, rank: this.#rank(one) }));
    // The first of equal ones has waited longest.
    return ranked.reduce<(typeof ranked)[number] | undefined>(
      (best, candidate) => (best === undefined || candidate.rank < best.rank ? candidate : best),
      undefined,
    )?.one;
  }

  /** 0 in sight, more the farther away; the other pictures last. */
  #rank({ file, rect }: Refinement): number {
    const view = this.#view;
    if (view === undefined) return 0;
    if (view.file !== file) return Infinity;
    const apart = (from: number, length: number, start: number, size: number): number =>
      Math.max(0, start - (from + length), from - (start + size));
    return Math.hypot(
      apart(rect.x, rect.width, view.rect.x, view.rect.width),
      apart(rect.y, rect.height, view.rect.y, view.rect.height),
    );
  }
}
