import { describe, expect, it } from 'vitest';
import { findAction, findConflicts, performAction, type Action } from '../../../src-renderer/canvas/actions.ts';
import type { KeyStroke } from '../../../src-renderer/canvas/key-binding.ts';

interface Counter {
  count: number;
  isLocked: boolean;
}

const actions: readonly Action<Counter>[] = [
  {
    id: 'add',
    label: 'action.add',
    keys: ['A', 'Mod+A'],
    predicate: ({ isLocked }) => !isLocked,
    perform: (counter) => counter.count++,
  },
  { id: 'reset', label: 'action.reset', keys: ['A'], perform: (counter) => (counter.count = 0) },
];

function stroke(key: string, ctrlKey = false): KeyStroke {
  return { key, code: '', ctrlKey, metaKey: false, altKey: false, shiftKey: false };
}

describe('actions', () => {
  it('are found by their keys, the first that can be done now', () => {
    expect(findAction(actions, stroke('a'), { count: 0, isLocked: false }, 'other')?.id).toBe('add');
    expect(findAction(actions, stroke('a'), { count: 0, isLocked: true }, 'other')?.id).toBe('reset');
    expect(findAction(actions, stroke('b'), { count: 0, isLocked: false }, 'other')).toBeUndefined();
  });

  it('leave plain keys to a text field that has the focus', () => {
    const counter = { count: 0, isLocked: false };
    expect(findAction(actions, stroke('a'), counter, 'other', true)).toBeUndefined();
    expect(findAction(actions, stroke('a', true), counter, 'other', true)?.id).toBe('add');
  });

  it('are done by their id, when they can be', () => {
    const counter = { count: 3, isLocked: false };
    expect(performAction(actions, 'add', counter)).toBe(true);
    counter.isLocked = true;
    expect(performAction(actions, 'add', counter)).toBe(false);
    expect(counter.count).toBe(4);
    expect(() => performAction(actions, 'fly', counter)).toThrow(/"fly"/);
  });

  it('report keys claimed twice and keys that are taken', () => {
    expect(findConflicts(actions, ['Mod+A'])).toEqual([
      { keys: 'Mod+a', actions: ['canvas', 'add'] },
      { keys: 'a', actions: ['add', 'reset'] },
    ]);
    expect(() => findConflicts([actions[0], actions[0]])).toThrow(/all different/);
  });
});
