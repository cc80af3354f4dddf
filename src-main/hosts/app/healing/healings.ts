import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ParsedAppRequest } from '../../../contract/app/calls.ts';
import type { AppEvent } from '../../../contract/app/events.ts';
import type { HealingChange, HealingState, VariantInfo } from '../../../contract/app/healing.ts';
import type { Saved } from '../../../contract/app/results.ts';
import type { Sent } from '../../../contract/app/parts.ts';
import type { Id } from '../../../contract/app/values.ts';
import { OUTPUT_FORMATS } from '../../../contract/jobs.ts';
import { LangevinError, toLangevinError } from '../../../errors.ts';
import { spansOf, type Spans } from '../../../heal/spans.ts';
import type { EngineClient } from '../../engine/engine-client.ts';
import type { EngineJobs } from '../../engine/job-types.ts';
import { scoreManifest } from '../../engine/jobs/models.ts';
import type { SentPixels } from '../../engine/jobs/pixel-layers.ts';
import { makeFolder, writeFileAtomically } from '../../files/write-file.ts';
import type { FileStore } from '../file-store.ts';
import { known, newId } from '../ids.ts';
import type { HealJobs } from '../jobs/heal-jobs.ts';
import type { PartsPlace, PartStore } from '../part-store.ts';
import { save } from '../saving.ts';
import type { AppShell } from '../shell.ts';
import { Scratch } from '../../engine/scratch.ts';
import { Turns } from '../../engine/turns.ts';
import { Healer } from './healer.ts';
import { HealingDocument, variantInfo, type Variant } from './healing-document.ts';
import { Refiner, type Refinement } from './refiner.ts';

export interface HealingsOptions {
  readonly engine: EngineClient<EngineJobs>;
  readonly healer: EngineClient<HealJobs>;
  /** Of the engine: strokes are refined between runs. */
  readonly turns: Turns;
  readonly files: FileStore;
  readonly parts: PartStore;
  readonly shell: AppShell;
  readonly emit: (event: AppEvent) => void;
  /** For what has been healed; a folder for each picture. */
  readonly folder: string;
}

/** Surroundings of a stroke that the network sees, pixels: its windows take 64 and grow to its stride. */
const CONTEXT = 128;
/** Noise level that strokes of the kind `sampled` begin at. */
const SAMPLED_SIGMA = 1;
/** From there more levels are needed than from a fill. */
const SAMPLED_STEPS = 8;
/** News of progress come at most so often, milliseconds. */
const NEWS_MS = 200;

const never = new AbortController().signal;

/** What a request has changed, and how to write it down. */
interface Answered {
  readonly change: HealingChange;
  readonly keep: () => Promise<void>;
}

/** What is healed on the pictures of a session: strokes are filled at once and refined when the engine is free. */
export class Healings {
  readonly #options: HealingsOptions;
  readonly #healer: Healer;
  readonly #refiner: Refiner;
  /** Swept with what was healed on pictures that are open no more. */
  readonly #scratch: Scratch;
  readonly #documents = new Map<Id, Promise<HealingDocument>>();
  /** One request after the other: each says what shows after it. */
  readonly #requests = new Turns();

  constructor(options: HealingsOptions) {
    this.#options = options;
    this.#scratch = new Scratch(join(options.folder, 'work'));
    this.#healer = new Healer(options.healer, options.files);
    this.#refiner = new Refiner((refinement) => this.#refine(refinement));
  }

  get isBusy(): boolean {
    return this.#refiner.isBusy || this.#requests.isBusy;
  }

  /** Removes what was healed on pictures that are not open any more. */
  async sweep(): Promise<void> {
    const { folder, files } = this.#options;
    for (const name of await readdir(folder).catch(() => [])) {
      if (!files.has(name)) await rm(join(folder, name), { recursive: true, force: true });
    }
  }

