import { decode, encode } from '@msgpack/msgpack';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { healLayerSchema, healRecipeSchema } from '../../../contract/app/healing.ts';
import type {
  HealLayer,
  HealRecipe,
  HealRefinement,
  VariantInfo,
  VariantStatus,
} from '../../../contract/app/healing.ts';
import { bytesSchema, idSchema, type Id } from '../../../contract/app/values.ts';
import type { Samples } from '../../../heal/healed-picture.ts';
import { spansFrom, type Spans } from '../../../heal/spans.ts';
import { writeFileAtomically } from '../../files/write-file.ts';
import { KeptFile, readKeptFile } from '../kept-file.ts';

/** A way in which a stroke was healed. Its pixels are in files; here is what is known of them. */
export interface Variant {
  readonly id: Id;
  readonly stroke: Id;
  readonly spans: Spans;
  readonly recipe: HealRecipe;
  /** Whether the network's pixels are there besides those of the fill. */
  isRefined: boolean;
  status: VariantStatus;
  problem?: string | undefined;
  notice?: VariantInfo['notice'];
  /** How it would be refined had it not been undone meanwhile. */
  postponed?: HealRefinement | undefined;
}

/** What `document.msgpack` holds. */
const keptSchema = z.strictObject({
  version: z.literal(1),
  bitDepth: z.union([z.literal(8), z.literal(16)]),
  strokes: z.array(z.strictObject({ id: idSchema, runs: bytesSchema })),
  variants: z.array(
    z.strictObject({ id: idSchema, stroke: idSchema, recipe: healRecipeSchema, isRefined: z.boolean() }),
  ),
  layers: z.array(healLayerSchema),
});
type Kept = z.infer<typeof keptSchema>;

type PatchKind = 'filled' | 'refined';

/**
 * What has been healed of one picture, in a folder that outlives the program: the list of what shows, and for every
 * variant a file with the samples of its pixels. Pixels are written before the list that names them, so that a program
 * that is killed leaves a list all of whose pixels are there.
 */
export class HealingDocument {
  readonly variants = new Map<Id, Variant>();
  layers: readonly HealLayer[] = [];
  readonly #folder: string;
  readonly #file: KeptFile;
  #bitDepth: 8 | 16 = 8;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#file = new KeptFile(join(folder, 'document.msgpack'));
  }

  /** What an earlier program has left in the folder; what was undone in it is forgotten. */
  static async load(folder: string): Promise<HealingDocument> {
    const document = new HealingDocument(folder);
    const kept = await readKeptFile<Kept>(join(folder, 'document.msgpack'), (bytes) => keptSchema.parse(decode(bytes)));
    if (kept !== undefined) await document.#take(kept);
    return document;
  }

  async #take({ bitDepth, strokes, variants, layers }: Kept): Promise<void> {
    this.#bitDepth = bitDepth;
    const spans = new Map(strokes.map(({ id, runs }) => [id, spansOfBytes(runs)]));
    const shown = new Set(layers.map(({ variant }) => variant));
    for (const { id, stroke, recipe, isRefined } of variants) {
      const own = spans.get(stroke);
      const status = isRefined ? 'refined' : 'filled';
      if (own === undefined || !shown.has(id)) await this.#removePatches(id);
      else this.variants.set(id, { id, stroke, spans: own, recipe, isRefined, status });
    }
    // A stroke whose pixels are gone or cut short cannot be shown.
    for (const variant of [...this.variants.values()]) {
      const samples = await this.samples(variant).catch(() => undefined);
      const colours = samples === undefined ? 0 : samples.length / variant.spans.count;
      if (colours !== 1 && colours !== 3) this.variants.delete(variant.id);
    }
    this.layers = layers.filter(({ variant }) => this.variants.has(variant));
  }

  /** Layers of variants that are known. */
  known(layers: readonly HealLayer[]): HealLayer[] {
    return layers.filter(({ variant }) => this.variants.has(variant));
  }

  isShown(id: Id): boolean {
    return this.layers.some(({ variant }) => variant === id);
  }

  /** The best pixels of a variant that there are. @throws Error when the file cannot be read. */
  async samples({ id, isRefined }: Variant): Promise<Samples> {
    const bytes = await readFile(this.#patchPath(id, isRefined ? 'refined' : 'filled'));
    if (this.#bitDepth === 8) return new Uint8Array(bytes);
    return new Uint16Array(new Uint8Array(bytes).buffer);
  }

  /** @throws file-unwritable */
  async writeSamples(id: Id, kind: PatchKind, samples: Samples): Promise<void> {
    this.#bitDepth = samples.BYTES_PER_ELEMENT === 1 ? 8 : 16;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    await writeFileAtomically(this.#patchPath(id, kind), bytes);
  }

  /** Writes the list. @throws file-unwritable */
  async save(): Promise<void> {
    const variants = [...this.variants.values()];
    const strokes = new Map(variants.map(({ stroke, spans }) => [stroke, spans.runs]));
    const kept: Kept = {
      version: 1,
      bitDepth: this.#bitDepth,
      strokes: [...strokes].map(([id, runs]) => ({ id, runs: new Uint8Array(runs.slice().buffer) })),
      variants: variants.map(({ id, stroke, recipe, isRefined }) => ({ id, stroke, recipe, isRefined })),
      layers: [...this.layers],
    };
    await this.#file.write(encode(kept, { ignoreUndefined: true }));
  }

  /** Removes everything. */
  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #removePatches(id: Id): Promise<void> {
    for (const kind of ['filled', 'refined'] as const) await rm(this.#patchPath(id, kind), { force: true });
  }

  #patchPath(id: Id, kind: PatchKind): string {
    return join(this.#folder, `${id}.${kind}`);
  }
}

/** What a page may know of a variant. */
export function variantInfo({ id, stroke, spans, recipe, status, problem, notice }: Variant): VariantInfo {
  return {
    ...{ variant: id, stroke, ...spans.rect, pixels: spans.count, recipe, status },
    ...(problem === undefined ? {} : { problem }),
    ...(notice === undefined ? {} : { notice }),
  };
}

/** @throws Error unless they are runs in reading order. */
function spansOfBytes(bytes: Uint8Array): Spans {
  if (bytes.length === 0 || bytes.length % 12 !== 0) throw new Error('The runs of a stroke are cut short.');
  // A copy, because what the decoder gives lies anywhere in its buffer.
  return spansFrom(new Uint32Array(new Uint8Array(bytes).buffer));
}
