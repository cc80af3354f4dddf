import type {
  HealingChange,
  HealLayer,
  HealRecipe,
  HealRefinement,
  VariantInfo,
} from '../../src-main/contract/app/healing.ts';
import type { AppEvent } from '../../src-main/contract/app/events.ts';
import type { MaskPatch } from '../../src-main/contract/app/values.ts';
import { expandWithin, intersection, type Point, type Rect } from '../canvas/geometry.ts';
import type { HealStroke } from '../canvas/heal-strokes.ts';
import { valueChange } from '../canvas/history.ts';
import { MaskLayer } from '../canvas/mask-layer.ts';
import { t } from '../i18n/translate.svelte.ts';
import { chooseModel } from '../panel/choose-model.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import type { OpenPicture } from '../state/open-picture.svelte.ts';
import { completeRecipe, newRecipe, type RecipeChoice } from './heal-recipes.ts';

/** Damage marked as near as this to a stroke is told to its fill, pixels. */
const REACH = 512;
/** Coverage from which a pixel is healed. */
const PAINTED = 128;

const healings = new WeakMap<OpenPicture, Healing>();

/** The healing of a picture, the same each time its tab comes to the front. */
export function healingOf(app: AppState, picture: OpenPicture): Healing {
  const healing = healings.get(picture) ?? new Healing(app, picture);
  healings.set(picture, healing);
  return healing;
}

/** What has been healed on a picture, as the window shows and changes it; the pixels are the host's. */
export class Healing {
  readonly picture: OpenPicture;
  /** What shows, the last on top. */
  layers: readonly HealLayer[] = $state.raw([]);
  variants: Readonly<Record<string, VariantInfo | undefined>> = $state.raw({});
  /** Strokes that are being filled. */
  filling = $state(0);
  /** How far the refinement under way is, 0…1. */
  fraction = $state(0);
  /** Where to copy from, by Alt-click. */
  source: Point | undefined = $state.raw();
  /** The variant whose popover is open. */
  selected: string | undefined = $state();
  /** Whether the popover was opened by keyboard or button, and takes the focus. */
  takesFocus = false;
  readonly #app: AppState;
  #queue: Promise<void> = Promise.resolve();
  #isArranging = false;
  #loading: Promise<void> | undefined;

  constructor(app: AppState, picture: OpenPicture) {
    this.#app = app;
    this.picture = picture;
    picture.editor.heals.listener = {
      prepare: () => void this.load(true),
      heal: (stroke) => this.heal(stroke),
      chooseSource: (at) => this.chooseSource(at),
      select: (at) => this.selectAt(at),
    };
    app.client.onEvent((event) => this.receive(event));
    // A tool that was active before there was a listener.
    if (picture.editor.tools.active === 'heal') void this.load(true);
  }

  get isHealed(): boolean {
    return this.layers.length > 0;
  }

  /** The variants that show, the last on top. */
  get shown(): readonly VariantInfo[] {
    return this.layers.flatMap(({ variant }) => this.variants[variant] ?? []);
  }

  /** Strokes that are refined or wait for it. */
  get refining(): readonly VariantInfo[] {
    return this.shown.filter(({ status }) => status === 'waiting' || status === 'refining');
  }

  get chosen(): { readonly info: VariantInfo; readonly opacity: number } | undefined {
    const layer = this.layers.find(({ variant }) => variant === this.selected);
    const info = layer && this.variants[layer.variant];
    return info && { info, opacity: layer.opacity };
  }

