import { fork } from 'node:child_process';
import type { FuzzRandom } from './fuzz-random.ts';
import { outliving, residentBytes } from './process-tree.ts';
import { WorkingClock } from './working-clock.ts';
import { HANG_MS, type FaultKind, type FuzzContext, type FuzzTarget } from './target.ts';

/**
 * Makes one case and tries it.
 * @param fault  reports what must not happen.
 * @returns what became of it, for the report.
 */
export type CheckCase = (
  random: FuzzRandom,
  index: number,
  fault: (kind: FaultKind, what: string) => void,
) => Promise<string>;

/** What a child that tries cases says. */
export type CaseReport =
  | { readonly type: 'begin'; readonly index: number }
  | { readonly type: 'fault'; readonly index: number; readonly kind: FaultKind; readonly what: string }
  | { readonly type: 'end'; readonly index: number; readonly outcome: string };

/** What a child is told: its one argument, as JSON. */
export interface CaseOrder {
  readonly module: string;
  readonly seed: number;
  readonly target: string;
  readonly first: number;
  readonly cases: number;
}

export interface IsolatedTarget extends Omit<FuzzTarget, 'run'> {
  /** `import.meta.url` of the module that exports `check: CheckCase`. */
  readonly module: string;
  /** Resident memory that the child may take, bytes. */
  readonly memoryLimit: number;
}

/** Cases that one child tries before a new one takes over. */
const CASES_A_CHILD = 1000;

/**
 * A target whose cases are tried in a process of its own, because they may bring it down: crashes, hangs and memory above
 * the limit cost one case, and the next child goes on behind it.
 */
export function isolated(target: IsolatedTarget): FuzzTarget {
  const { name, title, cases, share } = target;
  return {
    ...{ name, title, cases, share },
    run: async (context) => {
      const end = context.first + context.cases;
      let next = context.first;
      while (next < end && !context.isOver()) {
        next = await tryInChild(target, context, next, Math.min(CASES_A_CHILD, end - next));
      }
    },
  };
}

/** @returns the first case that was not tried. */
async function tryInChild(
  { name, module, memoryLimit }: IsolatedTarget,
  { seed, isOver, fault, tried }: FuzzContext,
  first: number,
  cases: number,
): Promise<number> {
  const order: CaseOrder = { module, seed, target: name, first, cases };
  const child = fork(new URL('./case-child.js', import.meta.url), [JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let current = first;
  const clock = new WorkingClock(child.pid ?? process.pid);
  let since = clock.now();
  let stopped: 'over' | 'hang' | 'heavy' | undefined;
  let heavy: number | undefined;
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-2000)));
  const stop = (why: NonNullable<typeof stopped>): void => {
    stopped ??= why;
    child.kill('SIGKILL');
  };
  const watch = setInterval(() => {
    if (child.pid !== undefined && heavy !== current && residentBytes(child.pid) > memoryLimit) {
      heavy = current;
      fault('memory', current, `it took more than ${Math.round(memoryLimit / 2 ** 20)} MiB`);
    }
    if (isOver()) stop('over');
    else if (clock.now() - since > HANG_MS) stop('hang');
  }, 100);
  child.on('message', (report: CaseReport) => {
    current = report.index;
    if (report.type === 'begin') since = clock.now();
    else if (report.type === 'fault') fault(report.kind, report.index, report.what);
    else {
      tried(report.outcome);
      current = report.index + 1;
      since = clock.now();
      // What it has taken it keeps: the next cases would be blamed.
      if (heavy === report.index) stop('heavy');
    }
  });
  await new Promise((resolve) => child.once('close', resolve));
  clearInterval(watch);
  clock.stop();
  if (current >= first + cases || stopped === 'over' || stopped === 'heavy') return current;
  const what = stopped === 'hang' ? 'no end in sight' : `the process ended: ${output.trim().slice(-300)}`;
  fault(stopped === 'hang' ? 'hang' : 'crash', current, what);
  tried(stopped ?? 'crash');
  if (child.pid !== undefined) await outliving([child.pid], 1000);
  return current + 1;
}
