import type { AppState } from './app-state.svelte.ts';

/** Small pictures, made by the host and kept as long as the window. */
export class Thumbnails {
  /** By file; empty for one that cannot be read. */
  addresses: Readonly<Record<string, string | undefined>> = $state.raw({});
  readonly #read: (id: string) => Promise<Uint8Array>;
  #asked: readonly string[] = [];

  /** @param read  asks the host for one, a JPEG file. */
  constructor(read: (id: string) => Promise<Uint8Array>) {
    this.#read = read;
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
      const bytes = await this.#read(file).catch(() => undefined);
      if (bytes === undefined) continue;
      const address = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }));
      this.addresses = { ...this.addresses, [file]: address };
    }
  }
}

const all = new WeakMap<AppState, { readonly files: Thumbnails; readonly recent: Thumbnails }>();

/** Those of a window: of its files, and of files that were opened lately. */
export function thumbnailsOf(app: AppState): { readonly files: Thumbnails; readonly recent: Thumbnails } {
  const { client } = app;
  const thumbnails = all.get(app) ?? {
    files: new Thumbnails((file) => client.call('readThumbnail', { file })),
    recent: new Thumbnails((recent) => client.call('readThumbnail', { recent })),
  };
  all.set(app, thumbnails);
  return thumbnails;
}
