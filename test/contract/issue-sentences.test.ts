import { describe, expect, it } from 'vitest';
import { checkRecipe } from '../../src-main/contract/recipe.ts';
import { parseRestoreOptions } from '../../src-main/contract/restore-options.ts';
import { parseManifest } from '../../src-main/documents/project-manifest.ts';

it('of the whole is said of what its reader knows it as', () => {
  expect(() => parseRestoreOptions({ task: 'denoise', noize: 1 })).toThrow(/the list of options has no "noize"/);
  expect(() => checkRecipe(7, 'The recipe in x.json')).toThrow(
    'The recipe in x.json is not valid: the recipe is 7, but must be an object.',
  );
  expect(() => parseManifest(new TextEncoder().encode('[]'), 'p.langevin')).toThrow(
    /p\.langevin cannot be opened: its \S+\.json is a list/,
  );
});

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
