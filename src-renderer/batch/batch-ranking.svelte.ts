import type { FolderInfo } from '../../src-main/contract/app/batch.ts';
import type { Experiment } from '../lab/experiment.svelte.ts';
import { experimentsOf, type Experimenter, type Experiments } from '../lab/experiments.svelte.ts';
import type { LikelihoodSettings } from '../lab/lab-settings.ts';
import { ranked, rankingCsv } from '../lab/ranking.ts';
import type { OptionsPatch } from '../panel/sampler-changes.ts';
import { RefusedFields } from '../shell/refused-fields.svelte.ts';
import type { AppState } from '../state/app-state.svelte.ts';

/** Where the pictures come from: the sources of the batch. */
interface Sources {
  readonly sources: readonly FolderInfo[];
  readonly recursive: boolean;
}

/** The pictures of the batch's folders by their bits per dimension, the least likely first. */
export class BatchRanking implements Experimenter {
  readonly kind = 'ranking';
  model = $state('photo');
  options: LikelihoodSettings = $state.raw({});
  hasMap = $state(false);
  /** Whether it is in front, rather than the form of a restoration. */
  isShown = $state(false);
  /** Index of the row that is looked at. */
  chosen = $state(0);
  readonly refused = new RefusedFields();
  readonly #app: AppState;
  readonly #experiments: Experiments;
  readonly #from: Sources;

  constructor(app: AppState, from: Sources) {
    this.#app = app;
    this.#experiments = experimentsOf(app);
    this.#from = from;
  }

  get experiment(): Experiment | undefined {
    return this.#experiments.of('ranking');
  }

  get canStart(): boolean {
    return this.#from.sources.length > 0 && !this.refused.some && this.#experiments.canStart('ranking');
  }

  get canSave(): boolean {
    return (this.experiment?.likelihoods.length ?? 0) > 0;
  }

  load(): Promise<void> {
    return this.#experiments.load();
  }

  /** Undefined sets an option back to its default. */
  change(patch: OptionsPatch<LikelihoodSettings>): void {
    const given = Object.entries({ ...this.options, ...patch }).filter(([, value]) => value !== undefined);
    this.options = Object.fromEntries(given);
  }

  start(): void {
    if (!this.canStart) return;
    const { provider, threads } = this.#app.settings;
    const { sources, recursive } = this.#from;
    void this.#experiments.start({
      kind: 'ranking',
      network: { model: this.model, provider, ...(threads !== undefined && { threads }) },
      folders: sources.map(({ id }) => id),
      recursive,
      options: this.options,
      map: this.hasMap,
    });
    this.chosen = 0;
  }

  cancel(): void {
    this.#experiments.cancel('ranking');
  }

  save(): void {
    void this.#app.attempt(async () => {
      const table = rankingCsv(ranked(this.experiment?.likelihoods ?? []));
      await this.#experiments.saveBytes('likelihood.csv', new TextEncoder().encode(table));
    });
  }
}
