import type { AppClient } from '../../src-main/contract/app/client.ts';
import { NO_LABEL, type RunLabel, type RunSnapshot } from '../../src-main/contract/app/runs.ts';
import type { Pixels } from '../../src-main/contract/app/values.ts';
import { valueChange, type History } from '../canvas/history.ts';
import { scanPixels } from '../result/compare-pixels.ts';
import { RunModel, type RunHistory } from '../state/run-model.svelte.ts';

/** Stands for the picture before among what is compared. */
export const BEFORE = 'before';
/** Results that are compared at a time. */
export const MOST_COMPARED = 9;

/** A screen of the samples of a run. */
export interface SampleGallery {
  readonly run: RunModel;
  /** From 0. */
  readonly page: number;
  /** Samples on all screens. */
  readonly total: number;
  readonly onlyStarred: boolean;
  readonly ids: readonly string[];
}

/** What the history needs of the app. */
interface HistoryContext {
  readonly client: AppClient;
  attempt<T>(work: () => Promise<T>): Promise<T | undefined>;
}

type Labels = Readonly<Record<string, RunLabel | undefined>>;

/** What runs have made of one document, whatever state of it they began with: a card for each, which people keep in order. */
export class ResultHistory implements RunHistory {
  readonly #app: HistoryContext;
  readonly #document: string;
  /** In the order of their starts. */
  #runs: readonly RunModel[] = $state.raw([]);
  #labels: Labels = $state.raw({});
  #chosen: string | undefined = $state();
  #picked: Readonly<Record<string, string | undefined>> = $state.raw({});
  /** Results side by side, by id, and `BEFORE`; in the order in which they were chosen. */
  compared: readonly string[] = $state.raw([]);
  /** Addresses of small pictures, by result. */
  thumbnails: Readonly<Record<string, string | undefined>> = $state.raw({});
  #pixels: Readonly<Record<string, Pixels | undefined>> = $state.raw({});
  #gallery: SampleGallery | undefined = $state.raw();
  #loading: readonly string[] = [];

  constructor(app: HistoryContext, document: string) {
    this.#app = app;
    this.#document = document;
  }

  /** Runs that have made something and were not thrown away, the newest first. */
  get cards(): readonly RunModel[] {
    return this.#runs.filter(({ id, results }) => results.length > 0 && !this.labelOf(id).isRemoved).toReversed();
  }

