import type { LabJob, LabKind } from '../../src-main/contract/app/lab.ts';
import type { FileInfo } from '../../src-main/contract/app/values.ts';
import { RefusedFields } from '../shell/refused-fields.svelte.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import { deliverSaved, pickFiles } from '../state/pick-files.ts';
import { Experiment } from './experiment.svelte.ts';
import { contactSheet, middleSquare, pngOf } from './picture-sheet.ts';
import { ranked, rankingCsv } from './ranking.ts';

type SampleJob = Extract<LabJob, { kind: 'sample' }>;
type LikelihoodJob = Extract<LabJob, { kind: 'likelihood' }>;
/** How to draw. */
export type SampleSettings = SampleJob['options'];
/** How to measure. */
export type LikelihoodSettings = NonNullable<LikelihoodJob['options']>;

export const LAB_KINDS = ['sample', 'latent', 'likelihood'] as const satisfies readonly LabKind[];

const labs = new WeakMap<AppState, Lab>();

/** The Lab of a window, the same each time its view comes to the front. */
export function labOf(app: AppState): Lab {
  const lab = labs.get(app) ?? new Lab(app);
  labs.set(app, lab);
  return lab;
}

/** What the Lab knows and does. */
export class Lab {
  kind: LabKind = $state('sample');
  model = $state('photo');
  count = $state(4);
  size = $state(64);
  /** Side of the squares that latents are made of. */
  latentSize = $state(64);
  sampling: SampleSettings = $state.raw({ seed: 0 });
  measuring: LikelihoodSettings = $state.raw({});
  hasMap = $state(false);
  /** Pictures to measure. */
  files: readonly FileInfo[] = $state.raw([]);
  /** The two ends, squares of `size` pixels made of what was chosen. */
  ends: readonly FileInfo[] = $state.raw([]);
  /** Pictures between the ends, themselves included. */
  between = $state(7);
  temperature = $state(1);
  /** Index of the sample, or of the picture in `files`, that is looked at. */
  chosen = $state(0);
  /** Fields that show what cannot be taken. */
  readonly refused = new RefusedFields();
  isStarting = $state(false);
  readonly #app: AppState;
  #experiments: Readonly<Partial<Record<LabKind, Experiment>>> = $state.raw({});
  #isLoaded = false;

  constructor(app: AppState) {
    this.#app = app;
  }

  /** The newest experiment of the kind in front. */
  get experiment(): Experiment | undefined {
    return this.#experiments[this.kind];
  }

  get isRunning(): boolean {
    return this.experiment?.isActive === true;
  }

  get canStart(): boolean {
    const { kind } = this;
    const isReady = kind === 'sample' || (kind === 'latent' ? this.ends.length > 0 : this.files.length > 0);
    return isReady && !this.isRunning && !this.isStarting && !this.refused.some && this.#app.connection === 'open';
  }

  get canSave(): boolean {
    const { experiment } = this;
    return (experiment?.pictures.length ?? 0) > 0 || (experiment?.likelihoods.length ?? 0) > 0;
  }

