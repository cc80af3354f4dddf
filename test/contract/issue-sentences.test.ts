import { describe, expect, it } from 'vitest';
import { parseRestoreOptions } from '../../src-main/contract/restore-options.ts';

describe('what is wrong with options is said in words', () => {
  it.each<[object, RegExp]>([
    [{ task: 'denoise', steps: 0 }, /steps is 0, but must be at least 1/],
    [{ task: 'denoise', steps: 1e6 }, /steps is 1000000, but must be at most 10000/],
    [{ task: 'denoise', steps: 1.5 }, /steps is 1\.5, but must be a whole number/],
    [{ task: 'denoise', snr: 0 }, /snr is 0, but must be more than 0/],
    [{ task: 'paint' }, /task is "paint", but must be "inpaint" or/],
    [{ task: 'denoise', noise: 'much' }, /noise is "much", but must be a number/],
    [{ task: 'denoise', colour: 'x'.repeat(500) }, /has no "colour"/],
    [{}, /task is missing, but must be/],
  ])('%j', (options, message) => {
    expect(() => parseRestoreOptions(options)).toThrow(message);
    expect(() => parseRestoreOptions(options)).not.toThrow(/Too small|Too big|Invalid|expected|Unrecognized/);
  });
});
