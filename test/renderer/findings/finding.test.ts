import { describe, expect, test } from 'vitest';
import { carriedOver, keptOf, toggled } from '../../../src-renderer/findings/decisions.ts';
import { findingAt, keyOf, ninthOf } from '../../../src-renderer/findings/finding.ts';
import { findingIn } from '../../fixtures/finding.ts';

const large = findingIn({ x: 10, y: 10, width: 50, height: 40 }, 'loss');
const small = findingIn({ x: 20, y: 20, width: 3, height: 3 }, 'speck');
const apart = findingIn({ x: 80, y: 5, width: 1, height: 60 });

describe('findingAt', () => {
  test('takes the smallest of those that overlap', () => {
    expect(findingAt([large, small, apart], { x: 21.5, y: 21.5 }, 4)).toBe(small);
    expect(findingAt([large, small, apart], { x: 30.5, y: 30.5 }, 4)).toBe(large);
  });

  test('takes the nearest within reach, so that a line of one pixel can be hit', () => {
    expect(findingAt([large, small, apart], { x: 78.2, y: 30 }, 4)).toBe(apart);
    expect(findingAt([large, small, apart], { x: 70, y: 30 }, 4)).toBeUndefined();
  });
});

test('ninthOf tells where a finding lies', () => {
  expect(ninthOf(large, { width: 300, height: 300 })).toBe('top-left');
  expect(ninthOf(large, { width: 70, height: 60 })).toBe('middle-centre');
  expect(ninthOf(apart, { width: 82, height: 60 })).toBe('middle-right');
});

describe('decisions', () => {
  test('leave out and keep again', () => {
    const once = toggled(new Set(), small);
    expect(keptOf([large, small], once)).toEqual([large]);
    expect(keptOf([large, small], toggled(once, small))).toEqual([large, small]);
  });

  test('hold for the same finding at another sensitivity: its surest pixel stays', () => {
    const wider = findingIn({ x: 78, y: 0, width: 5, height: 70 }, 'crack', apart.anchor);
    expect(keptOf([wider], toggled(new Set(), apart))).toEqual([]);
  });

  test('pass on from coarse findings to finer ones in the same place', () => {
    const finer = findingIn({ x: 80, y: 6, width: 2, height: 50 });
    const mostlyElsewhere = findingIn({ x: 80, y: 60, width: 1, height: 60 });
    const rejected = carriedOver([apart, small], toggled(new Set(), apart), [finer, mostlyElsewhere, small]);
    expect([finer, mostlyElsewhere, small].map((finding) => rejected.has(keyOf(finding)))).toEqual([
      true,
      false,
      false,
    ]);
  });
});
