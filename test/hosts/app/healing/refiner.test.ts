import { describe, expect, it } from 'vitest';
import { Refiner, type Refinement } from '../../../../src-main/hosts/app/healing/refiner.ts';

/** A refiner whose work ends when the test says so. */
function refiner() {
  const begun: Refinement[] = [];
  let end = (): void => undefined;
  const one = new Refiner((refinement) => {
    begun.push(refinement);
    return new Promise((resolve) => {
      end = resolve;
      refinement.signal.addEventListener('abort', () => resolve());
    });
  });
  const add = (variant: string, x: number, file = 'file-a'): void =>
    one.add({ file, variant, rect: { x, y: 0, width: 10, height: 10 }, refine: { network: {} } });
  const finish = async (): Promise<void> => {
    end();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { one, begun, add, finish, order: () => begun.map(({ variant }) => variant) };
}

describe('the refiner', () => {
  it('refines one after the other, those in sight first, then the nearest, then other pictures', async () => {
    const { one, add, finish, order } = refiner();
    one.watch('file-a', { x: 100, y: 0, width: 50, height: 50 });
    add('first', 500);
    add('other-picture', 110, 'file-b');
    add('far', 400);
    add('near', 160);
    add('in-sight', 120);
    for (let i = 0; i < 5; i++) await finish();
    expect(order()).toEqual(['first', 'in-sight', 'near', 'far', 'other-picture']);
    expect(one.isBusy).toBe(false);
  });

  it('follows what people look at by then', async () => {
    const { one, add, finish, order } = refiner();
    one.watch('file-a', { x: 0, y: 0, width: 50, height: 50 });
    add('first', 0);
    add('left', 20);
    add('right', 900);
    one.watch('file-a', { x: 900, y: 0, width: 50, height: 50 });
    await finish();
    await finish();
    expect(order()).toEqual(['first', 'right', 'left']);
  });

  it('drops what waits and stops what is under way', async () => {
    const { one, begun, add } = refiner();
    add('first', 0);
    add('second', 0);
    add('third', 0);
    expect(one.cancel(({ variant }) => variant !== 'third').map(({ variant }) => variant)).toEqual(['second']);
    expect(begun[0].signal.aborted).toBe(true);
    await new Promise((resolve) => setTimeout(resolve));
    expect(begun.at(-1)?.variant).toBe('third');
  });
});
