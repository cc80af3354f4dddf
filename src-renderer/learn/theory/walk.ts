import type { Moments } from './moments.ts';

/** What the playground shows after a step of a simulation. */
export interface WalkFrame {
  /** Steps done, and in all. */
  readonly step: number;
  readonly steps: number;
  /** Noise level of the points in σ-space. */
  readonly sigma: number;
  /** Time of the SDE, where the lesson has one. */
  readonly time?: number;
  /** Points as drawn: x₀, y₀, x₁, y₁ … */
  readonly points: Float32Array;
  /** Picture value of a point: drawn coordinates are α times those of the picture plus noise. */
  readonly alpha: number;
  /** What the points should be distributed like, in drawn coordinates. */
  readonly exact: Moments;
  /** Evaluations of the denoiser so far, of each point. */
  readonly evaluations?: number;
}

/** A simulation that is walked step by step; the first frame is where it starts. */
export type Walk = AsyncGenerator<WalkFrame, void>;

/** Settings that every simulation has. */
export interface WalkOptions {
  /** Number of points. */
  readonly count: number;
  readonly seed: number;
}
