import type { RestoreOptions, Task } from './restore-options.ts';

/** A rectangle of picture pixels as stored in the file. */
export interface FrameRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An image-shaped float array that accompanies an event: [channels, height, width], [−1, 1]. */
export interface FrameTensor {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** One update of the state, on its way to the result. */
export interface RestoreProgress {
  readonly type: 'step';
  readonly stage: 'coarse' | 'restore';
  readonly kind: 'predictor' | 'corrector' | 'transition' | 'renoise';
  readonly sample: number;
  readonly samples: number;
  readonly window: number;
  readonly windows: number;
  /** The window and the reduction (1, 2, 4 …) it is being restored at. */
  readonly frame: FrameRect;
  readonly factor: number;
  /** Updates done, and in all, over every sample, window and scale. */
  readonly step: number;
  readonly steps: number;
  /** Noise level of this window's run, its index and number. */
  readonly level: number;
  readonly levels: number;
  readonly sigma: number;
  readonly sigmaNext: number;
  readonly stepSize: number;
  readonly scoreNorm: number;
  /** Root mean square of y − A x̂0 over the measured values, on the [−1, 1] scale. */
  readonly residual: number;
  /** Evaluations of the network and of its vector–Jacobian product so far. */
  readonly nfe: number;
  readonly vjps: number;
  /** Share of the work done, 0…1, by network pixels. */
  readonly fraction: number;
  readonly elapsedMs: number;
  readonly etaMs: number;
  /** x_t and x̂0 of the window. */
  readonly state: FrameTensor;
  readonly denoised: FrameTensor;
}

/** What was done, for reports. */
export interface RestoreReport {
  readonly task: Task;
  /** What was asked for: the same options give the same picture again. */
  readonly options: RestoreOptions;
  readonly model: string;
  readonly provider: string;
  readonly solver: string;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly seed: number;
  readonly windows: number;
  readonly paintedPixels: number;
  readonly nfe: number;
  readonly vjps: number;
  readonly seconds: number;
  /** Where the deviation of several samples comes from. */
  readonly deviation?: {
    /**
     * Whether its sampler has the posterior's variance (see restore/calibrated.ts), or it is the spread of the samples
     * themselves, which can be less.
     */
    readonly calibrated: boolean;
    readonly solver: string;
    readonly settings: Readonly<Record<string, string | number | boolean>>;
  };
  /**
   * What the task measured: `noise` (σ on 0…255), and `noiseEstimated` (1) where it was not given; `reduction` of
   * a colorized picture; of a reconstruction `residual` (root mean square of y − A x, in the sinogram's unit) and,
   * where the truth is known, `psnr` (dB), `ssim`, `fbpPsnr` and `fbpSsim` inside the inscribed disk.
   */
  readonly measured: Readonly<Record<string, number>>;
}
