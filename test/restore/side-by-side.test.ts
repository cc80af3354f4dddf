import { describe, expect, test } from 'vitest';
import { inTurn, sideBySide } from '../../src-main/restore/side-by-side.ts';

/** Counts to `end`, lets the others go on after each number, and notes how it ended. */
async function* counter(name: string, end: number, ended: string[]): AsyncGenerator<string, number> {
  try {
    for (let i = 1; i <= end; i++) {
      await Promise.resolve();
      yield `${name}${i}`;
    }
    return end;
  } finally {
    ended.push(name);
  }
}

async function all<Result>(run: AsyncGenerator<string, Result>): Promise<{ events: string[]; result: Result }> {
  const events: string[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done === true) return { events, result: next.value };
    events.push(next.value);
  }
}

describe('sideBySide', () => {
  test('passes on events of all as they come, and results in the order of the runs', async () => {
    const ended: string[] = [];
    const { events, result } = await all(sideBySide([() => counter('a', 3, ended), () => counter('b', 1, ended)]));
    expect(result).toEqual([3, 1]);
    expect(events.slice(0, 2).sort()).toEqual(['a1', 'b1']);
    expect(events.filter((event) => event.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
    expect(ended).toEqual(['b', 'a']);
  });

  test('ends all when one fails', async () => {
    const ended: string[] = [];
    async function* failing(): AsyncGenerator<string, number> {
      yield 'f';
      throw new Error('the network is gone');
    }
    const run = sideBySide([() => counter('a', 100, ended), failing]);
    await expect(all(run)).rejects.toThrow('the network is gone');
    expect(ended).toEqual(['a']);
  });

  test('ends all when the caller stops', async () => {
    const ended: string[] = [];
    const run = sideBySide([() => counter('a', 100, ended), () => counter('b', 100, ended)]);
    await run.next();
    await run.return(undefined as never);
    expect(ended.sort()).toEqual(['a', 'b']);
  });
});

test('inTurn begins a run when the one before it has ended', async () => {
  const ended: string[] = [];
  const { events, result } = await all(inTurn([() => counter('a', 2, ended), () => counter('b', 1, ended)]));
  expect(events).toEqual(['a1', 'a2', 'b1']);
  expect(result).toEqual([2, 1]);
});
