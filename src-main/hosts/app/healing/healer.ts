import type { Id } from '../../../contract/app/values.ts';
import type { Sent } from '../../../contract/app/parts.ts';
import type { HealBlock, HealLayer } from '../../../contract/app/healing.ts';
import type { Samples } from '../../../heal/healed-picture.ts';
import type { EngineClient } from '../../engine/engine-client.ts';
import type { PlacedPicture } from '../../engine/placed-pixels.ts';
import type { FileStore } from '../file-store.ts';
import type { HealJobs } from '../jobs/heal-jobs.ts';
import type { HealedStroke, HealWindow, SentLayer } from '../jobs/heal-work.ts';
import type { HealingDocument, Variant } from './healing-document.ts';

/** Samples that the process may hold of all pictures; the one in use stays however large it is. */
const MOST_BYTES = 512 * 2 ** 20;

/** What the process holds of a picture. */
interface Held {
  bytes: number;
  /** Layers whose pixels it has. */
  layers: Set<Id>;
}

/**
 * The healing process as the host uses it: sends it the pictures and pixels that it lacks, also after it has died, and
 * lets it drop the pictures that were not healed for longest. Calls must come one after the other.
 */
export class Healer {
  readonly #client: EngineClient<HealJobs>;
  readonly #files: FileStore;
  /** The least recently used first. */
  readonly #held = new Map<Id, Held>();
  #pid: number | undefined;

  constructor(client: EngineClient<HealJobs>, files: FileStore) {
    this.#client = client;
    this.#files = files;
  }

  /** Makes a picture ready, with what has been healed of it. @throws what reading and decoding throw */
  async open(file: Id, document: HealingDocument): Promise<void> {
    const { isNew } = await this.#hold(file);
    if (isNew && document.layers.length > 0) await this.setLayers(file, document);
  }

  async close(file: Id): Promise<void> {
    if (this.#pid === this.#client.pid && this.#held.delete(file)) {
      await this.#client.result('close-healing', { key: file });
    }
  }

  /** Shows the document's layers. @param all  tells of all of them rather than of those that have changed. */
  async setLayers(file: Id, document: HealingDocument, all = false): Promise<readonly HealBlock[]> {
    const { held } = await this.#hold(file);
    const layers = await this.#sent(held, document, document.layers);
    // What a call that fails leaves behind is sent again.
    held.layers = new Set();
    const blocks = await this.#client.result('set-layers', { key: file, layers, all });
    held.layers = new Set(layers.map(({ id }) => id));
    return blocks;
  }

  /** Fills a variant that `layers` names and the document has no pixels of yet. */
  async fill(
    file: Id,
    document: HealingDocument,
    variant: Variant,
    layers: readonly HealLayer[],
    avoid: Uint32Array | undefined,
  ): Promise<HealedStroke> {
    const { held } = await this.#hold(file);
    const { id, spans, recipe } = variant;
    const sent = await this.#sent(held, document, layers, id);
    held.layers = new Set();
    const healed = await this.#client.result('fill-stroke', {
      ...{ key: file, id, runs: spans.runs, recipe, layers: sent },
      ...(avoid === undefined ? {} : { avoid }),
    });
    held.layers = new Set(sent.map((layer) => layer.id));
    return healed;
  }

  async window(
    file: Id,
    document: HealingDocument,
    { id, spans }: Variant,
    how: { readonly context: number; readonly into: string },
  ): Promise<HealWindow> {
    await this.open(file, document);
    return this.#client.result('heal-window', { key: file, id, runs: spans.runs, ...how });
  }

  async takeRefined(
    file: Id,
    document: HealingDocument,
    { id, spans }: Variant,
    at: { readonly x: number; readonly y: number; readonly picture: PlacedPicture },
  ): Promise<HealedStroke> {
    await this.open(file, document);
    return this.#client.result('take-refined', { key: file, id, runs: spans.runs, ...at });
  }

  async encode(
    file: Id,
    document: HealingDocument,
    how: Omit<HealJobs['encode-healed']['payload'], 'key'>,
  ): Promise<Sent<Uint8Array>> {
    await this.open(file, document);
    return this.#client.result('encode-healed', { key: file, ...how });
  }

  async #hold(file: Id): Promise<{ held: Held; isNew: boolean }> {
    if (this.#pid !== this.#client.pid) this.#held.clear();
    const present = this.#held.get(file);
    this.#held.delete(file);
    let held = present;
    if (held === undefined) {
      await this.#makeRoom();
      const { bytes } = await this.#client.result('open-healing', { key: file, file: this.#files.placed(file) });
      held = { bytes, layers: new Set() };
    }
    this.#held.set(file, held);
    this.#pid = this.#client.pid;
    return { held, isNew: present === undefined };
  }

  /** Before a picture is opened whose size is not known yet: the last one in use stays beside it. */
  async #makeRoom(): Promise<void> {
    let bytes = [...this.#held.values()].reduce((sum, held) => sum + held.bytes, 0);
    for (const [file, held] of [...this.#held]) {
      if (bytes <= MOST_BYTES) return;
      this.#held.delete(file);
      bytes -= held.bytes;
      await this.#client.result('close-healing', { key: file });
    }
  }

  /** @param without  a layer whose pixels are still to be made. */
  async #sent(held: Held, document: HealingDocument, layers: readonly HealLayer[], without?: Id): Promise<SentLayer[]> {
    const sent: SentLayer[] = [];
    for (const { variant: id, opacity } of layers) {
      const variant = document.variants.get(id);
      if (variant === undefined) continue;
      const isThere = held.layers.has(id) || id === without;
      const { runs } = variant.spans;
      const samples: Samples | undefined = isThere ? undefined : await document.samples(variant);
      sent.push({ id, opacity, ...(samples === undefined ? {} : { patch: { runs, samples } }) });
    }
    return sent;
  }
}
