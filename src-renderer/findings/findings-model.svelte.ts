import type { FindOptions } from '../../src-main/contract/find.ts';
import { toLangevinError } from '../../src-main/errors.ts';
import type { Editor } from '../canvas/editor.ts';
import { valueChange } from '../canvas/history.ts';
import type { ToolId } from '../canvas/tools/tool.ts';
import type { DamageSearch } from './damage-search.ts';
import { carriedOver, keptOf, nothingRejected, rejecting, toggled, type Rejected } from './decisions.ts';
import { defaultFilters, keyOf, type Finding } from './finding.ts';

/** What of a search can be undone. */
interface Proposal {
  readonly isOpen: boolean;
  readonly filters: FindOptions;
  readonly rejected: Rejected;
}

/** How a search stands: not begun, going on, all there, stopped by people, failed. */
export type SearchStatus = 'idle' | 'searching' | 'done' | 'stopped' | 'failed';

/**
 * The damage found in one picture, as a proposal beside the mask: filters, and what is to be marked of it. Every change
 * is a step of the picture's history; `mark` puts what is kept into the mask.
 */
export class FindingsModel {
  readonly #editor: Editor;
  readonly #createSearch: () => DamageSearch;
  #listeners: readonly (() => void)[] = [];
  #search: DamageSearch | undefined;
  #controller: AbortController | undefined;
  #searching: Promise<void> = Promise.resolve();
  #proposal: Proposal = $state.raw({ isOpen: false, filters: defaultFilters, rejected: nothingRejected });
  #toolBefore: ToolId = 'brush';
  /** The newest filtering asked for; answers to older ones come too late. */
  #asked = 0;
  status: SearchStatus = $state('idle');
  /** Of the search, 0 … 1. */
  fraction = $state(0);
  /** Why the search failed. */
  problem: string | undefined = $state();
  /** What passes the filters, the largest first. */
  findings: readonly Finding[] = $state.raw([]);
  /** What would be marked. */
  readonly kept: readonly Finding[] = $derived(keptOf(this.findings, this.#proposal.rejected));
  /** Under the pointer, or chosen in the list; outlined on the canvas. */
  pointed: Finding | undefined = $state.raw();
  /** Whether the present filters have been applied to what is known. */
  isCurrent = $state(false);

  constructor(editor: Editor, createSearch: () => DamageSearch) {
    this.#editor = editor;
    this.#createSearch = createSearch;
  }

  get isOpen(): boolean {
    return this.#proposal.isOpen;
  }

  get filters(): FindOptions {
    return this.#proposal.filters;
  }

  isKept(finding: Finding): boolean {
    return !this.#proposal.rejected.has(keyOf(finding));
  }

  /** Shows the proposal and begins to look where that has not been done. */
  open(filters: FindOptions = this.filters): void {
    if (this.isOpen) return;
    this.#change('history.find-damage', { isOpen: true, filters });
    void this.search();
  }

  /** Takes the proposal away without marking anything. */
  close(): void {
    if (!this.isOpen) return;
    this.stop();
    this.#change('history.find-close', { isOpen: false });
  }

  /** Looks for damage, again after it was stopped or has failed; ends with the search. Never throws: `problem` tells. */
  search(): Promise<void> {
    if (this.status !== 'searching' && this.status !== 'done') this.#searching = this.#look();
    return this.#searching;
  }

  async #look(): Promise<void> {
    this.#search ??= this.#createSearch();
    const controller = new AbortController();
    this.#controller = controller;
    this.status = 'searching';
    this.fraction = 0;
    this.problem = undefined;
    try {
      await this.#search.run(
        {
          onProgress: (fraction) => (this.fraction = fraction),
          onBetter: () => void this.#filter(),
        },
        controller.signal,
      );
      await this.#filter();
      this.status = 'done';
    } catch (error) {
      const { code, message } = toLangevinError(error);
      this.status = code === 'cancelled' ? 'stopped' : 'failed';
      this.problem = code === 'cancelled' ? undefined : message;
    }
    this.#notify();
  }

  /** Stops looking; what has been found so far stays. */
  stop(): void {
    this.#controller?.abort();
  }

