import type { ErrorCode } from '../../errors.ts';
import type { Task } from '../restore-options.ts';
import type { AppCall } from './calls.ts';
import type { BatchPlanInfo, BatchSnapshot, FolderInfo } from './batch.ts';
import type { HealingChange, HealingState } from './healing.ts';
import type { Saved } from './results.ts';
import type { ResultInfo, RunPlan, RunSnapshot } from './runs.ts';
import type { AppSettings } from './settings.ts';
import type { Session } from './session.ts';
import type { FileInfo, Id, PictureContent, ScanContent } from './values.ts';

export interface HostInfo {
  readonly kind: 'electron' | 'browser';
  readonly version: string;
  readonly platform: string;
  /** Open and save dialogs, recent files, native menus; without them the renderer uploads and downloads. */
  readonly dialogs: boolean;
}

export interface ModelInfo {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly channels: number;
  readonly tasks: readonly Task[];
  /** Whether solvers that need gradients can use it. */
  readonly hasGradient: boolean;
  /** Why it cannot be used at all. */
  readonly problem?: string;
}

/** A choice of the restore panel; `whyNot` says why it cannot be taken. */
export interface Choice {
  readonly name: string;
  readonly title: string;
  readonly source?: string;
  readonly whyNot?: string;
}

export interface Choices {
  readonly solvers: readonly Choice[];
  readonly predictors: readonly Choice[];
  readonly correctors: readonly Choice[];
  readonly sdes: readonly Choice[];
  /** What runs when nothing is chosen. */
  readonly defaults: Readonly<Record<string, string | number | boolean>>;
  readonly defaultSolver: string;
}

export interface ProviderInfo {
  readonly provider: string;
  readonly usable: boolean;
  readonly description: string;
  readonly stepsPerSecond?: number;
}

/** Results of the requests of `appRequests`. */
export interface AppResults {
  readonly hello: HostInfo;
  readonly chooseFiles: readonly FileInfo[];
  readonly addFile: FileInfo;
  readonly recentFiles: readonly { readonly id: Id; readonly name: string }[];
  readonly openRecent: FileInfo;
  readonly saveFile: Saved;
  readonly forgetFile: null;
  readonly readPicture: PictureContent;
  /** Coverage of the whole picture as displayed, 0 or 255. */
  readonly readMask: { readonly width: number; readonly height: number; readonly coverage: Uint8Array };
  readonly saveMask: Saved;
  readonly readScan: ScanContent;
  readonly simulateScan: {
    readonly sinogram: FileInfo;
    readonly angles: readonly number[];
    readonly content: ScanContent;
    readonly fbp: ScanContent;
  };
  readonly models: readonly ModelInfo[];
  readonly choices: Choices;
  readonly planRun: RunPlan;
  readonly startRun: { readonly run: Id };
  readonly cancelRun: null;
  readonly readRun: RunSnapshot;
  readonly runs: readonly RunSnapshot[];
  readonly acknowledgeFrame: null;
  readonly readResult: PictureContent | ScanContent;
  readonly saveResult: Saved;
  readonly reuseResult: FileInfo;
  readonly forgetResult: null;
  readonly openHealing: HealingState;
  readonly healStroke: HealingChange;
  readonly varyStroke: HealingChange;
  readonly arrangeHealing: HealingChange;
  readonly refineStroke: HealingChange;
  readonly cancelRefining: HealingChange;
  readonly watchHealing: null;
  readonly saveHealed: Saved;
  readonly composeResult: ResultInfo;
  readonly startFind: { readonly find: Id };
  readonly cancelFind: null;
  readonly settings: AppSettings;
  readonly changeSettings: AppSettings;
  readonly session: Session & { readonly files: readonly FileInfo[] };
  readonly saveSession: null;
  readonly chooseFolder: FolderInfo | null;
  readonly folders: readonly FolderInfo[];
  readonly createFolder: FolderInfo;
  readonly addToFolder: null;
  readonly planBatch: BatchPlanInfo;
  readonly startBatch: { readonly batch: Id };
  readonly pauseBatch: null;
  readonly cancelBatch: null;
  readonly readBatch: BatchSnapshot;
  readonly batches: readonly BatchSnapshot[];
  readonly openBatchOutput: FileInfo;
  readonly openBatchInput: FileInfo;
  readonly doctor: readonly ProviderInfo[];
}

export type AppResult<Call extends AppCall> = AppResults[Call];

/** How an answer travels. */
export type AppReply<Call extends AppCall = AppCall> =
  | { readonly ok: true; readonly value: AppResult<Call> }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };
