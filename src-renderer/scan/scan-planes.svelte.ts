import type { Plane, ScanContent } from '../../src-main/contract/app/values.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import type { ScanModel } from './scan-model.svelte.ts';

/** What is shown of the volume beside the slices: planes across them, or the largest values along each direction. */
export type PlaneView = 'none' | 'planes' | 'mip';

/** Planes through the volume that the opened slice is of. */
export class ScanPlanes {
  readonly #app: AppState;
  readonly #model: ScanModel;
  view: PlaneView = $state('none');
  contents: Partial<Record<Plane, ScanContent>> = $state.raw({});
  indices: Partial<Record<Plane, number>> = $state.raw({});
  isBusy = $state(false);
  problem: string | undefined = $state();
  /** The volume that `contents` are of. */
  #shown = '';
  /** What is to be read, one of each direction. */
  #wanted: readonly (readonly [Plane, number | undefined])[] = [];

  constructor(app: AppState, model: ScanModel) {
    this.#app = app;
    this.#model = model;
  }

  /** Whether there is a volume. */
  get isPossible(): boolean {
    return this.#model.opened?.content.kind === 'slice' && this.#model.slices.count > 1;
  }

  /** Shows planes through the middle, or projections; again where the volume is another. */
  async show(view: PlaneView): Promise<void> {
    const volume = this.#files.join();
    if (view === this.view && volume === this.#shown) return;
    this.view = view;
    this.#shown = volume;
    this.contents = {};
    this.indices = {};
    if (view === 'none' || !this.isPossible) return;
    const planes: readonly Plane[] = view === 'mip' ? ['axial', 'coronal', 'sagittal'] : ['coronal', 'sagittal'];
    const { width = 0, height = 0 } = this.#model.opened?.content ?? {};
    for (const plane of planes) {
      const middle = Math.floor((plane === 'coronal' ? height : width) / 2);
      await this.showPlane(plane, view === 'mip' ? undefined : middle);
    }
  }

  /** While one is being read, the last one asked for of each direction comes next. */
  async showPlane(plane: Plane, index: number | undefined): Promise<void> {
    this.#wanted = [...this.#wanted.filter(([each]) => each !== plane), [plane, index]];
    if (this.isBusy) return;
    this.isBusy = true;
    this.problem = undefined;
    try {
      for (let [next] = this.#wanted; next !== undefined; [next] = this.#wanted) await this.#read(...next);
    } catch (error) {
      this.#wanted = [];
      this.problem = (error as Error).message;
    } finally {
      this.isBusy = false;
    }
  }

  async #read(plane: Plane, index: number | undefined): Promise<void> {
    this.#wanted = this.#wanted.slice(1);
    const { spacing, pixelSpacing } = this.#series ?? {};
    const stretch = spacing !== undefined && pixelSpacing !== undefined ? spacing / pixelSpacing : 1;
    const content = await this.#app.client.call('readPlane', {
      files: [...this.#files],
      plane,
      ...(index !== undefined && { index }),
      stretch: Math.min(100, Math.max(0.01, stretch)),
    });
    this.contents = { ...this.contents, [plane]: content };
    if (index !== undefined) this.indices = { ...this.indices, [plane]: index };
  }

  get #series() {
    const { series } = this.#model;
    return series?.all[series.chosen];
  }

  get #files(): readonly string[] {
    const files = this.#series?.files ?? [];
    if (files.length > 1) return files;
    return this.#model.opened === undefined ? [] : [this.#model.opened.file.id];
  }
}
