import type { Id } from '../../contract/app/values.ts';
import { known, newId } from './ids.ts';

/** Files that were saved last, so many. */
const MOST = 200;

/** Where files were saved, by ids that pages may name. */
export class Places {
  readonly #paths = new Map<Id, string>();
  readonly #show: (path: string) => void;

  /** @param show  shows a file in the system's file manager. */
  constructor(show: (path: string) => void) {
    this.#show = show;
  }

  add(path: string): Id {
    const id = newId();
    this.#paths.set(id, path);
    for (const old of [...this.#paths.keys()].slice(0, -MOST)) this.#paths.delete(old);
    return id;
  }

  /** @throws file-not-found */
  show(place: Id): void {
    this.#show(known('saved file', this.#paths, place));
  }

  /** Shows a file that has not been saved by this program. */
  showPath(path: string): void {
    this.#show(path);
  }
}
