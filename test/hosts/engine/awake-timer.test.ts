import { expect, it } from 'vitest';
import { awakeTimer } from '../../../src-main/hosts/engine/awake-timer.ts';

/** A clock whose timers are called when the test says so. */
function clock() {
  const waiting: { callback: () => void; ms: number }[] = [];
  return {
    waiting,
    schedule: (callback: () => void, ms: number) => {
      const entry = { callback, ms };
      waiting.push(entry);
      return () => void waiting.splice(waiting.indexOf(entry), 1);
    },
    /** The timer fires, however late. */
    fire: () => waiting.shift()!.callback(),
  };
}

it('counts time in pieces, so that a night of sleep counts as one of them', () => {
  const { schedule, waiting, fire } = clock();
  let calls = 0;
  awakeTimer(() => calls++, 40_000, schedule);
  expect(waiting.map(({ ms }) => ms)).toEqual([15_000]);
  fire();
  fire();
  expect(waiting.map(({ ms }) => ms)).toEqual([10_000]);
  expect(calls).toBe(0);
  fire();
  expect(calls).toBe(1);
  expect(waiting).toEqual([]);
});

it('ends in any piece', () => {
  const { schedule, waiting, fire } = clock();
  const end = awakeTimer(() => expect.fail('It was ended.'), 20_000, schedule);
  fire();
  end();
  expect(waiting).toEqual([]);
});
