import { expect } from 'vitest';

/** Fails with the first differing value; much faster than `toEqual` on the coverage of a whole picture. */
export function expectSameCoverage(actual: Uint8Array, expected: Uint8Array): void {
  expect(actual.length).toBe(expected.length);
  const at = actual.findIndex((value, i) => value !== expected[i]);
  if (at >= 0) expect(`${actual[at]} at index ${at}`).toBe(`${expected[at]} at index ${at}`);
}
