import { describe, expect, it } from 'vitest';
import { campaign, faultCount } from '../../fuzz/campaign.ts';
import { FuzzRandom } from '../../fuzz/fuzz-random.ts';
import { mutateBytes } from '../../fuzz/mutate-bytes.ts';
import type { FuzzTarget } from '../../fuzz/target.ts';

const seen: number[] = [];
const target: FuzzTarget = {
  name: 'example',
  title: 'an example',
  cases: 10,
  share: 1,
  run: async ({ first, cases, random, tried, fault, isOver }) => {
    for (let index = first; index < first + cases && !isOver(); index++) {
      seen.push(random(index).int(0, 2 ** 30));
      if (index === 5) fault('crash', index, 'the fifth');
      tried(index % 2 === 0 ? 'even' : 'odd');
    }
  },
};
const all = { seed: 3, first: 0, cases: 10, seconds: undefined };

describe('a campaign', () => {
  it('counts what was tried and what must not happen', async () => {
    const report = await campaign(target, all, () => undefined);
    expect(report).toMatchObject({ tried: 10, outcomes: { even: 5, odd: 5 }, seed: 3 });
    expect(report.faults.crash).toBe(1);
    expect(faultCount(report)).toBe(1);
    expect(report.examples).toEqual([{ kind: 'crash', index: 5, what: 'the fifth' }]);
  });

  it('repeats a case by its index', async () => {
    seen.length = 0;
    await campaign(target, all, () => undefined);
    await campaign(target, { ...all, first: 7, cases: 1 }, () => undefined);
    expect(seen).toHaveLength(11);
    expect(seen[10]).toBe(seen[7]);
    expect(new Set(seen).size).toBe(10);
  });

  it('ends when its time is up', async () => {
    const report = await campaign(target, { ...all, seconds: -1 }, () => undefined);
    expect(report.tried).toBe(0);
  });
});

describe('mutated bytes', () => {
  it('are the same for the same seed, others for others, and never the input itself changed', () => {
    const bytes = Uint8Array.from({ length: 500 }, (_, i) => i & 0xff);
    const before = Buffer.from(bytes);
    const made = (seed: number): string => Buffer.from(mutateBytes(bytes, new FuzzRandom(seed))).toString('hex');
    expect(made(1)).toBe(made(1));
    expect(new Set(Array.from({ length: 50 }, (_, i) => made(i))).size).toBeGreaterThan(45);
    expect(before.equals(bytes)).toBe(true);
  });
});
