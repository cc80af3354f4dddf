import { beforeAll, describe, expect, it } from 'vitest';
import { LangevinError } from '../../src-main/errors.ts';
import type { LinearOperator } from '../../src-main/operators/operator.ts';
import { createOperator, operators } from '../../src-main/operators/registry.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import {
  dotPerSample,
  linear,
  normPerSample,
  sample,
  zeros,
  type ImageShape,
  type Tensor,
} from '../../src-main/tensor/tensor.ts';
import {
  matrix,
  multiply,
  multiplyVector,
  spectralFunction,
  symmetricEigen,
  transpose,
  type Eigen,
  type Matrix,
} from '../fixtures/dense.ts';
import { operatorCases } from './cases.ts';

const BATCH = 2;

function noise(shape: ImageShape, seed: number, n = BATCH): Tensor {
  return BatchRandom.seeded(seed, n).normal([n, ...shape]);
}

/** The columns of a linear map, by applying it to every unit vector. */
function columnsOf(map: (x: Tensor) => Tensor, inputShape: ImageShape): Matrix {
  const size = inputShape[0] * inputShape[1] * inputShape[2];
  const columns = Array.from({ length: size }, (_, i) => {
    const unit = zeros([1, ...inputShape]);
    unit.data[i] = 1;
    return map(unit).data;
  });
  return matrix(columns[0].length, size, (i, j) => columns[j][i]);
}

function largest(values: Float64Array): number {
  return values.reduce((worst, v) => Math.max(worst, Math.abs(v)), 0);
}

/** Largest difference, relative to the largest entry of the expected matrix. */
function matrixError(actual: Matrix, expected: Matrix): number {
  expect([actual.rows, actual.cols]).toEqual([expected.rows, expected.cols]);
  return largest(actual.data.map((v, i) => v - expected.data[i])) / Math.max(largest(expected.data), 1e-30);
}

/** ‖a − b‖/‖b‖ of the worst sample. */
function relativeError(a: Tensor, b: Tensor): number {
  const norms = normPerSample(b);
  return Math.max(...normPerSample(linear(1, a, -1, b)).map((d, i) => d / Math.max(norms[i], 1e-30)));
}

it('has test cases for every registered operator, odd and not square among them', () => {
  expect(new Set(operatorCases.map(({ spec }) => spec.name))).toEqual(new Set(operators.keys()));
  for (const name of operators.keys()) {
    const shapes = operatorCases.filter(({ spec }) => spec.name === name).map(({ shape }) => shape);
    expect(shapes.length).toBeGreaterThanOrEqual(2);
    expect(shapes.some(([, h, w]) => h % 2 === 1 || w % 2 === 1)).toBe(true);
    expect(shapes.some(([, h, w]) => h !== w)).toBe(true);
  }
});

it('names the operators it knows when asked for another, and what is wrong with options', () => {
  expect(() => createOperator({ name: 'sharpen' }, [1, 2, 2])).toThrow(/no operator named "sharpen".*mask.*radon/);
  expect(() => createOperator({ name: 'downsample', options: { factor: 1 } }, [1, 4, 4])).toThrow(
    /factor is 1, but must be at least 2/,
  );
  expect(() => createOperator({ name: 'identity', options: { speed: 1 } }, [1, 4, 4])).toThrow(/has no "speed"/);
  expect(() => createOperator({ name: 'identity' }, [1, 0, 4])).toThrow(/integers ≥ 1, not \[1, 0, 4\]/);
});