  /** Takes over what an earlier page has healed. @param prepare  the first stroke will come soon. */
  load(prepare = false): Promise<void> {
    const file = this.picture.file.id;
    if (this.#loading === undefined) {
      this.#loading = this.#inOrder(async () => {
        const state = await this.#app.client.call('openHealing', { file, prepare });
        // Strokes that were painted meanwhile lie on top.
        this.layers = [...state.layers, ...this.layers];
        this.#take(state);
      });
    } else if (prepare) {
      void this.#app.attempt(() => this.#app.client.call('openHealing', { file, prepare }));
    }
    return this.#loading;
  }

  /** Heals a stroke: one step of undo over pixels and mask, made at once; the pixels follow. */
  heal({ layer, start }: HealStroke): void {
    const mask = patchOf(layer, layer.bounds);
    if (mask === undefined) return;
    const avoid = this.#avoid(mask);
    const variant = newId();
    const recipe = this.#recipe(start);
    const { document, heals } = this.picture.editor;
    const begin = document.history.mark();
    document.edit('history.heal', (marked) => marked.blendRect(mask, mask.coverage, 0, mask.width, 'subtract'));
    this.#record('history.heal', [...this.layers, { variant, opacity: 1 }]);
    document.history.squash(begin, 'history.heal');
    const { state } = document.history;
    heals.pending.add(layer);
    this.#show(undefined);
    this.filling++;
    void this.#inOrder(async () => {
      try {
        const file = this.picture.file.id;
        const refine = this.#refinement(recipe);
        this.#take(
          await this.#app.client.call('healStroke', {
            ...{ file, variant, mask, recipe, layers: [...this.layers] },
            ...(avoid && { avoid }),
            ...(refine && { refine }),
          }),
        );
        this.#app.announce(t('heal.filled'));
      } catch (error) {
        // The step is as if it had not been, unless people have gone on.
        if (document.history.state === state) document.history.bail(begin);
        else this.layers = this.layers.filter((one) => one.variant !== variant);
        throw error;
      } finally {
        this.filling--;
        heals.pending.delete(layer);
        this.picture.editor.toolsChanged();
      }
    });
  }

  /** Heals everything that is marked, as one stroke. */
  healMarked(): void {
    const { layer } = this.picture.editor.document;
    if (layer.bounds === undefined) return;
    const copy = new MaskLayer(layer.width, layer.height);
    copy.apply(layer.snapshot());
    this.heal({ layer: copy, start: { x: layer.bounds.x, y: layer.bounds.y } });
  }

  /** Heals a stroke anew with other settings, in place of what shows of it. */
  vary(of: VariantInfo, change: Partial<HealRecipe>): void {
    const recipe = completeRecipe({ ...of.recipe, ...change }, of, this.#choice);
    if (recipe === undefined) {
      this.#app.tell(t('heal.source-needed'));
      return;
    }
    const variant = newId();
    const next = this.layers.map((layer) => (layer.variant === of.variant ? { ...layer, variant } : layer));
    this.#record('history.heal-vary', next);
    // Until the pixels are there, what is known of the one before is shown.
    this.variants = { ...this.variants, [variant]: { ...of, variant, recipe, status: 'filled' } };
    this.#show(variant);
    this.filling++;
    void this.#inOrder(async () => {
      try {
        const file = this.picture.file.id;
        const refine = this.#refinement(recipe);
        const avoid = this.#avoid(of);
        const change = await this.#app.client.call('varyStroke', {
          ...{ file, variant, of: of.variant, recipe, layers: [...this.layers] },
          ...(avoid && { avoid }),
          ...(refine && { refine }),
        });
        this.#take(change);
        this.#app.announce(t('heal.filled'));
      } catch (error) {
        this.layers = this.layers.map((layer) =>
          layer.variant === variant ? { ...layer, variant: of.variant } : layer,
        );
        this.#arrange();
        throw error;
      } finally {
        this.filling--;
      }
    });
  }

  /** Heals a stroke again with another seed. */
  retry(of: VariantInfo): void {
    this.vary(of, { seed: (of.recipe.seed + 1) % 2 ** 32 });
  }

  setOpacity(variant: string, opacity: number): void {
    const next = this.layers.map((layer) => (layer.variant === variant ? { ...layer, opacity } : layer));
    this.#record('history.heal-opacity', next, `heal-opacity ${variant}`);
    this.#arrange();
  }

  /** Takes a stroke off. */
  remove(variant: string): void {
    this.#record(
      'history.heal-remove',
      this.layers.filter((layer) => layer.variant !== variant),
    );
    this.#show(undefined);
    this.#arrange();
  }

  /** Refines a stroke by the network. */
  refine({ variant }: VariantInfo): void {
    const refine = this.#network();
    void this.#inOrder(async () =>
      this.#take(await this.#app.client.call('refineStroke', { file: this.picture.file.id, variant, refine })),
    );
  }

  /** Ends refining, of one stroke or of all; what is filled stays. */
  cancel(variant?: string): void {
    const request = { file: this.picture.file.id, ...(variant !== undefined && { variant }) };
    void this.#app.attempt(async () => this.#take(await this.#app.client.call('cancelRefining', request)));
  }

  /** Tells the host what is in sight, so that it is refined first. */
  watch(rect: Rect): void {
    if (this.refining.length === 0) return;
    const x = Math.max(0, Math.floor(rect.x));
    const y = Math.max(0, Math.floor(rect.y));
    const [width, height] = [Math.max(1, Math.ceil(rect.width)), Math.max(1, Math.ceil(rect.height))];
    const request = { file: this.picture.file.id, x, y, width, height };
    void this.#app.client.call('watchHealing', request).catch(() => undefined);
  }

  chooseSource(at: Point | undefined): void {
    this.source = at;
    this.picture.editor.heals.source = at;
    this.picture.editor.toolsChanged();
    this.#app.announce(at === undefined ? t('heal.source-none') : t('heal.source', { x: at.x, y: at.y }));
  }

  /** Opens the popover of a stroke; it takes the focus. */
  select(variant: string): void {
    this.takesFocus = true;
    this.#show(variant);
  }

  /** Opens the popover of the smallest stroke at a place, or closes it where there is none. @returns whether there is one. */
  selectAt({ x, y }: Point): boolean {
    const here = this.shown.filter(
      (one) => x >= one.x - 2 && y >= one.y - 2 && x < one.x + one.width + 2 && y < one.y + one.height + 2,
    );
    this.takesFocus = false;
    this.#show(here.toSorted((a, b) => a.width * a.height - b.width * b.height)[0]?.variant);
    return here.length > 0;
  }

  /** Selects the stroke before the selected one; from the first, the last. */
  selectPrevious(): void {
    const ids = this.shown.map(({ variant }) => variant);
    const index = this.selected === undefined ? 0 : ids.indexOf(this.selected);
    const id = ids.at(index <= 0 ? -1 : index - 1);
    if (id !== undefined) this.select(id);
  }

  deselect(): void {
    this.#show(undefined);
  }

  /** Takes what the host says of this picture. */
  receive(event: AppEvent): void {
    if (event.type !== 'healing' || event.file !== this.picture.file.id) return;
    this.fraction = event.fraction ?? 0;
    const wasFailed = (id: string): boolean => this.variants[id]?.status === 'failed';
    for (const { variant, status, problem } of event.variants) {
      if (status === 'failed' && !wasFailed(variant)) {
        this.#app.tell(t('heal.refine-failed', { reason: problem ?? '' }), 'problem');
      }
      if (status === 'refined') this.#app.announce(t('heal.refined'));
    }
    this.#take(event);
  }

  #show(variant: string | undefined): void {
    this.selected = variant;
    const info = variant === undefined ? undefined : this.variants[variant];
    this.picture.editor.heals.outline = info && { x: info.x, y: info.y, width: info.width, height: info.height };
    this.picture.editor.toolsChanged();
  }

  #take({ variants, blocks }: HealingChange): void {
    if (variants.length > 0) {
      this.variants = { ...this.variants, ...Object.fromEntries(variants.map((info) => [info.variant, info])) };
    }
    const { pixels, editor } = this.picture;
    for (const block of blocks) pixels.put(block);
    if (blocks.length > 0) editor.canvasChanged();
  }

  /** Shows other layers, as a step that can be taken back. */
  #record(label: string, next: readonly HealLayer[], coalesce?: string): void {
    const { history } = this.picture.editor.document;
    const before = this.layers;
    this.layers = next;
    if (coalesce === undefined) history.mark();
    history.record(
      valueChange(
        label,
        before,
        () => this.layers,
        (layers) => {
          this.layers = layers;
          if (!layers.some(({ variant }) => variant === this.selected)) this.#show(undefined);
          this.#arrange();
        },
        coalesce,
      ),
    );
  }

  /** Tells the host what shows now; once, however often it changes before its turn. */
  #arrange(): void {
    if (this.#isArranging) return;
    this.#isArranging = true;
    void this.#inOrder(async () => {
      this.#isArranging = false;
      const layers = [...this.layers];
      this.#take(await this.#app.client.call('arrangeHealing', { file: this.picture.file.id, layers }));
    });
  }

  /** One request after the other, because each says what shows after it. */
  #inOrder(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(async () => {
      await this.#app.attempt(work);
    });
    return this.#queue;
  }

  get #choice(): RecipeChoice {
    const { brush } = this.picture.editor.settings;
    return { fill: this.#app.healSettings.fill, place: this.source, brush: brush.size };
  }

  #recipe(start: Point): HealRecipe {
    const { recipe, lacksSource } = newRecipe(this.#choice, start);
    if (lacksSource) this.#app.tell(t('heal.source-needed'));
    return recipe;
  }

  #refinement({ fill }: HealRecipe): HealRefinement | undefined {
    // A kind that was chosen by hand shows as it is until people ask for more.
    const isRefined = fill === 'sampled' || (fill === 'auto' && this.#app.healSettings.refine);
    return isRefined ? this.#network() : undefined;
  }

  #network(): HealRefinement {
    const { models, settings } = this.#app;
    const { options, model, content } = this.picture;
    const usual = options.task === 'inpaint' ? model : settings.models.inpaint;
    const name = chooseModel(models, 'inpaint', content.mode, usual) ?? usual ?? 'photo';
    const { provider, threads } = settings;
    return { network: { model: name, provider, ...(threads !== undefined && { threads }) } };
  }

  /** Damage that is marked near a stroke, besides it. */
  #avoid(stroke: Rect): MaskPatch | undefined {
    const { layer } = this.picture.editor.document;
    const near = expandWithin(stroke, REACH, layer);
    const marked = near && layer.bounds && intersection(near, layer.bounds);
    return marked && patchOf(layer, marked);
  }
}

/** A part of a layer; undefined where no pixel of it is painted. */
function patchOf(layer: MaskLayer, rect: Rect | undefined): MaskPatch | undefined {
  if (rect === undefined) return undefined;
  const coverage = layer.read(rect);
  for (let i = 0; i < coverage.length; i++) coverage[i] = coverage[i] >= PAINTED ? 255 : 0;
  return coverage.includes(255) ? { ...rect, coverage } : undefined;
}

function newId(): string {
  return crypto.randomUUID();
}
