import type { LabJob, LabKind } from '../../src-main/contract/app/lab.ts';
import type { SamplerChoices } from '../../src-main/contract/app/replies.ts';
import type { FileInfo } from '../../src-main/contract/app/values.ts';
import { History, valueChange } from '../canvas/history.ts';
import type { MessageKey } from '../i18n/translate.svelte.ts';
import { chosenSampler, withoutOrphans, type OptionsPatch } from '../panel/sampler-changes.ts';
import { RefusedFields } from '../shell/refused-fields.svelte.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import { pickFiles } from '../state/pick-files.ts';
import type { Experiment } from './experiment.svelte.ts';
import { experimentsOf, type Experimenter, type Experiments } from './experiments.svelte.ts';
import { contactSheet, middleSquare, pngOf } from './picture-sheet.ts';
import { ranked, rankingCsv } from './ranking.ts';
import {
  defaultLabSettings,
  nameOfChange,
  type LabSettings,
  type LikelihoodSettings,
  type SampleSettings,
} from './lab-settings.ts';

export const LAB_KINDS = ['sample', 'latent', 'likelihood'] as const satisfies readonly LabKind[];

const labs = new WeakMap<AppState, Lab>();

/** The Lab of a window, the same each time its view comes to the front. */
export function labOf(app: AppState): Lab {
  const lab = labs.get(app) ?? new Lab(app);
  labs.set(app, lab);
  return lab;
}

/** What the Lab knows and does. */
export class Lab implements Experimenter {
  /** The experiment in front. */
  kind: (typeof LAB_KINDS)[number] = $state('sample');
  /** Index of the sample, or of the picture in the ranking, that is looked at. */
  chosen = $state(0);
  /** What sampling can be told; absent until the host has said it. */
  choices: SamplerChoices | undefined = $state.raw();
  readonly refused = new RefusedFields();
  readonly experiments: Experiments;
  readonly #app: AppState;
  readonly #history = new History();
  #settings: LabSettings = $state.raw(defaultLabSettings);
  /** Counts the changes of the history, which is not reactive itself. */
  #historyState = $state(0);
  #choicesNumber = 0;

  constructor(app: AppState) {
    this.#app = app;
    this.experiments = experimentsOf(app);
    this.#history.subscribe(() => this.#historyState++);
  }

  get settings(): LabSettings {
    return this.#settings;
  }

  get experiment(): Experiment | undefined {
    return this.experiments.of(this.kind);
  }

  get isRunning(): boolean {
    return this.experiment?.isActive === true;
  }

  get canStart(): boolean {
    const { kind, settings } = this;
    const isReady = kind === 'sample' || (kind === 'latent' ? settings.ends.length > 0 : settings.files.length > 0);
    return isReady && !this.refused.some && this.experiments.canStart(kind);
  }

  get canSave(): boolean {
    const { experiment } = this;
    return (experiment?.pictures.length ?? 0) > 0 || (experiment?.likelihoods.length ?? 0) > 0;
  }

  /** Name of the change that `undo` would take back; undefined when there is none. Reactive. */
  get undoLabel(): string | undefined {
    void this.#historyState;
    return this.#history.undoLabel;
  }

  get redoLabel(): string | undefined {
    void this.#historyState;
    return this.#history.redoLabel;
  }

  undo(): void {
    this.#history.undo();
  }

  redo(): void {
    this.#history.redo();
  }

  /** Whatever is typed next is a change of its own. */
  endChange(): void {
    this.#history.mark();
  }

  /** Changes settings, as one step that can be undone; what is typed into one field is one step. */
  set(patch: Partial<LabSettings>): void {
    this.#change({ ...this.settings, ...patch }, nameOfChange(patch), Object.keys(patch).join(' '));
  }

  /** Changes options of the sampler; undefined sets one back to its default. */
  change(patch: OptionsPatch<SampleSettings>): void {
    const sampling = withoutUndefined({ ...this.settings.sampling, ...withoutOrphans(patch), ...patch });
    this.#change({ ...this.settings, sampling }, nameOfChange(patch), `sampling ${Object.keys(patch).join(' ')}`);
  }

  /** Changes how pictures are measured; undefined sets an option back to its default. */
  changeMeasuring(patch: OptionsPatch<LikelihoodSettings>): void {
    const measuring = withoutUndefined({ ...this.settings.measuring, ...patch });
    const name = 'rtol' in patch ? 'lab.tolerance' : nameOfChange(patch);
    this.#change({ ...this.settings, measuring }, name, `measuring ${Object.keys(patch).join(' ')}`);
  }

