import { expect, test } from 'vitest';
import type { BatchEvent } from '../../../src-main/contract/batch.ts';
import { afterEvent, NOTHING_YET, totalsOf } from '../../../src-renderer/batch/batch-progress.ts';

const after = (...events: BatchEvent[]) => events.reduce(afterEvent, NOTHING_YET);
const planned: BatchEvent = { type: 'planned', inputs: 4, due: 3, pixels: 100, ignored: 1 };
const half: BatchEvent = {
  ...{ type: 'progress', input: 'a.png', fraction: 0.5 },
  ...{ batchFraction: 0.2, etaMs: 9000, finished: 0, due: 3 },
} as const;
const failed: BatchEvent = {
  type: 'file',
  outcome: { status: 'failed', input: 'b.jpg', seconds: 1, code: 'picture-damaged', message: 'b.jpg ends early.' },
};

test('follows each file from its start to what became of it', () => {
  const progress = after(
    planned,
    { type: 'started', input: 'a.png' },
    half,
    { type: 'started', input: 'b.jpg' },
    failed,
  );
  expect(progress.rows.map(({ input, status, fraction }) => [input, status, fraction])).toEqual([
    ['a.png', 'running', 0.5],
    ['b.jpg', 'failed', 1],
  ]);
  expect(progress).toMatchObject({ inputs: 4, due: 3, fraction: 0.2, etaMs: 9000 });
});

test('accounts for every input: what nothing was said of is pending', () => {
  const skipped: BatchEvent = { type: 'file', outcome: { status: 'skipped', input: 'c.png', reason: 'there already' } };
  expect(totalsOf(after(planned, half, failed, skipped))).toEqual({
    inputs: 4,
    done: 0,
    failed: 1,
    skipped: 1,
    pending: 2,
  });
});

test('a retry replaces what had become of a file', () => {
  const progress = after(planned, failed, { type: 'started', input: 'b.jpg' });
  expect(progress.rows).toHaveLength(1);
  expect(progress.rows[0].status).toBe('running');
});

test('knows why it is held, and that it goes on', () => {
  const held = after(planned, { type: 'paused', reason: 'disk-full', message: 'The disk is full.' });
  expect(held.pause).toEqual({ reason: 'disk-full', message: 'The disk is full.' });
  expect(afterEvent(held, { type: 'resumed' }).pause).toBeUndefined();
});

test('keeps notices, with the file that they are about', () => {
  const progress = after({ type: 'notice', message: 'one' }, { type: 'notice', message: 'two', input: 'a.png' });
  expect(progress.notices).toEqual(['one', 'a.png: two']);
});