  /** The run that is looked at: the one that was chosen, or else the newest. */
  get shown(): RunModel | undefined {
    const { cards } = this;
    return cards.find(({ id }) => id === this.#chosen) ?? cards[0];
  }

  /** Whether an older run than the newest was chosen. */
  get isChosen(): boolean {
    return this.#chosen !== undefined && this.shown?.id === this.#chosen;
  }

  /** From 1, in the order of their starts. */
  numberOf(run: RunModel): number {
    return this.#runs.filter(({ results }) => results.length > 0).indexOf(run) + 1;
  }

  of(run: string): RunModel | undefined {
    return this.#runs.find(({ id }) => id === run);
  }

  /** The run that made a result. */
  runOf(result: string): RunModel | undefined {
    return this.#runs.find(({ results }) => results.some(({ id }) => id === result));
  }

  labelOf(run: string): RunLabel {
    return this.#labels[run] ?? NO_LABEL;
  }

  add(run: RunModel): void {
    if (this.of(run.id) === undefined) this.#runs = [...this.#runs, run];
  }

  /** What has just been made is looked at. */
  ended(run: RunModel): void {
    if (run.status === 'done' && run.results.length > 0) this.#chosen = undefined;
  }

  take(snapshots: readonly RunSnapshot[]): void {
    const ended = snapshots
      .filter(({ document, results, report }) => document === this.#document && results.length > 0 && report)
      .filter(({ run }) => this.of(run) === undefined)
      .sort((a, b) => a.started.localeCompare(b.started));
    const models = ended.map((snapshot) => {
      const model = new RunModel(this.#app.client, snapshot.run);
      model.take(snapshot);
      return model;
    });
    this.#labels = { ...this.#labels, ...Object.fromEntries(ended.map(({ run, label }) => [run, label])) };
    if (models.length > 0) this.#runs = [...models, ...this.#runs];
  }

  choose(run: RunModel): void {
    this.#chosen = run.id;
  }

  /** Of a run with several results, the one that is looked at. */
  pickedOf(run: string): string | undefined {
    return this.#picked[run];
  }

  pick(run: RunModel, result: string): void {
    this.#picked = { ...this.#picked, [run.id]: result };
  }

  /**
   * Puts the samples of a run side by side, as many as can be at a time.
   * @param page  which of the screens of them, from 0.
   * @param onlyStarred  leaves out those without a star, where any has one.
   */
  compareSamples(run: RunModel, page = 0, onlyStarred = false): void {
    const stars = onlyStarred ? this.starredSamples(run) : [];
    const samples = run.results.filter(
      ({ kind, sample }) => kind === 'sample' && (stars.length === 0 || stars.includes(sample)),
    );
    const from = Math.min(
      page * MOST_COMPARED,
      MOST_COMPARED * Math.floor(Math.max(0, samples.length - 1) / MOST_COMPARED),
    );
    this.compared = samples.slice(from, from + MOST_COMPARED).map(({ id }) => id);
    this.#gallery = {
      run,
      page: from / MOST_COMPARED,
      total: samples.length,
      onlyStarred: stars.length > 0,
      ids: this.compared,
    };
  }

  /** The samples that are side by side, as a screen of all of them; undefined where something else is compared. */
  get gallery(): SampleGallery | undefined {
    return this.#gallery?.ids === this.compared ? this.#gallery : undefined;
  }

  /** Shows the next (1) or previous (−1) screen of samples. */
  turnGallery(distance: number): void {
    const { gallery } = this;
    const page = (gallery?.page ?? 0) + distance;
    if (gallery === undefined || page < 0 || page * MOST_COMPARED >= gallery.total) return;
    this.compareSamples(gallery.run, page, gallery.onlyStarred);
  }

  starredSamples(run: RunModel): readonly number[] {
    return this.labelOf(run.id).starredSamples ?? [];
  }

  /** Goes to the next older (1) or newer (−1) run. */
  step(distance: number): void {
    const { cards, shown } = this;
    const place = cards.findIndex((card) => card === shown) + distance;
    if (place >= 0 && place < cards.length) this.choose(cards[place]);
  }

  /** Says something of a run; a step of `edits`. @param step  key of its name. */
  relabel(run: RunModel, change: Partial<RunLabel>, edits: History, step: string): void {
    const before = this.labelOf(run.id);
    const read = (): RunLabel => this.labelOf(run.id);
    const write = (label: RunLabel): void => this.#write(run.id, label);
    write({ ...before, ...change });
    edits.mark();
    edits.record(valueChange(step, before, read, write));
  }

  /** Puts a result beside the others that are compared, or takes it away; the picture before is the first to be there. */
  toggleCompared(result: string): void {
    const others = this.compared.filter((id) => id !== result);
    if (others.length < this.compared.length) this.compared = others.every((id) => id === BEFORE) ? [] : others;
    else if (others.length < MOST_COMPARED) this.compared = [...others, result];
  }

  /** Pixels of a result that is compared; undefined until they are there. */
  pixelsOf(result: string): Pixels | undefined {
    return this.#pixels[result];
  }

  /** Fetches what is compared and small pictures of what is on the cards, and lets go of what is not compared any more. */
  async load(): Promise<void> {
    const { compared, cards } = this;
    const wanted = compared.filter((id) => id !== BEFORE);
    const kept = Object.entries(this.#pixels).filter(([id]) => wanted.includes(id));
    if (kept.length < Object.keys(this.#pixels).length) this.#pixels = Object.fromEntries(kept);
    const small = cards.map(({ results }) => results[0].id).filter((id) => this.thumbnails[id] === undefined);
    await Promise.all([
      ...wanted.filter((id) => this.#pixels[id] === undefined).map((id) => this.#once(id, () => this.#readPixels(id))),
      ...small.map((id) => this.#once(`small ${id}`, () => this.#readThumbnail(id))),
    ]);
  }

  dispose(): void {
    for (const address of Object.values(this.thumbnails)) if (address !== undefined) URL.revokeObjectURL(address);
  }

  async #once(key: string, work: () => Promise<void>): Promise<void> {
    if (this.#loading.includes(key)) return;
    this.#loading = [...this.#loading, key];
    await this.#app.attempt(work);
    this.#loading = this.#loading.filter((other) => other !== key);
  }

  async #readPixels(id: string): Promise<void> {
    const read = await this.#app.client.call('readResult', { result: id });
    this.#pixels = { ...this.#pixels, [id]: 'values' in read ? scanPixels(read) : read };
  }

  async #readThumbnail(id: string): Promise<void> {
    const bytes = await this.#app.client.call('readThumbnail', { result: id });
    const address = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }));
    this.thumbnails = { ...this.thumbnails, [id]: address };
  }

  #write(run: string, label: RunLabel): void {
    this.#labels = { ...this.#labels, [run]: label };
    if (label.isRemoved) {
      const gone = this.of(run)?.results.map(({ id }) => id) ?? [];
      const left = this.compared.filter((id) => !gone.includes(id));
      if (left.length < this.compared.length) this.compared = left.length > 1 ? left : [];
    }
    void this.#app.attempt(() => this.#app.client.call('labelRun', { run, label }));
  }
}
