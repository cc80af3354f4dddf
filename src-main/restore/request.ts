import type { RestoreProgress } from '../contract/restore-events.ts';
import type { RestoreOptions } from '../contract/restore-options.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import type { Picture } from '../tensor/picture.ts';
import type { GivenFill } from './given-fill.ts';
import type { Scan, Slice } from './scan.ts';
import type { SolverSettings } from './settings.ts';
import type { TunedTable } from './tuned.ts';

/** Weights of a blur, such as a kernel picture gives, in row order; any scale, they are divided by their sum. */
export interface KernelWeights {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

/** Colours painted on a picture: what is known of its colours there, its brightness apart. */
export interface ColourHints {
  /** Of the picture. */
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and how surely, 0…255, of every pixel. */
  readonly rgba: Uint8Array;
}

/** A damaged picture. */
export interface PictureRequest {
  readonly picture: Picture;
  /** height × width as stored, non-zero = restore. inpaint: needed; other tasks: change nothing else. */
  readonly mask?: Uint8Array | undefined;
  /** inpaint: how the painted pixels of `picture` were filled already; absent: they are damage, and filled anew. */
  readonly given?: GivenFill | undefined;
  /** deblur: the blur, where it is not a Gaussian. */
  readonly kernel?: KernelWeights | undefined;
  /** height × width as stored: how much of the strength each pixel has, 255 = all. */
  readonly strengthMap?: Uint8Array | undefined;
  /** colorize: colours that are known at some places; as stored. */
  readonly hints?: ColourHints | undefined;
  readonly options: RestoreOptions;
}

/** A measured sinogram, for the task reconstruct. */
export interface ScanRequest {
  readonly scan: Scan;
  /** The slice that was measured, where it is known: quality is then reported. */
  readonly truth?: Slice | undefined;
  readonly options: RestoreOptions;
}

export type RestoreRequest = PictureRequest | ScanRequest;

export interface RestoreHost {
  /** Monotonic clock in milliseconds. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether a single sample may be written into the samples of the request's own picture, which nobody needs any more [false]:
   * a large picture is then held once.
   */
  readonly ownsPicture?: boolean | undefined;
  /** Whether mean, deviation and sheet are of use [true]; they can cost as much as the samples. */
  readonly companions?: boolean | undefined;
  /** Defaults of the tasks in place of the program's own: how the tuning script tries others. */
  readonly tuned?: TunedTable | undefined;
}

/** One restored picture, as soon as it is finished. */
export interface RestoredSample {
  readonly type: 'sample';
  readonly sample: number;
  readonly picture: Picture;
  /** reconstruct: the values in HU of which `picture` shows a window. */
  readonly slice?: Slice | undefined;
}

/** A picture that accompanies the samples: their mean, their deviation, the width of the interval of 5 to 95 %, a sheet of all, the classical reconstruction. */
export interface Companion {
  readonly type: 'companion';
  readonly name: 'mean' | 'std' | 'interval' | 'sheet' | 'fbp';
  readonly picture: Picture;
  /** reconstruct: the values in HU (of `std`, a difference in HU). */
  readonly slice?: Slice | undefined;
}

/** Something that people should know of a result, such as that too little was left to fill a hole from. */
export interface RestoreNotice {
  readonly type: 'notice';
  readonly message: string;
}

export type RestoreEvent = RestoreProgress | RestoredSample | Companion | RestoreNotice;

/** What a task did. */
export interface TaskSummary {
  /** Absent: no network was asked. */
  readonly solver?: SolverSettings;
  readonly windows: number;
  readonly paintedPixels: number;
  readonly nfe: number;
  readonly vjps: number;
  /** Figures that the task found on its way; see RestoreReport. */
  readonly measured: Readonly<Record<string, number>>;
}

/** A task: an operator A with its way through the picture. To add one, write its file and add it to the table. */
export type TaskRunner<Request extends RestoreRequest> = (
  request: Request,
  network: ScoreNetwork,
  host: RestoreHost,
) => AsyncGenerator<RestoreEvent, TaskSummary>;
