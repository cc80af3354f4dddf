import { addFile } from '../client/add-file.ts';
import type { PictureContent, FileInfo, ScanContent, SeriesInfo } from '../../src-main/contract/app/values.ts';
import type { ResultInfo, RunPlan, RunRequest } from '../../src-main/contract/app/runs.ts';
import type { RestoreOptions } from '../../src-main/contract/restore-options.ts';
import type { ModelInfo } from '../../src-main/contract/app/replies.ts';
import { LangevinError } from '../../src-main/errors.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import { RefusedFields } from '../shell/refused-fields.svelte.ts';
import { RunModel, startRun } from '../state/run-model.svelte.ts';
import { parseAngles } from './angles.ts';
import { keepScan, keptScan } from './kept-scan.ts';

/** A file that was opened, and what it holds. */
export interface OpenScan {
  readonly file: FileInfo;
  readonly content: ScanContent;
  readonly slice: number;
}

/** Series of a folder, of which one is looked at. */
export interface OpenSeries {
  readonly all: readonly SeriesInfo[];
  readonly chosen: number;
  readonly files: readonly FileInfo[];
}

/** A sinogram, simulated or opened. */
export interface Measured {
  readonly file: FileInfo;
  readonly content: ScanContent;
  readonly angles: readonly number[] | undefined;
}

/** What a reconstruction has made, by kind: the first sample, and of several samples their mean and spread. */
export type Shown = 'sample' | 'mean' | 'std';

/** How long nothing must have been changed before the host is asked what a reconstruction would take. */
const PLAN_DELAY_MS = 350;

/** Everything the CT view knows; lives as long as the window. */
export class ScanModel {
  readonly #app: AppState;
  opened: OpenScan | undefined = $state.raw();
  measured: Measured | undefined = $state.raw();
  /** Where the opened slice is one of a series. */
  series: OpenSeries | undefined = $state.raw();
  fbp: ScanContent | undefined = $state.raw();
  results: Partial<Record<Shown, ScanContent>> = $state.raw({});
  infos: Partial<Record<Shown, ResultInfo>> = $state.raw({});
  /** What is being done, apart from a run. */
  busy: 'opening' | 'simulating' | 'starting' | undefined = $state();
  /** Why the last thing failed, and what it was. */
  problem: { readonly during: 'opening' | 'simulating' | 'starting'; readonly message: string } | undefined =
    $state.raw();
  /** Fields that show what cannot be taken. */
  readonly refused = new RefusedFields();
  views = $state(60);
  noise = $state(0);
  seed = $state(0);
  samples = $state(1);
  /** How the rays of a view run. */
  rays: 'parallel' | 'fan' = $state('parallel');
  /** Pixels of the slice. */
  sourceAxis = $state(600);
  detectorSpacing = $state(1);
  /** A run and the stage that `startRun` sets; the view shows all of them at once. */
  run: RunModel | undefined = $state.raw();
  stage: 'edit' | 'live' | 'result' = 'edit';
  /** What a reconstruction would take; absent while that is not known. */
  plan: RunPlan | undefined = $state.raw();
  /** Why that cannot be said: a reconstruction would fail in the same way. */
  planProblem: string | undefined = $state();
  /** Results that have been asked for. */
  #loaded: readonly string[] = [];
  #isRestored = false;
  #wanted: number | undefined;

  constructor(app: AppState) {
    this.#app = app;
  }

  /** The slice that was scanned, where it is known. */
  get truth(): ScanContent | undefined {
    return this.opened?.content.kind === 'slice' ? this.opened.content : undefined;
  }

  /** The network for slices: the one chosen last, or the first that can. */
  get model(): ModelInfo | undefined {
    const usable = this.#app.models.filter(
      ({ tasks, problem }) => tasks.includes('reconstruct') && problem === undefined,
    );
    return usable.find(({ name }) => name === this.#app.settings.models.reconstruct) ?? usable[0];
  }

  get isRunning(): boolean {
    return this.run?.isActive === true;
  }

  /** Brings back what was open before the page was reloaded, as far as the host still has it. */
  async restore(): Promise<void> {
    const kept = this.#isRestored || this.opened !== undefined ? undefined : keptScan();
    this.#isRestored = true;
    if (kept === undefined) return;
    const { client } = this.#app;
    try {
      const content = await client.call('readScan', { file: kept.file.id, slice: kept.slice });
      this.opened = { file: kept.file, content, slice: kept.slice };
      Object.assign(this, kept.settings);
      if (kept.sinogram === undefined) return;
      const sinogram = await client.call('readScan', { file: kept.sinogram.id, slice: 0 });
      this.measured = { file: kept.sinogram, content: { ...sinogram, kind: 'sinogram' }, angles: kept.angles };
      if (kept.run === undefined) return;
      const run = new RunModel(client, kept.run);
      this.run = run;
      await run.refresh();
    } catch {
      // The host was started anew and knows these files no more.
      return;
    }
  }

