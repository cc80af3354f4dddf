import type { DamageKind } from '../../contract/find.ts';
import { codeOfLogit } from './logit-codes.ts';

/** Codes of probability between which hysteresis decides. */
export interface Thresholds {
  /** Every pixel of a finding has at least this. */
  readonly kept: number;
  /** … and one of them at least this, by the kind of the finding … */
  readonly certain: Readonly<Record<DamageKind, number>>;
  /** … and their mean this. */
  readonly mean: number;
}

/**
 * Logits at a sensitivity of one half. Kept above a probability of .5 where a pixel reaches .99 in a crack and .998
 * in a line, a speck or text, because whatever is small or thin is too easily one: measured on real scans and drawn damage
 * (docs/find.md) as the least that keeps uncracked old photographs nearly free of marks.
 */
const KEPT = 0;
const CERTAIN: Readonly<Record<DamageKind, number>> = { line: 6.2, speck: 6.2, crack: 4.6, loss: 3.5, text: 6.2 };
/**
 * Mean logit of a finding's pixels. Damage is sure from side to side and has a narrow rim; a trace of certainty in a wide
 * cloud of doubt is texture. Measured on uncracked old photographs, of which half as much is marked, and cracks, of which
 * as much is found.
 */
const MEAN = 2;
/** Change of the thresholds' logits over the whole range of sensitivity. */
const KEPT_RANGE = 4;
const CERTAIN_RANGE = 7;

/** @param sensitivity  0 (only what is certain) … 1 (everything suspicious). */
export function thresholdsOf(sensitivity: number): Thresholds {
  const off = 0.5 - sensitivity;
  const certain = (kind: DamageKind): number => codeOfLogit(CERTAIN[kind] + CERTAIN_RANGE * off);
  return {
    kept: codeOfLogit(KEPT + KEPT_RANGE * off),
    mean: codeOfLogit(MEAN + KEPT_RANGE * off),
    certain: {
      line: certain('line'),
      speck: certain('speck'),
      crack: certain('crack'),
      loss: certain('loss'),
      text: certain('text'),
    },
  };
}