describe.each(operatorCases)('$spec.name: $title', (operatorCase) => {
  const { spec, shape, inverseTolerance, normTolerance } = operatorCase;
  let operator: LinearOperator;
  let dense: Matrix;
  let gram: Eigen;

  beforeAll(() => {
    operator = createOperator(spec, shape);
    dense = columnsOf((x) => operator.apply(x), shape);
    gram = symmetricEigen(multiply(dense, transpose(dense)));
  });

  /** f(A Aᵀ); eigenvalues below the rank tolerance count as 0. */
  const gramFunction = (f: (eigenvalue: number) => number): Matrix => {
    const floor = (operatorCase.rankTolerance ?? 1e-5) ** 2 * Math.max(...gram.values);
    return spectralFunction(gram, (value) => f(value > floor ? value : 0));
  };
  const pseudoInverse = (): Matrix =>
    multiply(
      transpose(dense),
      gramFunction((value) => (value === 0 ? 0 : 1 / value)),
    );

  it('has the registered name and the shapes it states', () => {
    expect(operator.name).toBe(spec.name);
    expect(operator.inputShape).toEqual(shape);
    const y = operator.apply(noise(shape, 1));
    expect(y.shape).toEqual([BATCH, ...operator.outputShape]);
    expect(operator.adjoint(y).shape).toEqual([BATCH, ...shape]);
    expect(operator.pseudoInverse(y).shape).toEqual([BATCH, ...shape]);
    expect(operator.solve(y, 1, 1).shape).toEqual([BATCH, ...operator.outputShape]);
  });

  it('is linear', () => {
    const a = noise(shape, 1);
    const b = noise(shape, 2);
    const together = operator.apply(linear(2, a, -3, b));
    const apart = linear(2, operator.apply(a), -3, operator.apply(b));
    expect(normPerSample(linear(1, together, -1, apart))[0]).toBeLessThanOrEqual(1e-5 * (1 + normPerSample(apart)[0]));
  });

  it('has the transpose as its adjoint', () => {
    const x = noise(shape, 3);
    const y = noise(operator.outputShape, 4);
    const image = operator.apply(x);
    const left = dotPerSample(image, y);
    const right = dotPerSample(x, operator.adjoint(y));
    const sizes = normPerSample(image).map((norm, i) => norm * normPerSample(y)[i]);
    left.forEach((v, i) => expect(Math.abs(v - right[i])).toBeLessThanOrEqual(1e-6 * sizes[i]));
    expect(
      matrixError(
        columnsOf((v) => operator.adjoint(v), operator.outputShape),
        transpose(dense),
      ),
    ).toBeLessThan(1e-6);
  });

  it('has the pseudo-inverse of dense algebra', () => {
    const expected = pseudoInverse();
    const actual = columnsOf((y) => operator.pseudoInverse(y), operator.outputShape);
    expect(matrixError(actual, expected)).toBeLessThan(inverseTolerance);
  });

  it('satisfies A A⁺ A = A and A⁺ A A⁺ = A⁺', () => {
    const x = noise(shape, 5);
    const image = operator.apply(x);
    expect(relativeError(operator.apply(operator.pseudoInverse(image)), image)).toBeLessThan(inverseTolerance);
    const inverse = operator.pseudoInverse(noise(operator.outputShape, 6));
    expect(relativeError(operator.pseudoInverse(operator.apply(inverse)), inverse)).toBeLessThan(inverseTolerance);
  });

  it.each([
    [0.04, 1],
    [1, 0.25],
    [0, 2],
  ])('solves like dense algebra with σ_y² = %f, k = %f', (sigmaY2, k) => {
    const expected = gramFunction((value) => {
      const denominator = sigmaY2 + k * value;
      return denominator === 0 ? 0 : 1 / denominator;
    });
    const r = noise(operator.outputShape, 7);
    const actual = operator.solve(r, sigmaY2, k);
    for (let i = 0; i < BATCH; i++) {
      const reference = multiplyVector(expected, sample(r, i).data);
      const error = Math.hypot(...sample(actual, i).data.map((v, j) => v - reference[j]));
      // The pseudo-inverse squares the condition of A.
      const tolerance = sigmaY2 === 0 ? 10 * inverseTolerance : Math.min(inverseTolerance, 2e-5);
      expect(error).toBeLessThanOrEqual(tolerance * Math.hypot(...reference));
    }
  });

  it('states its norm, never below the largest singular value', () => {
    const expected = Math.sqrt(Math.max(0, ...gram.values));
    expect(operator.norm).toBeGreaterThanOrEqual(expected * (1 - 1e-6));
    expect(operator.norm).toBeLessThanOrEqual(expected * (1 + normTolerance));
  });

  it('states A Aᵀ = c I exactly where it says so', () => {
    expect(operator.rowGram !== undefined).toBe(operatorCase.rowGram);
    if (operator.rowGram === undefined) return;
    const scalar = matrix(dense.rows, dense.rows, (i, j) => (i === j ? operator.rowGram! : 0));
    expect(matrixError(multiply(dense, transpose(dense)), scalar)).toBeLessThan(1e-6);
  });

  it('has the singular value decomposition it says it has', () => {
    const { spectrum } = operator;
    expect(spectrum !== undefined).toBe(operatorCase.spectrum);
    if (spectrum === undefined) return;
    const size = shape[0] * shape[1] * shape[2];
    expect(spectrum.singularValues).toHaveLength(size);
    expect(Math.min(...spectrum.singularValues)).toBeGreaterThanOrEqual(0);
    const vTransposed = columnsOf((x) => spectrum.toSpectrum(x), shape);
    const v = columnsOf((coefficients) => spectrum.fromSpectrum(coefficients), shape);
    expect(matrixError(v, transpose(vTransposed))).toBeLessThan(1e-6);
    expect(
      matrixError(
        multiply(vTransposed, v),
        matrix(size, size, (i, j) => (i === j ? 1 : 0)),
      ),
    ).toBeLessThan(1e-6);
    // Uᵀ A = Σ Vᵀ, and U has orthonormal columns where the singular value is not 0.
    const uTransposed = columnsOf((y) => spectrum.measurementToSpectrum(y), operator.outputShape);
    const sigmaV = matrix(size, size, (i, j) => spectrum.singularValues[i] * vTransposed.data[i * size + j]);
    const scale = Math.max(operator.norm, 1e-30);
    const difference = multiply(uTransposed, dense).data.map((value, i) => value - sigmaV.data[i]);
    expect(largest(difference) / scale).toBeLessThan(1e-5);
    const measured = matrix(size, size, (i, j) => (i === j && spectrum.singularValues[i] > 0 ? 1 : 0));
    const identityError = multiply(uTransposed, transpose(uTransposed)).data.map(
      (value, i) => value - measured.data[i],
    );
    expect(largest(identityError)).toBeLessThan(1e-5);
    // Nothing of A is left out: its singular values are those of dense algebra.
    const total = gram.values.reduce((sum, value) => sum + value, 0);
    const stated = spectrum.singularValues.reduce((sum, s) => sum + s * s, 0);
    expect(Math.abs(stated - total)).toBeLessThanOrEqual(1e-5 * total);
  });

  it('gives every sample the same bytes whatever the batch, and leaves its arguments alone', () => {
    const maps: [ImageShape, (x: Tensor) => Tensor][] = [
      [operator.inputShape, (x) => operator.apply(x)],
      [operator.outputShape, (y) => operator.adjoint(y)],
      [operator.outputShape, (y) => operator.pseudoInverse(y)],
      [operator.outputShape, (y) => operator.solve(y, 0.1, 2)],
    ];
    const { spectrum } = operator;
    if (spectrum !== undefined) {
      maps.push(
        [operator.inputShape, (x) => spectrum.toSpectrum(x)],
        [operator.inputShape, (c) => spectrum.fromSpectrum(c)],
        [operator.outputShape, (y) => spectrum.measurementToSpectrum(y)],
      );
    }
    for (const [from, map] of maps) {
      const x = noise(from, 8);
      const before = x.data.slice();
      const together = map(x);
      expect(x.data).toEqual(before);
      expect(together.data.buffer).not.toBe(x.data.buffer);
      for (let i = 0; i < BATCH; i++) expect(map(sample(x, i)).data).toEqual(sample(together, i).data);
    }
  });

  it('refuses tensors of another shape and impossible noise', () => {
    const [c, h, w] = shape;
    const wrong = zeros([1, c, h, w + 1]);
    expect(() => operator.apply(wrong)).toThrow(LangevinError);
    const [mc, mh, mw] = operator.outputShape;
    const wrongMeasurement = zeros([1, mc + 1, mh, mw]);
    expect(() => operator.adjoint(wrongMeasurement)).toThrow(/must have the shape/);
    expect(() => operator.pseudoInverse(wrongMeasurement)).toThrow(/must have the shape/);
    expect(() => operator.solve(wrongMeasurement, 1, 1)).toThrow(/must have the shape/);
    expect(() => operator.solve(zeros([1, mc, mh, mw]), -1, 1)).toThrow(/sigmaY2 but received -1/);
    expect(() => operator.solve(zeros([1, mc, mh, mw]), 0, 0)).toThrow(/for k but received 0/);
  });
});