  /** Takes another network; pictures get the size that it draws, and only the classes that it has. */
  chooseModel(model: string): void {
    if (model === this.settings.model) return;
    const sizeOf = (name: string) => this.#app.models.find((known) => known.name === name)?.size?.[0];
    const { size: usual } = defaultLabSettings;
    const size = sizeOf(model) ?? (sizeOf(this.settings.model) === undefined ? undefined : usual);
    const sizes = size === undefined ? {} : { size, latentSize: Math.max(16, size) };
    this.#change({ ...this.settings, ...sizes, model, class: undefined }, 'panel.model', 'model');
  }

  /** Asks the host what sampling can be told. Reads what it depends on at once, so that effects follow it. */
  async loadChoices(): Promise<void> {
    const number = ++this.#choicesNumber;
    const { solver: _solver, ...chosen } = chosenSampler(this.settings.sampling);
    const choices = await this.#app.attempt(() => this.#app.client.call('samplerChoices', { chosen }));
    if (number === this.#choicesNumber) this.choices = choices;
  }

  async choosePictures(): Promise<void> {
    const files = await this.#app.attempt(() => pickFiles(this.#app, 'picture', true));
    if (files !== undefined && files.length > 0) this.set({ files });
  }

  /** One or two pictures for latents; their middle squares, reduced, since every pixel costs. */
  async chooseEnds(): Promise<void> {
    const { client } = this.#app;
    const ends = await this.#app.attempt(async () => {
      const chosen = (await pickFiles(this.#app, 'picture', true)).slice(0, 2);
      return Promise.all(
        chosen.map(async ({ id, name }) => {
          const square = middleSquare(await client.call('readPicture', { file: id }), this.settings.latentSize);
          await client.call('forgetFile', { file: id });
          return client.call('addFile', { name: `${name.replace(/\.[^.]*$/, '')}.png`, bytes: await pngOf(square) });
        }),
      );
    });
    if (ends !== undefined && ends.length > 0) this.set({ ends });
  }

  start(): void {
    if (!this.canStart) return;
    void this.experiments.start(this.#job()).then((started) => {
      if (started !== undefined) this.chosen = 0;
    });
  }

  cancel(): void {
    this.experiments.cancel(this.kind);
  }

  /** Samples as one sheet, a row for each class; likelihoods as a table. */
  save(): void {
    void this.#app.attempt(async () => {
      const { experiment } = this;
      if (experiment === undefined) return;
      if (experiment.kind === 'likelihood') {
        const table = rankingCsv(ranked(experiment.likelihoods));
        return this.experiments.saveBytes('likelihood.csv', new TextEncoder().encode(table));
      }
      const pixels = await Promise.all(experiment.pictures.map(({ file }) => experiment.pixels(file.id)));
      const isRow = experiment.kind === 'latent';
      const sheet = contactSheet(pixels, isRow ? pixels.length : experiment.perClass);
      await this.experiments.saveBytes(isRow ? 'between.png' : 'samples.png', await pngOf(sheet));
    });
  }

  /** Opens a picture of the Lab to be restored. */
  async open(file: FileInfo): Promise<void> {
    await this.#app.pictures.open([file]);
    this.#app.view = 'restore';
  }

  #change(settings: LabSettings, label: MessageKey, coalesce: string): void {
    const before = this.settings;
    this.#settings = settings;
    const write = (to: LabSettings): void => void (this.#settings = to);
    this.#history.record(valueChange(label, before, () => this.settings, write, coalesce));
  }

  #job(): LabJob {
    const { model, files, ends, measuring, hasMap, between, temperature, tolerance, count, size, sampling, guidance } =
      this.settings;
    const { provider, threads } = this.#app.settings;
    const network = { model, provider, ...(threads !== undefined && { threads }) };
    if (this.kind === 'likelihood') {
      return { kind: 'likelihood', network, files: files.map(({ id }) => id), options: measuring, map: hasMap };
    }
    if (this.kind === 'latent') {
      const places = ends.length === 1 ? 1 : between;
      const positions = Array.from({ length: places }, (_, i) => (places === 1 ? 0 : i / (places - 1)));
      return { kind: 'latent', network, files: ends.map(({ id }) => id), positions, temperature, tolerance };
    }
    const wanted = this.settings.class;
    return {
      ...{ kind: 'sample', network, count, height: size, width: size, options: sampling },
      ...(wanted !== undefined && { classifier: { class: wanted, scale: guidance } }),
    };
  }
}

function withoutUndefined<Options extends object>(value: OptionsPatch<Options>): Options {
  return Object.fromEntries(Object.entries(value).filter(([, given]) => given !== undefined)) as Options;
}