  async open(file: FileInfo, slice = 0): Promise<void> {
    await this.#do('opening', async () => {
      this.series = undefined;
      await this.#show(file, slice);
    });
  }

  /** Opens one file, or several as the series that they are. */
  async openAll(files: readonly FileInfo[]): Promise<void> {
    const [first] = files;
    if (files.length === 1) return this.open(first);
    await this.#do('opening', async () => {
      const { series: all, others } = await this.#app.client.call('sortSeries', { files: files.map(({ id }) => id) });
      if (all.length === 0) throw new LangevinError('not-a-picture', others[0].message);
      this.series = { all, chosen: 0, files };
      await this.#showOfSeries(Math.floor(all[0].files.length / 2));
    });
  }

  /** Looks at another series of the folder, at the slice in its middle. */
  async chooseSeries(chosen: number): Promise<void> {
    const { series } = this;
    if (series === undefined) return;
    await this.#do('opening', async () => {
      this.series = { ...series, chosen };
      await this.#showOfSeries(Math.floor(series.all[chosen].files.length / 2));
    });
  }

  /** How many slices there are to look at, and which is shown. */
  get slices(): { readonly count: number; readonly index: number } {
    const { opened, series } = this;
    if (opened === undefined) return { count: 0, index: 0 };
    const files = series?.all[series.chosen].files ?? [];
    if (files.length > 1) return { count: files.length, index: files.indexOf(opened.file.id) };
    return { count: opened.content.slices, index: opened.slice };
  }

  /** Shows another slice of what is open; while one is being read, the last one asked for comes next. */
  async showSlice(index: number): Promise<void> {
    this.#wanted = index;
    if (this.busy !== undefined) return;
    await this.#do('opening', async () => {
      for (let at = this.#wanted; at !== undefined; at = this.#wanted) {
        this.#wanted = undefined;
        if (this.series !== undefined && this.series.all[this.series.chosen].files.length > 1)
          await this.#showOfSeries(at);
        else if (this.opened !== undefined) await this.#show(this.opened.file, at);
      }
    });
  }

  async #showOfSeries(index: number): Promise<void> {
    const { all, chosen, files } = this.series!;
    const id = all[chosen].files[index];
    const file = files.find((each) => each.id === id);
    if (file !== undefined) await this.#show(file, 0);
  }

  async #show(file: FileInfo, slice: number): Promise<void> {
    const content = await this.#app.client.call('readScan', { file: file.id, slice });
    await this.#clear();
    this.opened = { file, content, slice };
    this.measured = content.kind === 'sinogram' ? { file, content, angles: content.angles } : undefined;
    this.#keep();
  }

  /** Opens dropped or chosen files of the page. */
  async add(files: readonly File[]): Promise<void> {
    const infos: FileInfo[] = [];
    await this.#do('opening', async () => {
      for (const file of files) infos.push(await addFile(this.#app.client, file));
    });
    if (infos.length > 0 && this.problem === undefined) await this.openAll(infos);
  }

  /** What a scanner would measure of the slice. */
  async simulate(): Promise<void> {
    const { opened } = this;
    if (opened?.content.kind !== 'slice') return;
    await this.#do('simulating', async () => {
      const { sinogram, angles, content, fbp } = await this.#app.client.call('simulateScan', {
        file: opened.file.id,
        slice: opened.slice,
        views: this.views,
        noise: this.noise,
        seed: this.seed,
        ...this.#beam,
      });
      await this.#clear();
      this.measured = { file: sinogram, content, angles };
      this.fbp = fbp;
      this.#keep();
    });
  }

  /** Directions of the views of an opened sinogram. */
  async useAngles(file: File): Promise<void> {
    await this.#do('opening', async () => {
      const angles = parseAngles(await file.text(), file.name);
      const { measured } = this;
      if (measured === undefined) return;
      if (angles.length !== measured.content.height) {
        throw new LangevinError(
          'invalid-argument',
          `${file.name} has ${angles.length} angles, but the sinogram ${measured.content.height} views; they must agree.`,
        );
      }
      this.measured = { ...measured, angles };
      this.#keep();
    });
  }

  get #beam(): Pick<RestoreOptions, 'sourceAxis' | 'detectorSpacing'> {
    const { rays, sourceAxis, detectorSpacing } = this;
    return {
      ...(rays === 'fan' && { sourceAxis }),
      ...(detectorSpacing !== 1 && { detectorSpacing }),
    };
  }

  /**
   * Asks the host, a moment later, what a reconstruction would take. Reads what that depends on at once, so that effects
   * follow it. @returns gives that up.
   */
  planSoon(): () => void {
    this.plan = undefined;
    this.planProblem = undefined;
    const isReady = !this.isRunning && !this.refused.some && this.#app.connection === 'open';
    const request = isReady ? this.#request() : undefined;
    if (request === undefined) return () => undefined;
    let isGivenUp = false;
    const ask = async (): Promise<void> => {
      try {
        const plan = await this.#app.client.call('planRun', request);
        if (!isGivenUp) this.plan = plan;
      } catch (error) {
        if (!isGivenUp) this.planProblem = (error as Error).message;
      }
    };
    const timer = setTimeout(() => void ask(), PLAN_DELAY_MS);
    return () => {
      isGivenUp = true;
      clearTimeout(timer);
    };
  }

  async reconstruct(): Promise<void> {
    const request = this.#request();
    if (request === undefined) return;
    await this.#do('starting', async () => {
      this.results = {};
      this.infos = {};
      this.#loaded = [];
      await startRun(this.#app, this, request);
      this.#keep();
    });
  }

  /** Fetches results as they come; call whenever the run has more. */
  async load(results: readonly ResultInfo[]): Promise<void> {
    for (const info of results) {
      if (this.#loaded.includes(info.id) || !info.isScan || (info.kind === 'sample' && info.sample > 0)) continue;
      this.#loaded = [...this.#loaded, info.id];
      const content = await this.#app.attempt(() => this.#app.client.call('readResult', { result: info.id }));
      if (content === undefined || !isScan(content) || this.run?.id !== info.run) continue;
      if (info.kind === 'fbp') this.fbp = content;
      else if (info.kind !== 'sheet') {
        this.results = { ...this.results, [info.kind]: content };
        this.infos = { ...this.infos, [info.kind]: info };
      }
    }
  }

  #request(): RunRequest | undefined {
    const { measured, opened, model } = this;
    if (measured === undefined || model === undefined) return undefined;
    const { settings } = this.#app;
    // The views are those of the measurement, whatever number of them the restore panel was used with last.
    const remembered = { ...settings.options.reconstruct };
    for (const name of ['angles', 'slice', 'sourceAxis', 'detectorSpacing'] as const) delete remembered[name];
    const options: RestoreOptions = {
      ...remembered,
      task: 'reconstruct',
      seed: this.seed,
      samples: this.samples,
      noise: this.noise,
      ...this.#beam,
      ...(opened !== undefined && opened.content.slices > 1 && { slice: opened.slice }),
    };
    return {
      file: measured.file.id,
      isSinogram: true,
      ...(measured.angles && { angles: [...measured.angles] }),
      ...(this.truth && opened && { truth: opened.file.id }),
      options,
      network: {
        model: model.name,
        provider: settings.provider,
        ...(settings.threads && { threads: settings.threads }),
      },
    };
  }

  #keep(): void {
    const { opened, measured, run, views, noise, seed, samples, rays, sourceAxis, detectorSpacing } = this;
    if (opened === undefined) return;
    keepScan({
      file: opened.file,
      slice: opened.slice,
      settings: { views, noise, seed, samples, rays, sourceAxis, detectorSpacing },
      ...(measured && { sinogram: measured.file }),
      ...(measured?.angles && { angles: [...measured.angles] }),
      ...(run && { run: run.id }),
    });
  }

  async #clear(): Promise<void> {
    if (this.run?.isActive === true) await this.run.cancel();
    this.run?.detach();
    this.run = undefined;
    this.measured = undefined;
    this.fbp = undefined;
    this.results = {};
    this.infos = {};
    this.#loaded = [];
  }

  async #do(what: NonNullable<ScanModel['busy']>, work: () => Promise<void>): Promise<void> {
    if (this.busy !== undefined) return;
    this.busy = what;
    this.problem = undefined;
    try {
      await work();
    } catch (error) {
      this.problem = { during: what, message: (error as Error).message };
    } finally {
      this.busy = undefined;
    }
  }
}

function isScan(content: PictureContent | ScanContent): content is ScanContent {
  return 'values' in content;
}

const models = new WeakMap<AppState, ScanModel>();

/** The CT model of a window, which outlives the view. */
export function scanModelOf(app: AppState): ScanModel {
  const model = models.get(app) ?? new ScanModel(app);
  models.set(app, model);
  return model;
}
