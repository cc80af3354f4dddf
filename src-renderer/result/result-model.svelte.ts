import type { AppResult } from '../../src-main/contract/app/replies.ts';
import type { ResultInfo } from '../../src-main/contract/app/runs.ts';
import type { Pixels } from '../../src-main/contract/app/values.ts';
import type { Rect } from '../canvas/geometry.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import type { OpenPicture } from '../state/open-picture.svelte.ts';
import type { RepairModel } from '../repair/repair-model.svelte.ts';
import type { RunModel } from '../state/run-model.svelte.ts';
import { placeOf } from './place-of.ts';
import { FULL, strengthsOf, type ShownStrength } from './result-strength.svelte.ts';
import { deviationPixels, scanPixels } from './compare-pixels.ts';

/** Results whose pixels are kept at a time: the one shown and those just compared with it. */
const KEPT = 3;
/** Longest side of a thumbnail, pixels. */
const THUMBNAIL = 96;

/** The results of a run as the result view shows them. */
export class ResultModel {
  readonly run: RunModel;
  readonly picture: OpenPicture;
  /** What was picked; undefined: the first. */
  #picked: string | undefined = $state();
  #contents: readonly { readonly id: string; readonly pixels: Pixels }[] = $state.raw([]);
  /** The largest deviation of the uncertainty map, on 0…255; undefined until it has been read. */
  largestDeviation: number | undefined = $state();
  thumbnails: Readonly<Record<string, string>> = $state.raw({});
  readonly #app: AppState;
  #loading: readonly string[] = [];

  constructor(app: AppState, picture: OpenPicture, run: RunModel) {
    this.#app = app;
    this.picture = picture;
    this.run = run;
  }

  get shown(): ResultInfo | undefined {
    const picked = this.picture.history?.pickedOf(this.run.id) ?? this.#picked;
    return this.run.results.find(({ id }) => id === picked) ?? this.run.results[0];
  }

  /** Pixels of what is shown; undefined until they have come. */
  get content(): Pixels | undefined {
    const read = this.#contents.find(({ id }) => id === this.shown?.id)?.pixels;
    return read && this.#repair ? this.#repair.compose(read) : read;
  }

  /** What is shown as the host saves it, with what people have decided on repaired places. */
  async settled(): Promise<ResultInfo | undefined> {
    const { shown } = this;
    if (shown === undefined) return undefined;
    if (this.#repair) return this.#repair.settle(shown);
    return this.hasStrength ? strengthsOf(this.picture).settle(this.#app.client, shown) : shown;
  }

  /** Whether what is shown can be mixed with the picture before: the very picture that the run began with. */
  get hasStrength(): boolean {
    const { shown, run, picture } = this;
    const isPicture = shown !== undefined && !shown.isScan && (shown.kind === 'sample' || shown.kind === 'mean');
    if (!isPicture || run.crop !== undefined || this.#repair !== undefined) return false;
    return run.file === picture.before && run.request?.healed !== true;
  }

  /** How far what is shown goes from the picture before. */
  get strength(): ShownStrength {
    return this.shown !== undefined && this.hasStrength ? strengthsOf(this.picture).of(this.shown.id) : FULL;
  }

  /** Pixels of what is shown as it is saved. */
  async settledPixels(): Promise<Pixels | undefined> {
    const settled = await this.settled();
    if (settled === undefined || settled.id === this.shown?.id) return this.content;
    const read = await this.#app.client.call('readResult', { result: settled.id });
    return 'values' in read ? undefined : read;
  }

  /** The repair that this is the result of. */
  get #repair(): RepairModel | undefined {
    const { repair } = this.picture;
    return repair?.owns(this.run) === true ? repair : undefined;
  }

  /** Where the result lies in the picture; undefined where that is not known, or it is no picture of the same place. */
  get rect(): Rect | undefined {
    const { shown, picture, run } = this;
    return shown && placeOf(shown, run.crop, picture.content);
  }

  pick(id: string): void {
    this.#picked = id;
    this.picture.history?.pick(this.run, id);
  }

  /** Shows the next or previous result. */
  step(distance: number): void {
    const { results } = this.run;
    const index = results.findIndex(({ id }) => id === this.shown?.id);
    const next = results[(index + distance + results.length) % results.length]?.id;
    if (next !== undefined) this.pick(next);
  }

  /** Fetches the pixels of what is shown, and thumbnails where there are several results. */
  async load(): Promise<void> {
    const { shown } = this;
    if (shown === undefined) return;
    if (this.content === undefined) await this.#read(shown);
    if (this.run.results.length < 2) return;
    for (const result of this.run.results) if (!(result.id in this.thumbnails)) await this.#read(result);
  }

  #pixelsOf(result: ResultInfo, read: AppResult<'readResult'>): Pixels {
    if ('values' in read) return scanPixels(read);
    if (result.kind !== 'std') return read;
    const { pixels, largest } = deviationPixels(read);
    this.largestDeviation = largest;
    return pixels;
  }

  async #read(result: ResultInfo): Promise<void> {
    if (this.#loading.includes(result.id)) return;
    this.#loading = [...this.#loading, result.id];
    const read = await this.#app.attempt(() => this.#app.client.call('readResult', { result: result.id }));
    this.#loading = this.#loading.filter((id) => id !== result.id);
    if (read === undefined) return;
    const pixels = this.#pixelsOf(result, read);
    // The one shown stays whatever else is read for thumbnails.
    const shown = this.#contents.filter(({ id }) => id === this.shown?.id);
    const recent = this.#contents.filter(({ id }) => id !== this.shown?.id).slice(-(KEPT - 2));
    this.#contents = [...recent, ...shown, { id: result.id, pixels }];
    this.thumbnails = { ...this.thumbnails, [result.id]: thumbnailOf(pixels) };
  }
}

/** A small PNG as a data address; empty where there is no canvas. */
function thumbnailOf({ width, height, data }: Pixels): string {
  const zoom = Math.min(1, THUMBNAIL / Math.max(width, height));
  const [full, small] = [document.createElement('canvas'), document.createElement('canvas')];
  Object.assign(full, { width, height });
  Object.assign(small, { width: Math.max(1, width * zoom), height: Math.max(1, height * zoom) });
  const [source, target] = [full.getContext('2d'), small.getContext('2d')];
  if (source === null || target === null) return '';
  source.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
  target.drawImage(full, 0, 0, small.width, small.height);
  return small.toDataURL();
}
