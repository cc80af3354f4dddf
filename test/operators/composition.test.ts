import { describe, expect, it } from 'vitest';
import { createBlur } from '../../src-main/operators/blur.ts';
import { gaussianKernel } from '../../src-main/operators/blur-kernel.ts';
import { compose } from '../../src-main/operators/compose.ts';
import { createDownsample } from '../../src-main/operators/downsample.ts';
import { IdentityOperator } from '../../src-main/operators/identity.ts';
import { LumaOperator } from '../../src-main/operators/luma.ts';
import { MaskOperator } from '../../src-main/operators/mask.ts';
import type { LinearOperator } from '../../src-main/operators/operator.ts';
import { createOperator } from '../../src-main/operators/registry.ts';
import { ScaledOperator } from '../../src-main/operators/scaled.ts';
import { StackOperator } from '../../src-main/operators/stack.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { linear, normPerSample, zeros, type ImageShape, type Tensor } from '../../src-main/tensor/tensor.ts';

const SHAPE: ImageShape = [3, 8, 6];

function noise(shape: ImageShape, seed = 1): Tensor {
  return BatchRandom.seeded(seed, 2).normal([2, ...shape]);
}

function expectEqual(a: Tensor, b: Tensor): void {
  expect(a.shape).toEqual(b.shape);
  normPerSample(linear(1, a, -1, b)).forEach((d, i) => expect(d).toBeLessThanOrEqual(2e-6 * (1 + normPerSample(b)[i])));
}

/** The same map, its adjoint and its inverses. */
function expectSameOperator(a: LinearOperator, b: LinearOperator): void {
  expect([a.inputShape, a.outputShape]).toEqual([b.inputShape, b.outputShape]);
  expectEqual(a.apply(noise(a.inputShape)), b.apply(noise(a.inputShape)));
  const y = noise(a.outputShape, 2);
  expectEqual(a.adjoint(y), b.adjoint(y));
  expectEqual(a.pseudoInverse(y), b.pseudoInverse(y));
  expectEqual(a.solve(y, 0.3, 0.7), b.solve(y, 0.3, 0.7));
  expect(a.norm).toBeCloseTo(b.norm, 6);
}

function stripes(length: number, period: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i % period === 0 ? 1 : 0));
}

describe('compose', () => {
  const luma = new LumaOperator(SHAPE);
  const area = createDownsample([1, 8, 6], 2, 'area');
  const blur = createBlur([1, 4, 3], gaussianKernel(0.7));

  it('is associative', () => {
    expectSameOperator(compose(compose(blur, area), luma), compose(blur, compose(area, luma)));
  });

  it('has the identity as its neutral element', () => {
    expectSameOperator(compose(luma, new IdentityOperator(SHAPE)), luma);
    expectSameOperator(compose(new IdentityOperator([1, 8, 6]), luma), luma);
  });

  it('does not care in which order luma and averages are taken', () => {
    const first = compose(new LumaOperator([3, 4, 3]), createDownsample(SHAPE, 2, 'area'));
    expectSameOperator(first, compose(area, luma));
    expect(first.spectrum).toBeDefined();
    expect(first.rowGram).toBeCloseTo(luma.rowGram / 4, 12);
  });

  it('joins masks into one that keeps what all keep', () => {
    const [a, b] = [stripes(48, 2), stripes(48, 3)];
    const both = a.map((m, i) => m | b[i]);
    expectSameOperator(
      createOperator(
        {
          name: 'compose',
          options: {
            operators: [
              { name: 'mask', options: { mask: a } },
              { name: 'mask', options: { mask: b } },
            ],
          },
        },
        [1, 8, 6],
      ),
      new MaskOperator([1, 8, 6], both),
    );
  });

  it('multiplies factors', () => {
    const twice = new ScaledOperator(new ScaledOperator(luma, 2), -1.5);
    expectSameOperator(twice, new ScaledOperator(luma, -3));
    expectSameOperator(compose(new ScaledOperator(area, -3), luma), compose(area, new ScaledOperator(luma, -3)));
  });

  it('refuses operators that do not meet, naming both shapes, and factors that undo everything', () => {
    expect(() => compose(luma, luma)).toThrow(/luma takes \[3, 8, 6\] but luma gives \[1, 8, 6\]/);
    expect(() => new ScaledOperator(luma, 0)).toThrow(/factor but received 0/);
  });
});

describe('stack', () => {
  const grey = new LumaOperator(SHAPE);
  const masked = new MaskOperator(SHAPE, stripes(48, 3));

  it('holds the measurements of its parts one after the other; split undoes join', () => {
    const stack = new StackOperator([grey, masked]);
    expect(stack.outputShape).toEqual([1, 1, 48 + 144]);
    const x = noise(SHAPE);
    const parts = stack.split(stack.apply(x));
    expect(parts[0]).toEqual(grey.apply(x));
    expect(parts[1]).toEqual(masked.apply(x));
    expect(stack.join(parts)).toEqual(stack.apply(x));
  });

  it('of one part is that part', () => {
    const stack = new StackOperator([masked]);
    const y = stack.join([noise(SHAPE, 3)]);
    expectEqual(stack.pseudoInverse(y), masked.pseudoInverse(noise(SHAPE, 3)));
    expectEqual(stack.split(stack.solve(y, 0.5, 2))[0], masked.solve(noise(SHAPE, 3), 0.5, 2));
  });

  it('of the same measurement twice, each with √2 times the noise, knows as much as one', () => {
    const twice = new StackOperator([0, 1].map(() => new ScaledOperator(grey, Math.SQRT1_2)));
    const y = noise([1, 8, 6], 4);
    const scaled = linear(Math.SQRT1_2, y, 0, y);
    const posterior = (operator: LinearOperator, r: Tensor): Tensor => operator.adjoint(operator.solve(r, 0.2, 1));
    expectEqual(posterior(twice, twice.join([scaled, scaled])), posterior(grey, y));
  });

  it('refuses parts of different pictures, an empty list and measurements that do not fit', () => {
    expect(() => new StackOperator([])).toThrow(/at least one/);
    expect(() => new StackOperator([grey, new IdentityOperator([3, 6, 8])])).toThrow(/\[3, 8, 6\] .*\[3, 6, 8\]/);
    expect(() => new StackOperator([grey, masked]).join([zeros([1, 1, 8, 6])])).toThrow(/2 operators/);
    expect(() => new StackOperator([grey]).join([zeros([1, 3, 8, 6])])).toThrow(/Measurement 1 .*\[n, 1, 8, 6\]/);
  });
});