  /** The files in which lies what was healed on a picture, by their names. @throws file-not-found */
  filesOf(file: Id): Promise<readonly { readonly name: string; readonly path: string }[]> {
    return this.#inTurn(file, async ({ layers }) => {
      if (layers.length === 0) return [];
      const folder = join(this.#options.folder, file);
      return (await readdir(folder)).filter(isHealingFile).map((name) => ({ name, path: join(folder, name) }));
    });
  }

  /** A file of what was healed elsewhere, for a picture that has not been healed here. @throws file-unwritable */
  async adopt(file: Id, name: string, bytes: Uint8Array): Promise<void> {
    if (!isHealingFile(name)) throw new LangevinError('internal', `${name} is no file of what was healed.`);
    const folder = join(this.#options.folder, file);
    await makeFolder(folder, 0o700);
    await writeFileAtomically(join(folder, name), bytes);
  }

  /** @throws file-not-found; what reading and decoding throw where something has been healed */
  open({ file, prepare }: ParsedAppRequest<'openHealing'>): Promise<HealingState> {
    return this.#inTurn(file, async (document) => {
      const { layers } = document;
      if (layers.length === 0) {
        if (prepare) await this.#healer.open(file, document);
        return { layers, variants: [], blocks: [] };
      }
      const blocks = await this.#healer.setLayers(file, document, true);
      const variants = [...document.variants.values()].filter(({ id }) => document.isShown(id));
      return { layers, variants: variants.map(variantInfo), blocks };
    });
  }

  /** @throws invalid-argument for an id that is taken; nothing-to-do; mask-size; what decoding throws */
  stroke(request: ParsedAppRequest<'healStroke'>): Promise<HealingChange> {
    const { mask, file } = request;
    return this.#answerInTurn(file, async (document) => {
      const spans = spansOf(mask);
      if (spans === undefined) {
        throw new LangevinError('nothing-to-do', 'The stroke covers no pixel of the picture; paint on the picture.');
      }
      return this.#fill(document, request, { stroke: newId(), spans });
    });
  }

  /** @throws file-not-found for an unknown variant; otherwise as `stroke` */
  vary(request: ParsedAppRequest<'varyStroke'>): Promise<HealingChange> {
    return this.#answerInTurn(request.file, (document) =>
      this.#fill(document, request, known('stroke', document.variants, request.of)),
    );
  }

  arrange({ file, layers }: ParsedAppRequest<'arrangeHealing'>): Promise<HealingChange> {
    return this.#inTurn(file, async (document) => {
      document.layers = document.known(layers);
      const variants = [...this.#cancelHidden(file, document), ...this.#resumeShown(file, document)];
      const blocks = await this.#healer.setLayers(file, document);
      await document.save();
      return { variants, blocks };
    });
  }

  /** @throws file-not-found for an unknown variant */
  refine({ file, variant: id, refine }: ParsedAppRequest<'refineStroke'>): Promise<HealingChange> {
    return this.#inTurn(file, async (document) => {
      const variant = known('stroke', document.variants, id);
      if (variant.status !== 'waiting' && variant.status !== 'refining') this.#await(file, variant, refine);
      return { variants: [variantInfo(variant)], blocks: [] };
    });
  }

  async cancel({ file, variant }: ParsedAppRequest<'cancelRefining'>): Promise<HealingChange> {
    const document = await this.#document(file);
    const isMeant = (one: Refinement): boolean =>
      one.file === file && (variant === undefined || one.variant === variant);
    return { variants: this.#cancel(document, isMeant), blocks: [] };
  }

  watch({ file, ...rect }: ParsedAppRequest<'watchHealing'>): void {
    this.#refiner.watch(file, rect);
  }

  /** @throws file-not-found, unsupported-format, unsupported-combination, output-exists, file-unwritable */
  async save({ file, save: wanted }: ParsedAppRequest<'saveHealed'>): Promise<Sent<Saved>> {
    const { files, parts, shell } = this.#options;
    const { path, isCopy } = files.get(file);
    return save(shell, {
      ...{ name: wanted.name, format: wanted.format, original: isCopy ? undefined : path },
      encode: async (format) => this.#encode(file, { ...wanted, format }, await parts.place()),
      write: async (format, chosen) => void (await this.#encode(file, { ...wanted, format }, { path: chosen })),
    });
  }

  /** What shows of a picture, for a run that begins there. */
  layersOf(file: Id): Promise<SentPixels[]> {
    return this.#inTurn(file, async (document) => {
      const layers: SentPixels[] = [];
      for (const { variant: id, opacity } of document.layers) {
        const variant = known('stroke', document.variants, id);
        layers.push({ id, opacity, patch: { runs: variant.spans.runs, samples: await document.samples(variant) } });
      }
      return layers;
    });
  }

  /** Ends what is done for a picture, and removes what was healed of it. */
  async forget(file: Id): Promise<void> {
    if (!this.#documents.has(file)) return;
    const document = await this.#document(file);
    this.#cancel(document, (one) => one.file === file);
    await this.#requests.take(never, async () => {
      this.#documents.delete(file);
      await this.#healer.close(file);
      await document.remove();
    });
  }

  /** Ends all refining, and waits until what has been healed is on the disk. */
  async close(): Promise<void> {
    this.#refiner.cancel(() => true);
    await this.#requests.take(never, async () => undefined);
  }

  async #fill(
    document: HealingDocument,
    request: Omit<ParsedAppRequest<'healStroke'>, 'mask'>,
    { stroke, spans }: { readonly stroke: Id; readonly spans: Spans },
  ): Promise<Answered> {
    const { file, variant: id, recipe, refine } = request;
    const avoid = request.avoid && spansOf(request.avoid);
    if (document.variants.has(id)) {
      throw new LangevinError('invalid-argument', `There is a stroke ${id} already; choose another id.`);
    }
    const variant: Variant = { id, stroke, spans, recipe, isRefined: false, status: 'filled' };
    document.variants.set(id, variant);
    const layers = document.known(request.layers);
    try {
      const { samples, blocks, notice } = await this.#healer.fill(file, document, variant, layers, avoid?.runs);
      if (notice !== undefined) variant.notice = notice;
      document.layers = layers;
      // It waits for this turn to end.
      if (refine !== undefined) this.#await(file, variant, refine);
      const change = { variants: [...this.#cancelHidden(file, document), variantInfo(variant)], blocks };
      const keep = async (): Promise<void> => {
        await document.writeSamples(id, 'filled', samples);
        await document.save();
      };
      return { change, keep: () => this.#tellFailure(file, variant, keep) };
    } catch (error) {
      document.variants.delete(id);
      throw error;
    }
  }

  /** A stroke that cannot be kept shows, but ends with the program: people hear of it. */
  async #tellFailure(file: Id, variant: Variant, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      variant.status = 'failed';
      variant.problem = toLangevinError(error).message;
      this.#options.emit({ type: 'healing', file, variants: [variantInfo(variant)], blocks: [] });
    }
  }

  #await(file: Id, variant: Variant, refine: Refinement['refine']): void {
    variant.status = 'waiting';
    delete variant.problem;
    delete variant.postponed;
    this.#refiner.add({ file, variant: variant.id, rect: variant.spans.rect, refine });
  }

  /** Nobody sees what has been undone. */
  #cancelHidden(file: Id, document: HealingDocument): VariantInfo[] {
    return this.#cancel(document, (one) => {
      if (one.file !== file || document.isShown(one.variant)) return false;
      const variant = document.variants.get(one.variant);
      if (variant !== undefined) variant.postponed = one.refine;
      return true;
    });
  }

  /** What is shown again is refined after all. */
  #resumeShown(file: Id, document: HealingDocument): VariantInfo[] {
    return document.layers.flatMap(({ variant: id }) => {
      const variant = document.variants.get(id);
      if (variant?.postponed === undefined) return [];
      this.#await(file, variant, variant.postponed);
      return variantInfo(variant);
    });
  }

  #cancel(document: HealingDocument, isMeant: (refinement: Refinement) => boolean): VariantInfo[] {
    return this.#refiner.cancel(isMeant).flatMap(({ variant: id }) => {
      const variant = document.variants.get(id);
      if (variant === undefined) return [];
      variant.status = statusOf(variant);
      return variantInfo(variant);
    });
  }

  async #refine(refinement: Refinement): Promise<void> {
    const { file, variant: id } = refinement;
    const document = await this.#document(file).catch(() => undefined);
    const variant = document?.variants.get(id);
    if (document === undefined || variant === undefined) return;
    if (!document.isShown(id)) {
      variant.status = statusOf(variant);
      variant.postponed = refinement.refine;
      return;
    }
    const tell = (fraction?: number): void =>
      this.#options.emit({
        ...{ type: 'healing', file, variants: [variantInfo(variant)], blocks: [] },
        ...(fraction === undefined ? {} : { fraction }),
      });
    const into = await this.#scratch.place();
    try {
      await this.#improve(refinement, document, variant, tell, into);
    } catch (error) {
      const { code, message } = toLangevinError(error);
      variant.status = code === 'cancelled' ? statusOf(variant) : 'failed';
      if (code !== 'cancelled') variant.problem = message;
      tell();
    } finally {
      await this.#scratch.release(into);
    }
  }

  async #improve(
    { file, refine, signal }: Refinement,
    document: HealingDocument,
    variant: Variant,
    tell: (fraction?: number) => void,
    into: string,
  ): Promise<void> {
    const { engine, turns, emit } = this.#options;
    const { x, y, picture, mask } = await this.#requests.take(signal, () =>
      this.#healer.window(file, document, variant, { context: CONTEXT, into }),
    );
    const { seed, fill } = variant.recipe;
    const network = { ...refine.network };
    const restored = await turns.take(signal, async () => {
      variant.status = 'refining';
      tell(0);
      // A sample of the posterior has to begin in noise; elsewhere the task's own start is the better one.
      const start =
        fill === 'sampled' ? { sigmaMax: await this.#sampledSigma(network.model), steps: SAMPLED_STEPS } : {};
      const options = { task: 'inpaint' as const, seed, samples: 1, ...start };
      const steps = engine.run('restore-decoded', { picture, mask, given: fill, options, network, into }, { signal });
      let told = Date.now();
      for (;;) {
        const next = await steps.next();
        if (next.done) return next.value;
        if (next.value.type !== 'step' || Date.now() - told < NEWS_MS) continue;
        told = Date.now();
        tell(next.value.fraction);
      }
    });
    await this.#requests.take(signal, async () => {
      const refined = { x, y, picture: restored.pictures[0] };
      const { samples, blocks } = await this.#healer.takeRefined(file, document, variant, refined);
      await document.writeSamples(variant.id, 'refined', samples);
      variant.isRefined = true;
      variant.status = 'refined';
      await document.save();
      emit({ type: 'healing', file, variants: [variantInfo(variant)], blocks });
    });
  }

  /** What the network knows, where that is less. */
  async #sampledSigma(model: string | undefined): Promise<number> {
    const details = await this.#options.engine.result('models-show', { model: model ?? 'photo' });
    return Math.min(SAMPLED_SIGMA, scoreManifest(details).sigmaMax);
  }

  async #encode(
    file: Id,
    wanted: ParsedAppRequest<'saveHealed'>['save'],
    into: PartsPlace | { readonly path: string },
  ): Promise<Sent<Uint8Array>> {
    const format = OUTPUT_FORMATS.find((name) => name === wanted.format);
    if (format === undefined) {
      throw new LangevinError(
        'unsupported-format',
        `Pictures are not saved as ${wanted.format}; choose png, jpeg, webp or tiff.`,
      );
    }
    const { quality, metadata: keep } = wanted;
    return this.#inTurn(file, (document) =>
      this.#healer.encode(file, document, { format, keep, into, ...(quality === undefined ? {} : { quality }) }),
    );
  }

  /** @throws file-not-found for an id of no file */
  async #inTurn<T>(file: Id, work: (document: HealingDocument) => T | Promise<T>): Promise<T> {
    this.#options.files.get(file);
    return this.#requests.take(never, async () => work(await this.#document(file)));
  }

  /** Answers before the pixels are on the disk; the next request waits for that. */
  #answerInTurn(file: Id, work: (document: HealingDocument) => Promise<Answered>): Promise<HealingChange> {
    return new Promise((resolve, reject) => {
      this.#inTurn(file, async (document) => {
        const { change, keep } = await work(document);
        resolve(change);
        await keep();
      }).catch(reject);
    });
  }

  #document(file: Id): Promise<HealingDocument> {
    let document = this.#documents.get(file);
    if (document === undefined) {
      document = HealingDocument.load(join(this.#options.folder, file));
      this.#documents.set(file, document);
    }
    return document;
  }
}

function isHealingFile(name: string): boolean {
  return /^(document\.msgpack|[\w-]{6,64}\.(filled|refined))$/.test(name);
}

/** Of a variant that is not being refined. */
function statusOf({ isRefined }: Variant): 'refined' | 'filled' {
  return isRefined ? 'refined' : 'filled';
}
