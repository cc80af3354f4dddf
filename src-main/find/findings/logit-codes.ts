/**
 * Probabilities as bytes: 128 + 16 logit(p), rounded, between 0 and 255. Steps are 1/16 in the logit, .016 in p around
 * one half and finer towards 0 and 1, where thresholds of certainty lie; the range is p = .00034 … .99964.
 */
const STEPS = 16;
const MIDDLE = 128;

/** The code of log(p / (1 − p)). */
export function codeOfLogit(logit: number): number {
  const code = Math.round(MIDDLE + STEPS * logit);
  return code < 0 ? 0 : code > 255 ? 255 : code;
}

/** The logit in the middle of a code's step. */
export function logitOfCode(code: number): number {
  return (code - MIDDLE) / STEPS;
}

/** The code of a probability, 0…1. */
export function codeOfProbability(p: number): number {
  return codeOfLogit(Math.log(p / (1 - p)));
}

/** Probabilities of all codes. */
export const PROBABILITY_OF_CODE = Float64Array.from(
  { length: 256 },
  (_, code) => 1 / (1 + Math.exp((MIDDLE - code) / STEPS)),
);

const FINENESS = 1 << 14;
/** Codes of probabilities in steps of 1/FINENESS. */
const table = Uint8Array.from({ length: FINENESS + 1 }, (_, i) => codeOfProbability(i / FINENESS));

/** As `codeOfProbability`, by a table: for whole pictures. */
export function quickCode(p: number): number {
  return table[(p * FINENESS + 0.5) | 0];
}
