import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInShard, parseShard } from '../../../src-main/batch/plan/shard.ts';

describe('shards', () => {
  it('are disjoint and complete for any names and any number of them', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 20 }), (names, count) => {
        for (const name of names) {
          const owners = Array.from({ length: count }, (_, index) => index).filter((index) =>
            isInShard(name, { index, count }),
          );
          expect(owners).toHaveLength(1);
        }
      }),
    );
  });

  it('are about equally large', () => {
    const sizes = [0, 0, 0, 0];
    for (let i = 0; i < 4000; i++) {
      sizes[sizes.findIndex((_, index) => isInShard(`scans/photo-${i}.tif`, { index, count: 4 }))]++;
    }
    // Binomial(4000, 1/4): standard deviation 27.
    for (const size of sizes) expect(Math.abs(size - 1000)).toBeLessThan(140);
  });

  it('do not depend on how the machine writes accents', () => {
    for (let index = 0; index < 5; index++) {
      const shard = { index, count: 5 };
      expect(isInShard('bücher/é.png'.normalize('NFD'), shard)).toBe(isInShard('bücher/é.png'.normalize('NFC'), shard));
    }
  });

  it('are counted from 0 or from 1', () => {
    expect(parseShard('0/3')).toEqual({ index: 0, count: 3 });
    expect(parseShard('3/3')).toEqual({ index: 0, count: 3 });
    expect(parseShard(' 2/3')).toEqual({ index: 2, count: 3 });
    for (const bad of ['4/3', '1/0', '1', 'a/b', '-1/3', '1.5/3', '']) {
      expect(() => parseShard(bad)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    }
  });
});
