import { dirname, join } from 'node:path';
import type { BatchRequest } from '../contract/batch.ts';
import { decide, type Decision, type DecideOptions } from './decide.ts';
import type { FileSystem } from './file-system.ts';
import { headerPixels } from './header-size.ts';
import type { Ledger } from './ledger.ts';
import type { BatchProgress } from './pipeline/progress.ts';
import type { DueItem } from './pipeline/passenger.ts';
import { removeLeftovers } from './pipeline/temporary-files.ts';
import { planBatch, type BatchPlan } from './plan/plan.ts';
import { Watch, type WatchTimes } from './watch.ts';

export interface IntakeOptions extends DecideOptions {
  readonly ledger: Ledger;
  readonly progress: BatchProgress;
  readonly now: () => number;
  readonly watchTimes?: WatchTimes | undefined;
  readonly otherInputs?: readonly string[] | undefined;
}

/** Finds the inputs, settles those that need no work, and gives out the others. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #fs: FileSystem;
  readonly #request: BatchRequest;
  readonly #swept = new Set<string>();

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#fs = options.fs;
    this.#request = options.request;
  }

  /** @param ending  aborted when no more inputs are wanted. */
  async *dues(ending: AbortSignal): AsyncGenerator<DueItem> {
    const { ledger, now, watchTimes, otherInputs } = this.#options;
    if (!this.#request.watch) {
      const plan = await planBatch(this.#fs, this.#request, otherInputs);
      for (const message of plan.notices) ledger.emit({ type: 'notice', message });
      yield* this.#sort(plan, ending);
      return;
    }
    const watch = new Watch(() => planBatch(this.#fs, this.#request, otherInputs), now, watchTimes);
    ledger.emit({ type: 'watching' });
    while (!ending.aborted && !ledger.hasGivenUp) {
      const found = await watch.look();
      if (found.items.length + found.problems.length > 0) yield* this.#sort({ ...found, ignored: 0 }, ending);
      await watch.rest(ending).catch(() => undefined);
    }
  }

  async *#sort(plan: Omit<BatchPlan, 'notices'>, ending: AbortSignal): AsyncGenerator<DueItem> {
    const { ledger, progress } = this.#options;
    const { items, problems, ignored } = plan;
    for (const { name } of items) ledger.expect(name);
    await this.#sweep(items);
    const decisions: Decision[] = [];
    for (const item of items) {
      if (ending.aborted) return;
      decisions.push(await decide(item, this.#options));
    }
    const due = decisions.filter((decision) => decision.kind === 'due');
    progress.add(due.length);
    let pixels = 0;
    for (const { item } of due) if (!ending.aborted) pixels += (await headerPixels(this.#fs, item.path)) ?? 0;
    ledger.emit({ type: 'planned', inputs: items.length + problems.length, due: due.length, pixels, ignored });
    for (const { name, code, message } of problems) await ledger.fail({ input: name, code, message, seconds: 0 });
    for (const decision of decisions) {
      switch (decision.kind) {
        case 'earlier':
          await ledger.doneEarlier(decision.intent, decision.confirm);
          break;
        case 'skipped':
          await ledger.skip(decision.item.name, decision.reason);
          break;
        case 'failed': {
          const { item, code, message } = decision;
          await ledger.fail({ input: item.name, code, message, seconds: 0 });
        }
      }
    }
    if (!ledger.hasGivenUp) yield* due;
  }

  /** Clears the folders of the outputs of what crashes have left, each once: later there is work going on in it. */
  async #sweep(items: BatchPlan['items']): Promise<void> {
    const folders = items.flatMap(({ outputs }) => outputs.map((name) => dirname(join(this.#request.output, name))));
    const fresh = [...new Set(folders)].filter((folder) => !this.#swept.has(folder));
    for (const folder of fresh) this.#swept.add(folder);
    await removeLeftovers(this.#fs, fresh, this.#request.shard);
  }
}
