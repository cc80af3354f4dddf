import type { Inspection } from '../inspect.ts';
import type { Recipe } from '../recipe.ts';
import type { RecipeInfo, RecipeMeaning } from './recipes.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Task } from '../restore-options.ts';
import type { AppCall } from './calls.ts';
import type { AdjustedPicture, AdjustmentPreview, SuggestedTones } from './adjusting.ts';
import type { BatchPlanInfo, BatchSnapshot, FolderInfo } from './batch.ts';
import type { HealingChange, HealingState } from './healing.ts';
import type { ImportedModel, InstalledModel, ModelCheck } from './models.ts';
import type { LabSnapshot } from './lab.ts';
import type { Sent } from './parts.ts';
import type { Saved } from './results.ts';
import type { ResultInfo, RunPlan, RunQueueInfo, RunSnapshot } from './runs.ts';
import type { AppSettings } from './settings.ts';
import type { Session, SessionTab } from './session.ts';
import type { FileInfo, Id, PictureContent, ScanContent, SeriesInfo } from './values.ts';

export interface HostInfo {
  readonly kind: 'electron' | 'browser';
  readonly version: string;
  readonly platform: string;
  /** Open and save dialogs, recent files, native menus; without them the renderer uploads and downloads. */
  readonly dialogs: boolean;
  /** Whether it can look for newer versions of itself. */
  readonly canUpdate?: boolean;
}

