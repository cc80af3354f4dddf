import type { BatchEvent, BatchReport } from '../batch.ts';
import type { RestoreReport } from '../restore-events.ts';
import type { HealingNews } from './healing.ts';
import type { LabNews } from './lab.ts';
import type { HoldingNews } from './holding.ts';
import type { ModelNews } from './models.ts';
import type { FindNews } from './finding.ts';
import type { FileInfo, Id } from './values.ts';
import type { ResultInfo, RunFrame, RunProblem, RunQueueInfo, RunStep } from './runs.ts';

/** What a host tells its renderers without being asked. */
export type AppEvent =
  | { readonly type: 'run-step'; readonly run: Id; readonly step: RunStep }
  /** The newest only: the next comes when `acknowledgeFrame` has been called. */
  | { readonly type: 'run-frame'; readonly run: Id; readonly frame: RunFrame }
  | { readonly type: 'run-notice'; readonly run: Id; readonly message: string }
  | { readonly type: 'run-result'; readonly run: Id; readonly result: ResultInfo }
  | { readonly type: 'run-end'; readonly run: Id; readonly status: 'done'; readonly report: RestoreReport }
  | { readonly type: 'run-end'; readonly run: Id; readonly status: 'cancelled' }
  | { readonly type: 'run-end'; readonly run: Id; readonly status: 'failed'; readonly problem: RunProblem }
  | { readonly type: 'run-queue'; readonly queue: RunQueueInfo }
  | { readonly type: 'batch-event'; readonly batch: Id; readonly event: BatchEvent }
  | {
      readonly type: 'batch-end';
      readonly batch: Id;
      readonly status: 'done' | 'cancelled' | 'failed';
      readonly report: BatchReport | undefined;
      readonly problem: RunProblem | undefined;
    }
  | HealingNews
  | FindNews
  | LabNews
  | ModelNews
  | HoldingNews
  /** Files that were opened from outside: the system, a second start, the menu, a drop on the icon. */
  | { readonly type: 'files-opened'; readonly files: readonly FileInfo[] }
  /** The host may end soon: the page saves what is open now. */
  | { readonly type: 'save-session' }
  /** Something went wrong that no request of the page has led to, such as a file from outside that cannot be opened. */
  | { readonly type: 'problem'; readonly message: string }
  /** People have clicked on a notification: what it is about comes to the front. */
  | {
      readonly type: 'show';
      readonly what: { readonly kind: 'result'; readonly file: Id } | { readonly kind: 'batch' };
    }
  /** A native menu asks for an action of the renderer, by its id. */
  | { readonly type: 'action'; readonly action: string };
