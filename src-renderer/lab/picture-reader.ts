import type { AppClient } from '../../src-main/contract/app/client.ts';
import type { Id, Pixels } from '../../src-main/contract/app/values.ts';

/** Reads pictures of the host, each once. */
export class PictureReader {
  readonly #client: AppClient;
  readonly #known = new Map<Id, Promise<Pixels>>();

  constructor(client: AppClient) {
    this.#client = client;
  }

  read(file: Id): Promise<Pixels> {
    const known = this.#known.get(file) ?? this.#client.call('readPicture', { file });
    this.#known.set(file, known);
    return known;
  }
}
