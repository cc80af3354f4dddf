import { SvelteSet } from 'svelte/reactivity';

/** The fields of a form whose text is no value that they can take: nothing may start with what was there before. */
export class RefusedFields {
  readonly #keys = new SvelteSet<string>();

  /** Whether some field has to be mended first; reactive. */
  get some(): boolean {
    return this.#keys.size > 0;
  }

  note(key: string, isRefused: boolean): void {
    if (isRefused) this.#keys.add(key);
    else this.#keys.delete(key);
  }

  /** The field is gone. */
  forget(key: string): void {
    this.#keys.delete(key);
  }
}
