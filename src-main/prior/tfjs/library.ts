import type * as tfjs from '@tensorflow/tfjs';

/** The module @tensorflow/tfjs. */
export type Tfjs = typeof tfjs;
