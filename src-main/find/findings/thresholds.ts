import { codeOfLogit } from './logit-codes.ts';

/** Codes of probability between which hysteresis decides. */
export interface Thresholds {
  /** Every pixel of a finding has at least this. */
  readonly kept: number;
  /** … and one of them at least this. */
  readonly certain: number;
}

/** At a sensitivity of one half: kept above a probability of .6 where a pixel reaches .97, measured on real scans. */
const KEPT = 0.405;
const CERTAIN = 3.476;
/** Change of the thresholds' logits over the whole range of sensitivity. */
const KEPT_RANGE = 4;
const CERTAIN_RANGE = 6;

/** @param sensitivity  0 (only what is certain) … 1 (everything suspicious). */
export function thresholdsOf(sensitivity: number): Thresholds {
  const off = 0.5 - sensitivity;
  return { kept: codeOfLogit(KEPT + KEPT_RANGE * off), certain: codeOfLogit(CERTAIN + CERTAIN_RANGE * off) };
}
