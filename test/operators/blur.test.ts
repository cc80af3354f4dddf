import { describe, expect, it } from 'vitest';
import { customKernel, gaussianKernel, isEven, motionKernel } from '../../src-main/operators/blur-kernel.ts';
import { createBlur, type BlurBoundary } from '../../src-main/operators/blur.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';
import { linear, normPerSample, zeros, type Tensor } from '../../src-main/tensor/tensor.ts';

function picture(c: number, h: number, w: number): Tensor {
  const x = zeros([1, c, h, w]);
  new RandomGenerator(1).fillNormal(x.data);
  return x;
}

/** y[i] = Σ_j k[j]·x[i − j + centre] as it is written. */
function convolve(x: Tensor, kernel: ReturnType<typeof customKernel>, boundary: BlurBoundary): Float32Array {
  const [, c, h, w] = x.shape;
  const inside = (i: number, n: number): number => {
    if (boundary === 'circular') return ((i % n) + n) % n;
    while (i < 0 || i >= n) i = i < 0 ? -1 - i : 2 * n - 1 - i;
    return i;
  };
  return x.data.map((_, at) => {
    const channel = Math.floor(at / (h * w)) % c;
    const row = Math.floor(at / w) % h;
    const col = at % w;
    let sum = 0;
    for (let i = 0; i < kernel.height; i++) {
      for (let j = 0; j < kernel.width; j++) {
        const r = inside(row - i + Math.floor(kernel.height / 2), h);
        const s = inside(col - j + Math.floor(kernel.width / 2), w);
        sum += kernel.data[i * kernel.width + j] * x.data[(channel * h + r) * w + s];
      }
    }
    return sum;
  });
}

const random = new RandomGenerator(2);
const values = (n: number): number[] => Array.from({ length: n }, () => random.uniform());
const kernels = {
  gaussian: gaussianKernel(1.3),
  motion: motionKernel(6, 25),
  'of even sides': customKernel(4, 2, values(8), true),
  'larger than the picture': customKernel(23, 19, values(23 * 19), true),
  'of many weights': customKernel(15, 15, values(225), false),
};

describe.each(['circular', 'reflect'] as const)('blur, %s', (boundary) => {
  it.each(Object.entries(kernels))('is the convolution with a kernel %s', (_, kernel) => {
    const x = picture(3, 9, 11);
    const y = createBlur([3, 9, 11], kernel, boundary).apply(x);
    const expected = convolve(x, kernel, boundary);
    const scale = Math.max(...expected.map(Math.abs));
    y.data.forEach((v, i) => expect(Math.abs(v - expected[i])).toBeLessThan(1e-6 * scale));
  });

  it('keeps a flat picture flat, up to the border', () => {
    const x = zeros([1, 1, 12, 10]);
    x.data.fill(0.75);
    createBlur([1, 12, 10], motionKernel(7, -50), boundary)
      .apply(x)
      .data.forEach((v) => expect(v).toBeCloseTo(0.75, 6));
  });
});

describe('deblurring', () => {
  it.each([
    ['gaussian, reflected', gaussianKernel(2), 'reflect'],
    ['gaussian, circular', gaussianKernel(2), 'circular'],
    ['motion, circular', motionKernel(9, 20), 'circular'],
  ] as const)('A A⁺ A = A with a %s kernel of vanishing frequencies', (_, kernel, boundary) => {
    const operator = createBlur([3, 48, 40], kernel, boundary);
    const y = operator.apply(picture(3, 48, 40));
    const again = operator.apply(operator.pseudoInverse(y));
    // What the rank tolerance, 10⁻⁴, leaves out.
    expect(normPerSample(linear(1, again, -1, y))[0]).toBeLessThan(2e-4 * normPerSample(y)[0]);
  });

  it('solves for a reflected motion kernel to the tolerance asked for', () => {
    const operator = createBlur([3, 40, 48], motionKernel(9, 20), 'reflect', { tolerance: 1e-3, maxIterations: 60 });
    const r = picture(3, 40, 48);
    const u = operator.solve(r, 0.01, 1);
    const back = linear(0.01, u, 1, operator.apply(operator.adjoint(u)));
    expect(normPerSample(linear(1, back, -1, r))[0]).toBeLessThan(1.01e-3 * normPerSample(r)[0]);
  });
});

describe('kernels', () => {
  it('a Gaussian sums to 1 and has the stated variance', () => {
    const { width, data } = gaussianKernel(2.5);
    const middle = (width - 1) / 2;
    const sum = data.reduce((total, v) => total + v, 0);
    const variance = data.reduce((total, v, i) => total + v * ((i % width) - middle) ** 2, 0);
    expect(sum).toBeCloseTo(1, 12);
    expect(Math.abs(variance / 2.5 ** 2 - 1)).toBeLessThan(0.005);
    expect(isEven(gaussianKernel(0.3))).toBe(true);
  });

  it('motion weighs every pixel by the part of the line inside it', () => {
    expect(motionKernel(1, 0)).toEqual({ height: 1, width: 1, data: Float64Array.of(1) });
    const flat = motionKernel(4, 180);
    expect([flat.height, flat.width]).toEqual([1, 5]);
    [0.125, 0.25, 0.25, 0.25, 0.125].forEach((v, i) => expect(flat.data[i]).toBeCloseTo(v, 12));
    const upright = motionKernel(3, 90);
    expect([upright.height, upright.width]).toEqual([3, 1]);
    upright.data.forEach((v) => expect(v).toBeCloseTo(1 / 3, 12));
    // Along the diagonal, from the lower left to the upper right: √2 inside every pixel.
    const diagonal = motionKernel(3 * Math.SQRT2, 45);
    expect([diagonal.height, diagonal.width]).toEqual([3, 3]);
    [0, 0, 1, 0, 1, 0, 1, 0, 0].forEach((v, i) => expect(diagonal.data[i]).toBeCloseTo(v / 3, 12));
  });

  it('motion by −θ is the mirror image of motion by θ', () => {
    const up = motionKernel(8.3, 33);
    const down = motionKernel(8.3, -33);
    expect([down.height, down.width]).toEqual([up.height, up.width]);
    down.data.forEach((v, i) => {
      const row = up.height - 1 - Math.floor(i / up.width);
      expect(v).toBeCloseTo(up.data[row * up.width + (i % up.width)], 12);
    });
  });

  it('evenness is about the middle pixel and both axes', () => {
    expect(isEven(customKernel(1, 3, [1, 2, 1], true))).toBe(true);
    expect(isEven(customKernel(1, 2, [1, 1], true))).toBe(false);
    expect(isEven(customKernel(3, 3, [1, 0, 0, 0, 1, 0, 0, 0, 1], true))).toBe(false);
    expect(isEven(motionKernel(5, 45))).toBe(false);
    expect(isEven(motionKernel(5, 90))).toBe(true);
  });

  it('refuses what cannot be a kernel, saying why', () => {
    expect(() => customKernel(2, 2, [1, 2, 3], true)).toThrow(/2×2 = 4 values for the kernel but received 3/);
    expect(() => customKernel(1, 3, [-1, 2, -1], true)).toThrow(/sum of the kernel/);
    expect(() => customKernel(1, 2, [0, 0], false)).toThrow(/not all 0/);
    expect(() => customKernel(1, 2, [1, NaN], false)).toThrow(/finite weights/);
    expect(() => gaussianKernel(0)).toThrow(/sigma but received 0/);
    expect(() => motionKernel(Infinity, 0)).toThrow(/length but received Infinity/);
  });
});
