import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src-main/hosts/engine/turns.ts';

describe('turns', () => {
  it('are taken one after the other, in the order of asking, also after failures', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const { signal } = new AbortController();
    const work = (name: string, fails = false) =>
      turns.take(signal, async () => {
        log.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 1));
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
      });
    const all = [work('a'), work('b', true), work('c')];
    expect(turns.isBusy).toBe(true);
    await Promise.allSettled(all);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(turns.isBusy).toBe(false);
  });

  it('are given up while waiting without letting the next one in too early', async () => {
    const turns = new Turns();
    const never = new AbortController();
    const impatient = new AbortController();
    let finish = (): void => undefined;
    const log: string[] = [];
    const first = turns.take(never.signal, () => new Promise<void>((resolve) => (finish = resolve)));
    const second = turns.take(impatient.signal, async () => void log.push('second'));
    const third = turns.take(never.signal, async () => void log.push('third'));
    impatient.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(log).toEqual([]);
    finish();
    await Promise.all([first, third]);
    expect(log).toEqual(['third']);
  });
});
