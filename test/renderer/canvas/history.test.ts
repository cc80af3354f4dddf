import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { group, History, valueChange, type HistoryEntry } from '../../../src-renderer/canvas/history.ts';

/** A text that letters are appended to, as the thing whose history is kept. */
function document(): { text: string; append(letter: string, bytes?: number): HistoryEntry } {
  const self = {
    text: '',
    append(letter: string, bytes = 1): HistoryEntry {
      self.text += letter;
      return removal(letter, bytes);
    },
  };
  const removal = (letter: string, bytes: number): HistoryEntry => ({
    label: letter,
    bytes,
    revert: () => {
      expect(self.text.endsWith(letter)).toBe(true);
      self.text = self.text.slice(0, -letter.length);
      return {
        label: letter,
        bytes,
        revert: () => {
          self.text += letter;
          return removal(letter, bytes);
        },
      };
    },
  });
  return self;
}

describe('History', () => {
  it('walks through the same states for any mix of changes, undo and redo', () => {
    const commands = fc.array(fc.constantFrom('a', 'b', 'c', 'undo', 'redo'), { maxLength: 60 });
    fc.assert(
      fc.property(commands, (list) => {
        const doc = document();
        const history = new History();
        const past = [''];
        let present = 0;
        const stateOf = new Map<number, string>();
        for (const command of list) {
          if (command === 'undo') {
            expect(history.undo()).toBe(present > 0);
            present = Math.max(0, present - 1);
          } else if (command === 'redo') {
            expect(history.redo()).toBe(present < past.length - 1);
            present = Math.min(past.length - 1, present + 1);
          } else {
            history.record(doc.append(command));
            past.length = present + 1;
            past.push(doc.text);
            present++;
          }
          expect(doc.text).toBe(past[present]);
          expect([history.canUndo, history.canRedo]).toEqual([present > 0, present < past.length - 1]);
          // The state number stands for one text only.
          expect(stateOf.get(history.state) ?? doc.text).toBe(doc.text);
          stateOf.set(history.state, doc.text);
        }
      }),
    );
  });

  it('names what comes next', () => {
    const doc = document();
    const history = new History();
    expect([history.undoLabel, history.redoLabel]).toEqual([undefined, undefined]);
    history.record(doc.append('x'));
    history.record(doc.append('y'));
    history.undo();
    expect([history.undoLabel, history.redoLabel]).toEqual(['x', 'y']);
  });

  it('drops the oldest steps when memory runs out, but never the newest', () => {
    const doc = document();
    const history = new History(100);
    for (const letter of 'abcdefgh') history.record(doc.append(letter, 30));
    expect(history.bytes).toBe(90);
    while (history.undo());
    expect(doc.text).toBe('abcde');
    while (history.redo());
    expect(doc.text).toBe('abcdefgh');
    history.record(doc.append('z', 1000));
    expect(history.bytes).toBe(1000);
    expect(history.undo()).toBe(true);
    expect(history.undo()).toBe(false);
    expect(doc.text).toBe('abcdefgh');
  });

  it('keeps the memory bound when undoing makes entries larger', () => {
    let value = 0;
    const entry = (before: number, bytes: number): HistoryEntry => ({
      label: 'step',
      bytes,
      revert: () => {
        const after = value;
        value = before;
        return entry(after, 60);
      },
    });
    const history = new History(100);
    for (let i = 0; i < 5; i++) {
      history.record(entry(value, 10));
      value++;
    }
    history.undo();
    history.undo();
    expect(history.bytes).toBeLessThanOrEqual(100);
    expect(value).toBe(3);
    expect(history.redo()).toBe(true);
    expect(value).toBe(4);
  });

  it('tells saved from unsaved across undo and redo', () => {
    const doc = document();
    const history = new History();
    history.record(doc.append('a'));
    const saved = history.state;
    history.record(doc.append('b'));
    expect(history.state).not.toBe(saved);
    history.undo();
    expect(history.state).toBe(saved);
    history.undo();
    history.redo();
    expect(history.state).toBe(saved);
  });

  it('knows the state when the steps before it have been dropped', () => {
    const doc = document();
    const history = new History(50);
    history.record(doc.append('a', 30));
    const saved = history.state;
    history.record(doc.append('b', 30));
    history.undo();
    expect(doc.text).toBe('a');
    expect(history.state).toBe(saved);
  });

  it('makes one step of a dragged slider and another after a mark', () => {
    let radius = 1;
    const history = new History();
    const drag = (to: number): void => {
      const before = radius;
      radius = to;
      history.record(
        valueChange(
          'radius',
          before,
          () => radius,
          (value) => void (radius = value),
          'radius',
        ),
      );
    };
    for (const value of [2, 3, 4]) drag(value);
    history.mark();
    for (const value of [5, 6]) drag(value);
    const walk = [radius];
    while (history.undo()) walk.push(radius);
    expect(walk).toEqual([6, 4, 1]);
    while (history.redo());
    expect(radius).toBe(6);
  });

  it('does not join changes of different settings or across an undo', () => {
    let [a, b] = [0, 0];
    const history = new History();
    const setA = (to: number): void => {
      const before = a;
      a = to;
      history.record(
        valueChange(
          'a',
          before,
          () => a,
          (value) => void (a = value),
          'a',
        ),
      );
    };
    setA(1);
    b = 1;
    history.record(
      valueChange(
        'b',
        0,
        () => b,
        (value) => void (b = value),
        'b',
      ),
    );
    setA(2);
    history.undo();
    expect([a, b]).toEqual([1, 1]);
    history.undo();
    setA(3);
    history.undo();
    expect([a, b]).toEqual([1, 0]);
  });

  it('squashes what came after a mark into one step', () => {
    const doc = document();
    const history = new History();
    history.record(doc.append('a'));
    const mark = history.mark();
    for (const letter of 'bcd') history.record(doc.append(letter));
    history.squash(mark, 'three letters');
    expect(history.undoLabel).toBe('three letters');
    history.undo();
    expect(doc.text).toBe('a');
    history.redo();
    expect(doc.text).toBe('abcd');
    history.squash(history.mark(), 'nothing');
    expect(history.undoLabel).toBe('three letters');
  });

  it('bails out to a mark for good', () => {
    const doc = document();
    const history = new History();
    history.record(doc.append('a'));
    const mark = history.mark();
    for (const letter of 'bcd') history.record(doc.append(letter));
    history.bail(mark);
    expect(doc.text).toBe('a');
    expect([history.canUndo, history.canRedo]).toEqual([true, false]);
  });

  it('keeps marks valid when older steps have been dropped', () => {
    const doc = document();
    const history = new History(60);
    history.record(doc.append('a', 20));
    const mark = history.mark();
    for (const letter of 'bcdef') history.record(doc.append(letter, 20));
    history.bail(mark);
    // b and c are out of reach; d to f are taken back.
    expect(doc.text).toBe('abc');
  });

  it('changes nothing when a step cannot be taken back', () => {
    const history = new History();
    history.record({
      label: 'broken',
      bytes: 1,
      revert: () => {
        throw new Error('no');
      },
    });
    expect(() => history.undo()).toThrow('no');
    expect([history.canUndo, history.canRedo]).toEqual([true, false]);
  });

  it('reverts a group backwards', () => {
    const doc = document();
    const entry = group('both', [doc.append('a'), doc.append('b')]);
    entry.revert().revert();
    expect(doc.text).toBe('ab');
  });

  it('tells listeners, until they leave', () => {
    const history = new History();
    const listener = vi.fn();
    const leave = history.subscribe(listener);
    history.record(document().append('a'));
    history.undo();
    expect(listener).toHaveBeenCalledTimes(2);
    leave();
    history.redo();
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it('forgets everything on request and keeps the state number', () => {
    const doc = document();
    const history = new History();
    history.record(doc.append('a'));
    const { state } = history;
    history.clear();
    expect([history.canUndo, history.canRedo, history.state]).toEqual([false, false, state]);
  });
});
