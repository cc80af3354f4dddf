import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdleEnd } from '../../../src-main/hosts/browser/idle-end.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the end of an idle program', () => {
  it('comes when no page has been open for so long, not before and not while one is', () => {
    const end = vi.fn();
    const idle = new IdleEnd({ afterMs: 1000, isBusy: () => false, end });
    idle.pages(0);
    vi.advanceTimersByTime(999);
    idle.pages(1);
    vi.advanceTimersByTime(10_000);
    expect(end).not.toHaveBeenCalled();
    idle.pages(0);
    vi.advanceTimersByTime(999);
    expect(end).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('waits for what is computed', () => {
    const end = vi.fn();
    let isBusy = true;
    const idle = new IdleEnd({ afterMs: 1000, isBusy: () => isBusy, end });
    idle.pages(0);
    vi.advanceTimersByTime(5500);
    expect(end).not.toHaveBeenCalled();
    isBusy = false;
    vi.advanceTimersByTime(500);
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('does not come when it was called off', () => {
    const end = vi.fn();
    const idle = new IdleEnd({ afterMs: 1000, isBusy: () => false, end });
    idle.pages(0);
    idle.cancel();
    vi.advanceTimersByTime(10_000);
    expect(end).not.toHaveBeenCalled();
  });
});
