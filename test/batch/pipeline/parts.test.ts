import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { BoundedQueue } from '../../../src-main/batch/pipeline/bounded-queue.ts';
import { CodecTurns } from '../../../src-main/batch/pipeline/codec-turns.ts';
import { DiskFullPause, PauseGate } from '../../../src-main/batch/pipeline/pause-gate.ts';
import { TimeBudget } from '../../../src-main/batch/pipeline/time-budget.ts';
import type { BatchEvent } from '../../../src-main/contract/batch.ts';
import { LangevinError } from '../../../src-main/errors.ts';

const never = new AbortController().signal;
const turn = (): Promise<void> => wait(1).then(() => undefined);

describe('a bounded queue', () => {
  it('lets in what fits, and something too heavy alone', async () => {
    const queue = new BoundedQueue<string>(10);
    const done: string[] = [];
    const push = (thing: string, weight: number): void =>
      void queue.push(thing, weight).then(() => void done.push(thing));
    push('a', 6);
    push('b', 4);
    push('c', 1);
    push('heavy', 99);
    await turn();
    expect(done).toEqual(['a', 'b']);
    expect(await queue.take()).toBe('a');
    await turn();
    expect(done).toEqual(['a', 'b', 'c']);
    expect([await queue.take(), await queue.take()]).toEqual(['b', 'c']);
    await turn();
    expect(done).toEqual(['a', 'b', 'c', 'heavy']);
    queue.close();
    expect([await queue.take(), await queue.take()]).toEqual(['heavy', undefined]);
  });

  it('frees those who wait when it is closed', async () => {
    const queue = new BoundedQueue<string>(1);
    const taken = queue.take();
    queue.close();
    expect(await taken).toBeUndefined();
    await queue.push('late', 1);
    expect(await queue.take()).toBeUndefined();
  });
});

describe('a time budget', () => {
  it('is used up by the stages together, not by the waits between', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const budget = new TimeBudget(10);
      const untilAborted = (signal: AbortSignal): Promise<never> =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
      await budget.run(never, async () => vi.advanceTimersByTime(6000));
      vi.advanceTimersByTime(60_000);
      await budget.run(never, async () => vi.advanceTimersByTime(3000));
      const slow = budget.run(never, untilAborted);
      vi.advanceTimersByTime(999);
      const settled = vi.fn();
      slow.catch(settled);
      await Promise.resolve();
      expect(settled).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      await expect(slow).rejects.toMatchObject({ code: 'time-limit', message: expect.stringContaining('10 s') });
      const next = budget.run(never, untilAborted);
      vi.advanceTimersByTime(0);
      await expect(next).rejects.toMatchObject({ code: 'time-limit' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('passes a cancel on as what it is, and failures as they are', async () => {
    const controller = new AbortController();
    const budget = new TimeBudget(undefined);
    const running = budget.run(controller.signal, (signal) => wait(10_000, undefined, { signal }));
    controller.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    const broken = new LangevinError('picture-damaged', 'broken');
    await expect(new TimeBudget(10).run(never, () => Promise.reject(broken))).rejects.toBe(broken);
  });
});

describe('the turns of the codec', () => {
  it('come in order, also after one has failed', async () => {
    const turns = new CodecTurns();
    const log: string[] = [];
    const task = (name: string) => async () => {
      log.push(`${name} starts`);
      await turn();
      log.push(`${name} ends`);
      if (name === 'b') throw new Error(name);
    };
    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map((name) => turns.run(new TimeBudget(undefined), never, task(name))),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  });

  it('end, even where no limit was asked for', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      let isRunning = (): void => undefined;
      const running = new Promise<void>((resolve) => (isRunning = resolve));
      const hung = new CodecTurns().run(new TimeBudget(undefined), never, (signal) => {
        isRunning();
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
      });
      await running;
      vi.advanceTimersByTime(3600_000);
      await expect(hung).rejects.toMatchObject({ code: 'time-limit' });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a pause', () => {
  it('holds until it is over, or the batch is cancelled', async () => {
    const gate = new PauseGate();
    const events: string[] = [];
    const emit = (event: BatchEvent): void => void events.push(event.type);
    gate.pause();
    let passed = false;
    const passing = gate.pass(emit, never).then(() => (passed = true));
    await turn();
    expect(passed).toBe(false);
    gate.resume();
    await passing;
    expect(events).toEqual(['paused', 'resumed']);

    gate.pause();
    const controller = new AbortController();
    const cancelled = gate.pass(emit, controller.signal);
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('for a full disk repeats the write until there is room, and says so once', async () => {
    const events: BatchEvent[] = [];
    const { whenThereIsRoom } = new DiskFullPause((event) => void events.push(event), never, 1);
    let attempts = 0;
    const write = async (): Promise<string> => {
      if (++attempts < 4) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      return 'written';
    };
    expect(await whenThereIsRoom('/x/y.png', write)).toBe('written');
    expect(events).toEqual([
      { type: 'paused', reason: 'disk-full', message: expect.stringContaining('/x/y.png') },
      { type: 'resumed' },
    ]);
    const broken = Object.assign(new Error('broken'), { code: 'EIO' });
    await expect(whenThereIsRoom('/x', () => Promise.reject(broken))).rejects.toBe(broken);
  });

  it('for a full disk ends with the batch', async () => {
    const controller = new AbortController();
    const { whenThereIsRoom } = new DiskFullPause(() => undefined, controller.signal, 1);
    const writing = whenThereIsRoom('/x', () => Promise.reject(Object.assign(new Error('full'), { code: 'EDQUOT' })));
    setTimeout(() => controller.abort(), 10);
    await expect(writing).rejects.toMatchObject({ code: 'cancelled' });
  });
});
