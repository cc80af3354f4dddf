import type { LabJob, LabKind } from '../../src-main/contract/app/lab.ts';
import type { FileInfo } from '../../src-main/contract/app/values.ts';
import type { RefusedFields } from '../shell/refused-fields.svelte.ts';
import type { AppState } from '../state/app-state.svelte.ts';
import { deliverSaved } from '../state/pick-files.ts';
import { Experiment } from './experiment.svelte.ts';

/** What a bar that starts, follows and saves an experiment needs. */
export interface Experimenter {
  readonly kind: LabKind;
  /** The newest experiment of the kind. */
  readonly experiment: Experiment | undefined;
  readonly canStart: boolean;
  readonly canSave: boolean;
  /** Fields that show what cannot be taken. */
  readonly refused: RefusedFields;
  start(): void;
  cancel(): void;
  save(): void;
}

const ofApps = new WeakMap<AppState, Experiments>();

/** The experiments of a window, which its views share. */
export function experimentsOf(app: AppState): Experiments {
  const experiments = ofApps.get(app) ?? new Experiments(app);
  ofApps.set(app, experiments);
  return experiments;
}

/** The newest experiment of each kind. */
export class Experiments {
  isStarting = $state(false);
  readonly #app: AppState;
  #newest: Readonly<Partial<Record<LabKind, Experiment>>> = $state.raw({});
  #isLoaded = false;

  constructor(app: AppState) {
    this.#app = app;
  }

  of(kind: LabKind): Experiment | undefined {
    return this.#newest[kind];
  }

  /** Whether one of the kind can be started now. */
  canStart(kind: LabKind): boolean {
    return !this.isStarting && this.of(kind)?.isActive !== true && this.#app.connection === 'open';
  }

  /** Asks the host for the experiments of before a reload, once. */
  async load(): Promise<void> {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    const known = await this.#app.attempt(() => this.#app.client.call('labs', {}));
    for (const snapshot of known ?? []) this.#keep(new Experiment(this.#app.client, snapshot, snapshot));
  }

  /** Starts an experiment, and lets the host forget the one of its kind before. @returns undefined where it is refused. */
  async start(job: LabJob): Promise<Experiment | undefined> {
    if (!this.canStart(job.kind)) return undefined;
    this.isStarting = true;
    try {
      const { kind, network } = job;
      const before = this.of(kind);
      const started = await this.#app.attempt(() => this.#app.client.call('startLab', { job }));
      if (started === undefined) return undefined;
      const { model = 'photo' } = network;
      const experiment = new Experiment(this.#app.client, { ...started, kind, model });
      this.#keep(experiment);
      // Files that are open in other views are theirs.
      if (before !== undefined && !this.#isOpen(before)) await this.#app.attempt(() => before.forget());
      return experiment;
    } finally {
      this.isStarting = false;
    }
  }

  cancel(kind: LabKind): void {
    const experiment = this.of(kind);
    if (experiment !== undefined) void this.#app.attempt(() => experiment.cancel());
  }

  /** Lets the host save a file that the window made. */
  async saveBytes(name: string, bytes: Uint8Array): Promise<void> {
    const { client } = this.#app;
    const file = await client.call('addFile', { name, bytes });
    await this.saveFile(file);
    await client.call('forgetFile', { file: file.id });
  }

  async saveFile({ id }: FileInfo): Promise<void> {
    deliverSaved(this.#app, await this.#app.client.call('saveFile', { file: id }));
  }

  #keep(experiment: Experiment): void {
    this.#newest = { ...this.#newest, [experiment.kind]: experiment };
  }

  #isOpen({ pictures }: Experiment): boolean {
    const open = this.#app.pictures.tabs.map(({ file }) => file.id);
    return pictures.some(({ file }) => open.includes(file.id));
  }
}
