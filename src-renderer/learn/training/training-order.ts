import type { SdeOptions } from '../../../src-main/sampling/sde.ts';
import type { ObjectiveName } from '../../../src-main/score-matching/objectives.ts';
import type { Weighting } from '../../../src-main/score-matching/train-score.ts';
import type { Mixture } from '../theory/mixture.ts';

/** What the worker is to train. */
export interface TrainingOrder {
  readonly mixture: Mixture;
  readonly objective: ObjectiveName;
  readonly levels:
    | { readonly kind: 'one'; readonly sigma: number }
    | { readonly kind: 'sde'; readonly sde: SdeOptions; readonly weighting: Weighting };
  readonly steps: number;
  readonly seed: number;
}

/** How far it has come. */
export interface TrainingNews {
  readonly step: number;
  readonly steps: number;
  /** Mean loss since the last news. */
  readonly loss: number;
  readonly parameters: Float64Array;
  readonly sigmaData: number;
  /** One level: see `errorByDensity`. */
  readonly byDensity?: readonly number[];
  /** Several: relative error at some of them, and the bound of the Kullback–Leibler divergence in nats. */
  readonly byLevel?: readonly { readonly sigma: number; readonly error: number }[];
  readonly bound?: number;
}

/** `id` tells the news of one order from those of the one before. */
export type TrainingMessage =
  | { readonly type: 'start'; readonly id: number; readonly order: TrainingOrder }
  | { readonly type: 'stop' };
export type TrainingReply =
  | { readonly type: 'news'; readonly id: number; readonly news: TrainingNews }
  | { readonly type: 'problem'; readonly id: number; readonly message: string };

/** Least time of an SDE that is trained at: below, little noise makes the losses jump. */
export const LEAST_TIME = 0.01;
