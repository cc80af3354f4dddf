import { beforeEach, expect, test } from 'vitest';
import { RunQueue } from '../../../../src-main/hosts/app/runs/run-queue.ts';
import { Turns } from '../../../../src-main/hosts/engine/turns.ts';

let turns: Turns;
let queue: RunQueue;
let changes: number;
let begun: string[];

beforeEach(() => {
  turns = new Turns();
  changes = 0;
  begun = [];
  queue = new RunQueue(turns, () => changes++);
});

interface Entered {
  readonly end: () => void;
  readonly cancel: () => void;
  readonly over: Promise<unknown>;
}

/** A run that goes on until it is told to end. */
function enter(id: string): Entered {
  let end = (): void => undefined;
  const promise = new Promise<void>((resolve) => (end = resolve));
  const controller = new AbortController();
  const over = queue
    .enter(id, controller.signal, () => {
      begun.push(id);
      return promise;
    })
    .catch((error: { code: string }) => error.code);
  return { end: () => end(), cancel: () => controller.abort(), over };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('one run after the other, in an order that can be changed while they wait', async () => {
  const first = enter('first');
  const [second, third] = [enter('second'), enter('third')];
  await settled();
  expect([begun, queue.order]).toEqual([['first'], ['second', 'third']]);
  queue.move('third', 0);
  expect(queue.order).toEqual(['third', 'second']);
  expect(() => queue.move('first', 0)).toThrow(/does not wait/);
  first.end();
  await first.over;
  await settled();
  expect(begun).toEqual(['first', 'third']);
  second.cancel();
  expect([await second.over, queue.order]).toEqual(['cancelled', []]);
  third.end();
  await third.over;
  expect([turns.isBusy, changes > 0]).toEqual([false, true]);
});

test('a pause lets nothing begin, and what has begun go on', async () => {
  const first = enter('first');
  await settled();
  queue.pause(true);
  const second = enter('second');
  first.end();
  await first.over;
  await settled();
  expect([begun, queue.order, queue.isPaused]).toEqual([['first'], ['second'], true]);
  queue.pause(false);
  await settled();
  expect(begun).toEqual(['first', 'second']);
  second.end();
  await second.over;
});

test('other work of the engine comes in between two runs', async () => {
  const [first, second] = [enter('first'), enter('second')];
  await settled();
  const other = turns.take(new AbortController().signal, async () => void begun.push('other'));
  first.end();
  await other;
  second.end();
  await second.over;
  expect(begun).toEqual(['first', 'other', 'second']);
});