  /** Asks the host for the experiments of before a reload, once. */
  async load(): Promise<void> {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    const known = await this.#app.attempt(() => this.#app.client.call('labs', {}));
    for (const snapshot of known ?? []) {
      const experiment = new Experiment(this.#app.client, snapshot.lab, snapshot.kind, snapshot);
      this.#experiments = { ...this.#experiments, [snapshot.kind]: experiment };
    }
  }

  change(patch: { readonly [Key in keyof SampleSettings]?: SampleSettings[Key] | undefined }): void {
    this.sampling = withoutUndefined({ ...this.sampling, ...patch }) as SampleSettings;
  }

  changeMeasuring(patch: { readonly [Key in keyof LikelihoodSettings]?: LikelihoodSettings[Key] | undefined }): void {
    this.measuring = withoutUndefined({ ...this.measuring, ...patch }) as LikelihoodSettings;
  }

  async choosePictures(): Promise<void> {
    const files = await this.#app.attempt(() => pickFiles(this.#app, 'picture', true));
    if (files !== undefined && files.length > 0) this.files = files;
  }

  /** One or two pictures for latents; their middle squares, reduced, since every pixel costs. */
  async chooseEnds(): Promise<void> {
    const { client } = this.#app;
    const ends = await this.#app.attempt(async () => {
      const chosen = (await pickFiles(this.#app, 'picture', true)).slice(0, 2);
      return Promise.all(
        chosen.map(async ({ id, name }) => {
          const square = middleSquare(await client.call('readPicture', { file: id }), this.latentSize);
          await client.call('forgetFile', { file: id });
          return client.call('addFile', { name: `${name.replace(/\.[^.]*$/, '')}.png`, bytes: await pngOf(square) });
        }),
      );
    });
    if (ends !== undefined && ends.length > 0) this.ends = ends;
  }

  start(): void {
    void this.#start();
  }

  cancel(): void {
    const { experiment } = this;
    if (experiment !== undefined) void this.#app.attempt(() => experiment.cancel());
  }

  /** Samples as one sheet, likelihoods as a table. */
  save(): void {
    void this.#app.attempt(async () => {
      const { experiment } = this;
      if (experiment === undefined) return;
      if (experiment.kind !== 'likelihood') {
        const pixels = await Promise.all(experiment.pictures.map(({ file }) => experiment.pixels(file.id)));
        const isRow = experiment.kind === 'latent';
        const sheet = contactSheet(pixels, isRow ? pixels.length : undefined);
        await this.saveBytes(isRow ? 'between.png' : 'samples.png', await pngOf(sheet));
      } else {
        const rows = ranked(experiment.likelihoods, this.files);
        await this.saveBytes('likelihood.csv', new TextEncoder().encode(rankingCsv(rows)));
      }
    });
  }

  /** Lets the host save a file that the window made. */
  async saveBytes(name: string, bytes: Uint8Array): Promise<void> {
    const { client } = this.#app;
    const { id } = await client.call('addFile', { name, bytes });
    deliverSaved(this.#app, await client.call('saveFile', { file: id }));
    await client.call('forgetFile', { file: id });
  }

  async saveFile({ id }: FileInfo): Promise<void> {
    deliverSaved(this.#app, await this.#app.client.call('saveFile', { file: id }));
  }

  /** Opens a picture of the Lab to be restored. */
  async open(file: FileInfo): Promise<void> {
    await this.#app.pictures.open([file]);
    this.#app.view = 'restore';
  }

  async #start(): Promise<void> {
    if (!this.canStart) return;
    this.isStarting = true;
    try {
      const { kind } = this;
      const before = this.#experiments[kind];
      const started = await this.#app.attempt(() => this.#app.client.call('startLab', { job: this.#job() }));
      if (started === undefined) return;
      this.chosen = 0;
      this.#experiments = {
        ...this.#experiments,
        [kind]: new Experiment(this.#app.client, started.lab, kind),
      };
      // Files that are open in other views are theirs.
      if (before !== undefined && !this.#isOpen(before)) await this.#app.attempt(() => before.forget());
    } finally {
      this.isStarting = false;
    }
  }

  #isOpen({ pictures }: Experiment): boolean {
    const open = this.#app.pictures.tabs.map(({ file }) => file.id);
    return pictures.some(({ file }) => open.includes(file.id));
  }

  #job(): LabJob {
    const { provider, threads } = this.#app.settings;
    const network = { model: this.model, provider, ...(threads !== undefined && { threads }) };
    if (this.kind === 'likelihood') {
      const files = this.files.map(({ id }) => id);
      return { kind: 'likelihood', network, files, options: this.measuring, map: this.hasMap };
    }
    if (this.kind === 'latent') {
      const files = this.ends.map(({ id }) => id);
      const count = files.length === 1 ? 1 : this.between;
      const positions = Array.from({ length: count }, (_, i) => (count === 1 ? 0 : i / (count - 1)));
      return { kind: 'latent', network, files, positions, temperature: this.temperature };
    }
    return { kind: 'sample', network, count: this.count, height: this.size, width: this.size, options: this.sampling };
  }
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, given]) => given !== undefined));
}
