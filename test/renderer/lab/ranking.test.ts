import { expect, it } from 'vitest';
import type { LabLikelihood } from '../../../src-main/contract/app/lab.ts';
import { ranked, rankingCsv } from '../../../src-renderer/lab/ranking.ts';

const report = (bitsPerDimension: number, standardError?: number) =>
  ({ bitsPerDimension, ...(standardError === undefined ? {} : { standardError }) }) as NonNullable<
    LabLikelihood['report']
  >;

const likelihoods: LabLikelihood[] = [
  { file: 'file-a', name: 'sky.png', report: report(2.5, 0.01) },
  {
    file: 'file-b',
    name: 'cut, here.png',
    problem: { code: 'picture-damaged', message: 'It ends early, "at once".' },
  },
  { file: 'file-c', name: 'grain.png', report: report(4) },
];

it('puts the least likely picture first and what could not be measured last, with the distance from the median', () => {
  const rows = ranked(likelihoods);
  expect(rows.map(({ name }) => name)).toEqual(['grain.png', 'sky.png', 'cut, here.png']);
  // The median of two is their mean, and their distances from it are equal.
  expect(rows.map(({ deviation }) => deviation)).toEqual([1 / 1.4826, -1 / 1.4826, undefined]);
  expect(ranked([likelihoods[0]])[0].deviation).toBeUndefined();
});

it('writes a table that spreadsheets read, whatever is in the names', () => {
  expect(rankingCsv(ranked([...likelihoods.slice(0, 2)])).split('\r\n')).toEqual([
    'picture,bits_per_dimension,standard_error,robust_deviations,problem',
    'sky.png,2.5,0.01,,',
    '"cut, here.png",,,,"It ends early, ""at once""."',
    '',
  ]);
});
