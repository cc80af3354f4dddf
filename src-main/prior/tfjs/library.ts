import type * as tensorflow from './tensorflow.ts';

/** The module of TensorFlow.js. */
export type Tfjs = typeof tensorflow;
