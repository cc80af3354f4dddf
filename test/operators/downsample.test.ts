import { describe, expect, it } from 'vitest';
import { AxisDownsampling } from '../../src-main/operators/axis-downsampling.ts';
import { createDownsample } from '../../src-main/operators/downsample.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';
import { linear, normPerSample, tensor, zeros, type ImageShape, type Tensor } from '../../src-main/tensor/tensor.ts';

function picture(shape: ImageShape): Tensor {
  const x = zeros([1, ...shape]);
  new RandomGenerator(1).fillNormal(x.data);
  return x;
}

describe('downsample', () => {
  it('averages blocks with the area filter', () => {
    const x = tensor([1, 1, 2, 4], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    expect([...createDownsample([1, 2, 4], 2, 'area').apply(x).data]).toEqual([3.5, 5.5]);
  });

  it('weighs by the Keys kernel of twice the width: the weights known for ×2', () => {
    const expected = [-3, -9, 29, 111, 111, 29, -9, -3].map((v) => v / 256);
    const { weights } = new AxisDownsampling(64, 2, 'bicubic');
    expect(weights).toHaveLength(8);
    expected.forEach((v, i) => expect(weights[i]).toBeCloseTo(v, 12));
    // Output row i weighs input rows 2i − 3 … 2i + 4: a line in row 10 shows in rows 3 … 6.
    const x = zeros([1, 1, 24, 2]);
    x.data.fill(1, 20, 22);
    const y = createDownsample([1, 24, 2], 2).apply(x).data;
    [0, -3, 29, 111, -9, 0].forEach((v, i) => expect(y[2 + i]).toBeCloseTo(v / 256, 6));
  });

  it.each([2, 3, 4])('×%i keeps flat pictures, and slopes away from the border, in place', (factor) => {
    for (const filter of ['area', 'bicubic'] as const) {
      const size = 12 * factor + 1;
      const x = zeros([1, 2, size, size]);
      for (let i = 0; i < size * size; i++) {
        x.data[i] = 0.5;
        // The centre of block j lies at factor·j + (factor − 1)/2.
        x.data[size * size + i] = (i % size) - (factor - 1) / 2;
      }
      const y = createDownsample([2, size, size], factor, filter).apply(x);
      expect(y.shape).toEqual([1, 2, 13, 13]);
      for (let i = 0; i < 13 * 13; i++) {
        expect(y.data[i]).toBeCloseTo(0.5, 6);
        const col = i % 13;
        if (col >= 2 && col <= 9) expect(y.data[169 + i]).toBeCloseTo(factor * col, 4);
      }
    }
  });

  it.each([2, 3, 4])('×%i does not alias: stripes finer than the result can show all but vanish', (factor) => {
    const size = 24 * factor;
    const x = zeros([1, 1, 1, size]);
    for (let i = 0; i < size; i++) x.data[i] = Math.cos(Math.PI * i * 0.98);
    const y = createDownsample([1, 1, size], factor).apply(x).data;
    for (let i = 2; i < 22; i++) expect(Math.abs(y[i])).toBeLessThan(0.02);
  });

  it('rounds the size up and continues by reflection where the last block is not full', () => {
    const x = tensor([1, 1, 1, 5], Float32Array.of(1, 2, 3, 4, 9));
    const operator = createDownsample([1, 1, 5], 3, 'area');
    expect(operator.outputShape).toEqual([1, 1, 2]);
    // The missing sixth value is the fifth again; the one row stands for three.
    [2, (4 + 9 + 9) / 3].forEach((v, i) => expect(operator.apply(x).data[i]).toBeCloseTo(v, 6));
  });

  it.each([
    [3, 96, 64],
    [3, 97, 63],
  ])('inverts pictures of %i × %i × %i: A A⁺ y = y', (...shape: [number, number, number]) => {
    for (const factor of [2, 3, 4]) {
      const operator = createDownsample(shape, factor);
      const y = picture(operator.outputShape);
      const again = operator.apply(operator.pseudoInverse(y));
      expect(normPerSample(linear(1, again, -1, y))[0]).toBeLessThan(1.1e-4 * normPerSample(y)[0]);
    }
  });

  it('refuses factors that are not whole', () => {
    expect(() => createDownsample([1, 8, 8], 1.5)).toThrow(/integer from 2 to 16 for factor but received 1\.5/);
  });
});