export interface ModelInfo {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly channels: number;
  readonly tasks: readonly Task[];
  /** Pictures that it draws unless told another size, [height, width]; absent: any. */
  readonly size?: readonly [number, number];
  /** Names of the classes that its classifier guides to, or that it is told of itself; absent without any. */
  readonly classes?: readonly string[];
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

/** A value that a solver or an SDE can be told, read from the schema that checks it. */
export interface OptionInfo {
  readonly name: string;
  /** English, where the schema says what it means. */
  readonly description?: string;
  readonly type: 'number' | 'integer' | 'boolean' | 'text';
  /** Of a text: those that there are. */
  readonly values?: readonly string[];
  /** May be null, which leaves the value to the method. */
  readonly nullable: boolean;
  readonly minimum?: number;
  /** The value must be above the minimum, not at it. */
  readonly minimumExcluded?: true;
  readonly maximum?: number;
  readonly maximumExcluded?: true;
  readonly default: number | boolean | string | null;
  /** Who says so: the method or SDE itself, or the program's tuning for the task. */
  readonly from: 'schema' | 'task';
}

/** What sampling can be told, and what it does where it is told nothing. */
export interface SamplerChoices {
  readonly predictors: readonly Choice[];
  readonly correctors: readonly Choice[];
  readonly sdes: readonly Choice[];
  readonly schedules: readonly Choice[];
  /** What runs with what is chosen, where nothing is chosen. */
  readonly defaults: Readonly<Record<string, string | number | boolean>>;
  /** Parameters of the SDE that is chosen, or else runs. */
  readonly sdeOptions: readonly OptionInfo[];
  /** Options of sampling that would change nothing with what is chosen, and why; such are refused. */
  readonly idle: Readonly<Record<string, string>>;
}

export interface Choices extends SamplerChoices {
  readonly solvers: readonly Choice[];
  readonly defaultSolver: string;
  /** Own options of the solver that is chosen, or else runs. */
  readonly methodOptions: readonly OptionInfo[];
}

export interface ProviderInfo {
  readonly provider: string;
  readonly usable: boolean;
  readonly description: string;
  readonly stepsPerSecond?: number;
}

/** A file that was opened lately. */
export interface RecentFile {
  readonly id: Id;
  readonly name: string;
  /** Bytes of the copy that is kept of a file that lies nowhere, such as an uploaded one. */
  readonly copyBytes?: number;
}

export interface AboutInfo {
  readonly version: string;
  /** Programs that it is made of, such as Electron, with their versions. */
  readonly parts: readonly { readonly name: string; readonly version: string }[];
  /** The operating system, its version and architecture. */
  readonly system: string;
  /** Processor, threads and memory. */
  readonly device: string;
  /** Texts of the licences of what it contains; absent where there is no such file. */
  readonly licences?: string;
}

/** Results of the requests of `appRequests`. */
export interface AppResults {
  readonly hello: HostInfo;
  readonly chooseFiles: readonly FileInfo[];
  readonly addFile: FileInfo;
  readonly beginUpload: { readonly upload: Id };
  readonly extendUpload: null;
  readonly endUpload: FileInfo;
  readonly recentFiles: readonly RecentFile[];
  readonly openRecent: FileInfo;
  readonly clearRecent: null;
  readonly showInFolder: null;
  readonly saveFile: Saved;
  readonly forgetFile: null;
  readonly readPart: Uint8Array;
  readonly readPicture: PictureContent;
  /** Coverage of the whole picture as displayed, 0 or 255. */
  readonly readMask: { readonly width: number; readonly height: number; readonly coverage: Uint8Array };
  readonly saveMask: Saved;
  readonly readScan: ScanContent;
  readonly sortSeries: {
    readonly series: readonly SeriesInfo[];
    /** Files that are no DICOM slices, with the reason. */
    readonly others: readonly { readonly name: string; readonly message: string }[];
  };
  readonly readPlane: ScanContent;
  readonly simulateScan: {
    readonly sinogram: FileInfo;
    readonly angles: readonly number[];
    readonly content: ScanContent;
    readonly fbp: ScanContent;
  };
  readonly models: readonly ModelInfo[];
  readonly installedModels: readonly InstalledModel[];
  readonly checkModel: ModelCheck;
  readonly importModel: ImportedModel;
  readonly removeModel: null;
  readonly choices: Choices;
  readonly samplerChoices: SamplerChoices;
  readonly planRun: RunPlan;
  readonly startRun: { readonly run: Id };
  readonly cancelRun: null;
  readonly readRun: RunSnapshot;
  readonly runs: readonly RunSnapshot[];
  readonly runQueue: RunQueueInfo;
  readonly pauseQueue: null;
  readonly moveRun: null;
  readonly labelRun: null;
  readonly acknowledgeFrame: null;
  readonly readResult: PictureContent | ScanContent;
  readonly saveResult: Saved;
  readonly reuseResult: FileInfo;
  readonly readThumbnail: Uint8Array;
  readonly dragResult: null;
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
  readonly strengthenResult: ResultInfo;
  readonly previewAdjustment: AdjustmentPreview;
  readonly suggestAdjustment: SuggestedTones;
  readonly adjustPicture: AdjustedPicture;
  readonly recipes: readonly RecipeInfo[];
  readonly saveRecipe: null;
  readonly importRecipe: Recipe;
  readonly exportRecipe: Saved;
  readonly removeRecipe: null;
  readonly applyRecipe: RecipeMeaning;
  readonly inspectPicture: Inspection;
  readonly startFind: { readonly find: Id };
  readonly cancelFind: null;
  readonly startLab: { readonly lab: Id };
  readonly cancelLab: null;
  readonly labs: readonly LabSnapshot[];
  readonly forgetLab: null;
  readonly settings: AppSettings;
  readonly changeSettings: AppSettings;
  /** `isElsewhere`: another page holds the session, and nothing is said of it. */
  readonly session: Session & { readonly files: readonly FileInfo[]; readonly isElsewhere?: true };
  readonly saveSession: null;
  readonly makeProject: FileInfo;
  readonly openProject: { readonly tab: SessionTab; readonly files: readonly FileInfo[] };
  readonly leaveSession: null;
  readonly chooseFolder: FolderInfo | null;
  readonly folders: readonly FolderInfo[];
  readonly createFolder: FolderInfo;
  readonly addToFolder: null;
  readonly placeUpload: null;
  readonly planBatch: BatchPlanInfo;
  readonly startBatch: { readonly batch: Id };
  readonly pauseBatch: null;
  readonly cancelBatch: null;
  readonly readBatch: BatchSnapshot;
  readonly batches: readonly BatchSnapshot[];
  readonly openBatchOutput: FileInfo;
  readonly zipBatch: FileInfo;
  readonly openBatchReport: FileInfo;
  readonly openBatchInput: FileInfo;
  readonly doctor: readonly ProviderInfo[];
  readonly about: AboutInfo;
}

export type AppResult<Call extends AppCall> = AppResults[Call];

/** How an answer travels. */
export type AppReply<Call extends AppCall = AppCall> =
  | { readonly ok: true; readonly value: Sent<AppResult<Call>> }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };
