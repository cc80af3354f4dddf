import { describe, expect, it } from 'vitest';
import { MaskOperator } from '../../src-main/operators/mask.ts';
import { createOperator } from '../../src-main/operators/registry.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { linear, tensor } from '../../src-main/tensor/tensor.ts';

const x = tensor([1, 2, 1, 3], Float32Array.of(1, 2, 3, 4, 5, 6));

describe('mask', () => {
  it('keeps the pixels that are not painted, in every channel', () => {
    const mask = createOperator({ name: 'mask', options: { mask: Uint8Array.of(0, 1, 0) } }, [2, 1, 3]);
    expect([...mask.apply(x).data]).toEqual([1, 0, 3, 4, 0, 6]);
  });

  it('takes one mask per channel', () => {
    const mask = createOperator({ name: 'mask', options: { mask: Float32Array.of(0, 1, 0, 1, 1, 0) } }, [2, 1, 3]);
    expect([...mask.apply(x).data]).toEqual([1, 0, 3, 0, 0, 6]);
  });

  it('ignores what a measurement holds at unknown pixels, even NaN', () => {
    const mask = createOperator({ name: 'mask', options: { mask: Uint8Array.of(0, 1, 0) } }, [1, 1, 3]);
    const y = tensor([1, 1, 1, 3], Float32Array.of(1, NaN, 3));
    expect([...mask.pseudoInverse(y).data]).toEqual([1, 0, 3]);
    expect([...mask.spectrum!.measurementToSpectrum(y).data]).toEqual([1, 0, 3]);
  });

  it('has the residual and the consistent picture of its single steps in one pass, to the byte', () => {
    const mask = new MaskOperator(
      [1, 8, 8],
      Uint8Array.from({ length: 64 }, (_, i) => Number(i % 3 === 0)),
    );
    const random = BatchRandom.seeded(1, 2);
    const [picture, y] = [random.normal([2, 1, 8, 8]), mask.apply(random.normal([2, 1, 8, 8]))];
    const residual = linear(1, y, -1, mask.apply(picture));
    expect(mask.residual(y, picture)).toEqual(residual);
    expect(mask.consistent(y, picture)).toEqual(linear(1, picture, 1, mask.pseudoInverse(residual)));
    expect(() => mask.residual(y, random.normal([2, 1, 4, 8]))).toThrow(/must have the shape/);
  });

  it('refuses a mask of another size, naming both, and values between 0 and 1', () => {
    expect(() => createOperator({ name: 'mask', options: { mask: new Uint8Array(5) } }, [2, 1, 3])).toThrow(
      /has 5 values.* 3×1 .*needs 3 or 6/,
    );
    expect(() => createOperator({ name: 'mask', options: { mask: Float32Array.of(0, 0.5, 1) } }, [1, 1, 3])).toThrow(
      /mask\[1\] but received 0\.5/,
    );
  });
});