  /** Shows more, less or other kinds; at once, from what is known. */
  filterBy(change: Partial<FindOptions>): void {
    // One step for a slider that is dragged, whichever it is.
    this.#change('history.find-filter', { filters: { ...this.filters, ...change } }, Object.keys(change).join());
  }

  /** Rejects a finding, or keeps it again. */
  toggle(finding: Finding): void {
    const label = this.isKept(finding) ? 'history.find-reject' : 'history.find-keep';
    this.#change(label, { rejected: toggled(this.#proposal.rejected, finding) });
  }

  /** Rejects several findings, as one step. */
  reject(findings: readonly Finding[]): void {
    this.#change('history.find-reject-some', { rejected: rejecting(this.#proposal.rejected, findings) });
  }

  keepAll(): void {
    if (this.kept.length < this.findings.length) this.#change('history.find-keep-all', { rejected: nothingRejected });
  }

  rejectAll(): void {
    if (this.kept.length > 0) {
      this.#change('history.find-reject-all', { rejected: rejecting(nothingRejected, this.findings) });
    }
  }

  /** Puts what is kept into the mask and ends the proposal, as one step; false where that marked nothing. */
  mark(): boolean {
    const { document } = this.#editor;
    const { kept } = this;
    if (!this.isOpen || document.isEditing) return false;
    this.stop();
    const mark = document.history.mark();
    const hasMarked = document.edit('history.find-mark', (layer) => {
      for (const { runs } of kept) {
        for (let i = 0; i < runs.length; i += 3) layer.fillSpan(runs[i], runs[i + 1], runs[i + 2], 'add');
      }
    });
    this.#change('history.find-mark', { isOpen: false });
    document.history.squash(mark, 'history.find-mark');
    return hasMarked;
  }

  point(finding: Finding | undefined): void {
    if (finding === this.pointed) return;
    this.pointed = finding;
    this.#notify();
  }

  /** The search, for strokes that snap to damage; begun when it was not yet. */
  async searchForStroke(): Promise<DamageSearch> {
    await this.search();
    if (this.#search === undefined || this.problem !== undefined) throw new Error(this.problem);
    return this.#search;
  }

  /** Calls `listener` after every change of what is to be drawn; the result ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => (this.#listeners = this.#listeners.filter((other) => other !== listener));
  }

  /** Ends what goes on and lets go of what is kept. */
  dispose(): void {
    this.stop();
    this.#search?.dispose();
    this.#search = undefined;
    if (this.status !== 'failed') this.status = 'idle';
  }

  #change(label: string, change: Partial<Proposal>, coalesce?: string): void {
    const before = this.#proposal;
    this.#write({ ...before, ...change });
    const entry = valueChange(
      label,
      before,
      () => this.#proposal,
      (value) => this.#write(value),
      coalesce && `find ${coalesce}`,
      true,
    );
    if (coalesce === undefined) this.#editor.document.history.mark();
    this.#editor.document.history.record(entry);
  }

  #write(next: Proposal): void {
    const before = this.#proposal;
    this.#proposal = next;
    const { tools } = this.#editor;
    if (next.isOpen && !before.isOpen) {
      this.#toolBefore = tools.active;
      tools.activate('pick');
    } else if (!next.isOpen && before.isOpen) {
      this.pointed = undefined;
      if (tools.active === 'pick') tools.activate(this.#toolBefore);
    }
    if (next.filters !== before.filters) void this.#filter();
    this.#notify();
  }

  async #filter(): Promise<void> {
    if (this.#search === undefined) return;
    const asked = ++this.#asked;
    this.isCurrent = false;
    const found = await this.#search.filter(this.#proposal.filters);
    if (asked !== this.#asked) return;
    const before = this.#proposal;
    const largestFirst = found.toSorted((a, b) => b.area - a.area);
    // Part of the search, not a step of its own: undoing what was decided before still gives what was decided.
    if (this.status === 'searching') {
      this.#proposal = { ...before, rejected: carriedOver(this.findings, before.rejected, largestFirst) };
    }
    this.findings = largestFirst;
    if (this.pointed !== undefined) {
      const key = keyOf(this.pointed);
      this.pointed = largestFirst.find((finding) => keyOf(finding) === key);
    }
    this.isCurrent = true;
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
