import { expect, it } from 'vitest';
import type { LabLikelihood } from '../../../src-main/contract/app/lab.ts';
import { ranked, rankingCsv } from '../../../src-renderer/lab/ranking.ts';

const report = (bitsPerDimension: number, standardError?: number) =>
  ({ bitsPerDimension, ...(standardError === undefined ? {} : { standardError }) }) as NonNullable<
    LabLikelihood['report']
  >;

const likelihoods: LabLikelihood[] = [
  { file: 'file-a', report: report(2.5, 0.01) },
  { file: 'file-b', problem: { code: 'picture-damaged', message: 'It ends early, "at once".' } },
  { file: 'file-c', report: report(4) },
];
const files = [
  { id: 'file-a', name: 'sky.png', bytes: 1 },
  { id: 'file-b', name: 'cut, here.png', bytes: 1 },
  { id: 'file-c', name: 'grain.png', bytes: 1 },
];

it('puts the least likely picture first and what could not be measured last', () => {
  expect(ranked(likelihoods, files).map(({ name }) => name)).toEqual(['grain.png', 'sky.png', 'cut, here.png']);
});

it('writes a table that spreadsheets read, whatever is in the names', () => {
  expect(rankingCsv(ranked(likelihoods, files)).split('\r\n')).toEqual([
    'picture,bits_per_dimension,standard_error,problem',
    'grain.png,4,,',
    'sky.png,2.5,0.01,',
    '"cut, here.png",,,"It ends early, ""at once""."',
    '',
  ]);
});
