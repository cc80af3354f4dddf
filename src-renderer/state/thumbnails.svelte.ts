import type { AppState } from './app-state.svelte.ts';

/** Small pictures of files, made by the host and kept as long as the window. */
export class Thumbnails {
  /** By file; empty for one that cannot be read. */
  addresses: Readonly<Record<string, string | undefined>> = $state.raw({});
  readonly #client: AppState['client'];
  #asked: readonly string[] = [];

  constructor(client: AppState['client']) {
    this.#client = client;
  }

  /** Asks for those that are not there, one after the other, and lets go of all others. */
  async load(files: readonly string[]): Promise<void> {
    for (const [file, address] of Object.entries(this.addresses)) {
      if (files.includes(file)) continue;
      this.#asked = this.#asked.filter((other) => other !== file);
      if (address !== undefined) URL.revokeObjectURL(address);
    }
    const kept = Object.entries(this.addresses).filter(([file]) => files.includes(file));
    if (kept.length < Object.keys(this.addresses).length) this.addresses = Object.fromEntries(kept);
    for (const file of files) {
      if (this.#asked.includes(file)) continue;
      this.#asked = [...this.#asked, file];
      // Without its small picture a file is as usable as with it.
      const bytes = await this.#client.call('readThumbnail', { file }).catch(() => undefined);
      if (bytes === undefined) continue;
      const address = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }));
      this.addresses = { ...this.addresses, [file]: address };
    }
  }
}

const all = new WeakMap<AppState, Thumbnails>();

/** Those of a window. */
export function thumbnailsOf(app: AppState): Thumbnails {
  const thumbnails = all.get(app) ?? new Thumbnails(app.client);
  all.set(app, thumbnails);
  return thumbnails;
}
