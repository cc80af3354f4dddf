import type { ResultInfo, RunRequest } from '../../src-main/contract/app/runs.ts';
import type { FileInfo, Pixels } from '../../src-main/contract/app/values.ts';
import type { AppSettings } from '../../src-main/contract/app/settings.ts';
import { LangevinError } from '../../src-main/errors.ts';
import type { AppClient } from '../../src-main/contract/app/client.ts';
import type { Editor } from '../canvas/editor.ts';
import { valueChange } from '../canvas/history.ts';
import type { Finding } from '../findings/finding.ts';
import type { RunModel } from '../state/run-model.svelte.ts';
import { followRun } from './follow-run.ts';
import { composedParts, composedPixels } from './composed-parts.ts';
import { decisionOn, patchOf, type Decision, type Decisions, type Place, type PlaceState } from './place.ts';

/** What people are asked before something is filled. */
export interface Question {
  readonly doubtful: readonly Finding[];
  readonly answer: (answer: 'fill' | 'leave' | 'stop') => void;
}

/** What a repair needs of the app. */
interface RepairContext {
  readonly client: AppClient;
  attempt<T>(work: () => Promise<T>): Promise<T | undefined>;
}

/** … and of the picture. */
interface RepairedPicture {
  readonly content: Pixels;
  readonly editor: Editor;
}

/** Seeds are 31-bit numbers. */
const SEEDS = 2 ** 31;

/**
 * The repair of an old photograph: every place that was found and filled can be accepted, filled anew with another seed,
 * or undone to the pixels of the original. Decisions are steps of the picture's history.
 */
export class RepairModel {
  readonly picture: RepairedPicture;
  readonly #app: RepairContext;
  /** Before anything is filled. */
  question: Question | undefined = $state.raw();
  places: readonly Place[] = $state.raw([]);
  /** The run that filled all places; absent until it is done. */
  run: RunModel | undefined = $state.raw();
  layout: AppSettings['compare'] = $state('side-by-side');
  chosen: Place | undefined = $state.raw();
  /** Whether the places are outlined in the pictures. */
  hasOutlines = $state(true);
  /** The place that is being filled anew, and how far that is, 0 … 1. */
  redoing: { readonly place: Place; readonly fraction: number } | undefined = $state.raw();
  #decisions: Decisions = $state.raw({});
  /** Pixels of the results that places were filled with anew. */
  #sources: Readonly<Record<string, Pixels>> = $state.raw({});
  #composed: { readonly base: Pixels; readonly decisions: unknown; readonly pixels: Pixels } | undefined;
  /** The result on the host's side, for the decisions that it was made for. */
  #settled: { readonly decisions: unknown; readonly result: ResultInfo } | undefined;
  /** Pictures made in between, which the results of redone places belong to. */
  readonly #files: FileInfo[] = [];
  #redoRun: { readonly id: string } | undefined;

  constructor(app: RepairContext, picture: RepairedPicture) {
    this.#app = app;
    this.picture = picture;
  }

  /** Whether a result is that of this repair. */
  owns(run: RunModel): boolean {
    return this.run === run;
  }

  stateOf(place: Place): PlaceState {
    return decisionOn(place, this.#decisions).state;
  }

  /** Places that nothing has been said of yet. */
  get open(): readonly Place[] {
    return this.places.filter((place) => this.stateOf(place) === 'filled');
  }

  accept(place: Place): void {
    this.#decide('history.repair-accept', [place], (decision) => ({ ...decision, state: 'accepted' }));
  }

  acceptAll(): void {
    this.#decide('history.repair-accept-all', this.open, (decision) => ({ ...decision, state: 'accepted' }));
  }

  /** Gives a place the pixels of the original back. */
  undo(place: Place): void {
    this.#decide('history.repair-undo', [place], (decision) => ({ ...decision, state: 'undone' }));
  }

  /** Fills a place anew: another seed, and the picture as it is now around it. */
  async redo(place: Place): Promise<void> {
    if (this.redoing !== undefined || this.run === undefined) return;
    this.redoing = { place, fraction: 0 };
    await this.#app.attempt(async () => {
      const source = await this.#fillAnew(place);
      const pixels = await this.#app.client.call('readResult', { result: source });
      if (!('data' in pixels)) throw new LangevinError('internal', 'A repaired place came back as numbers.');
      this.#sources = { ...this.#sources, [source]: pixels };
      this.#decide('history.repair-redo', [place], () => ({ state: 'filled', source }));
    });
    this.redoing = undefined;
  }

  async cancelRedo(): Promise<void> {
    const run = this.#redoRun?.id;
    if (run !== undefined) await this.#app.attempt(() => this.#app.client.call('cancelRun', { run }));
  }

  /** The picture as decided: `base`, the result of the run, with the places that were undone or filled anew. */
  compose(base: Pixels): Pixels {
    const decisions = this.#decisions;
    const kept = this.#composed;
    if (kept?.base === base && kept.decisions === decisions) return kept.pixels;
    const pixels = composedPixels(this.places, decisions, base, this.picture.content, this.#sources);
    this.#composed = { base, decisions, pixels };
    return pixels;
  }

  /** The result with the decisions, as the host saves it: to the bit and in all its depth. */
  async settle(base: ResultInfo): Promise<ResultInfo> {
    const decisions = this.#decisions;
    const parts = composedParts(this.places, decisions, base.id);
    if (parts.length === 0) return base;
    if (this.#settled?.decisions === decisions) return this.#settled.result;
    const before = this.#settled?.result;
    const result = await this.#app.client.call('composeResult', { result: base.id, parts });
    this.#settled = { decisions, result };
    if (before !== undefined) void this.#app.client.call('forgetResult', { result: before.id }).catch(() => undefined);
    return result;
  }

  /** Lets go of what was made in between. */
  dispose(): void {
    this.question?.answer('stop');
    for (const { id } of this.#files) void this.#app.client.call('forgetFile', { file: id }).catch(() => undefined);
  }

  #decide(label: string, places: readonly Place[], change: (decision: Decision) => Decision): void {
    const before = this.#decisions;
    const changed = places.map((place) => [place.id, change(decisionOn(place, before))] as const);
    this.#decisions = { ...before, ...Object.fromEntries(changed) };
    const { history } = this.picture.editor.document;
    history.mark();
    history.record(
      valueChange(
        label,
        before,
        () => this.#decisions,
        (decisions) => (this.#decisions = decisions),
        undefined,
        true,
      ),
    );
  }

  async #fillAnew(place: Place): Promise<string> {
    const { client } = this.#app;
    const base = this.run!.results[0];
    const file = await client.call('reuseResult', { result: (await this.settle(base)).id });
    this.#files.push(file);
    const request: RunRequest = {
      ...this.run!.request!,
      file: file.id,
      mask: patchOf([place])!,
      options: { ...this.run!.request!.options, seed: Math.floor(Math.random() * SEEDS) },
      healed: false,
      frames: false,
    };
    try {
      const onFraction = (fraction: number): void => void (this.redoing = { place, fraction });
      const results = await followRun(client, request, onFraction, (id) => (this.#redoRun = { id }));
      return results[0].id;
    } finally {
      this.#redoRun = undefined;
    }
  }
}
