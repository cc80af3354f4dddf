import { expect, it } from 'vitest';
import { Mlp } from '../../src-main/score-matching/mlp.ts';
import { RandomGenerator } from '../../src-main/tensor/random.ts';

const random = new RandomGenerator(7);
const normals = (count: number): Float64Array => Float64Array.from({ length: count }, () => random.normal());
const SIZES = [3, 5, 4, 2];
const COUNT = 6;

function network(): Mlp {
  const { parameters } = Mlp.seeded(SIZES, random);
  return new Mlp(
    SIZES,
    parameters.map((value) => value + 0.3 * random.normal()),
  );
}

it('gives the derivatives of its outputs along directions of the inputs', () => {
  const mlp = network();
  const [inputs, direction] = [normals(3 * COUNT), normals(3 * COUNT)];
  const { slopes } = mlp.pass(inputs, [direction]);
  const h = 1e-5;
  const at = (step: number) => mlp.pass(inputs.map((value, i) => value + step * direction[i])).outputs;
  const [after, before] = [at(h), at(-h)];
  slopes[0].forEach((slope, i) => expect(slope).toBeCloseTo((after[i] - before[i]) / (2 * h), 7));
});

it('differentiates a function of outputs and slopes by every parameter', () => {
  const mlp = network();
  const inputs = normals(3 * COUNT);
  const directions = [normals(3 * COUNT), normals(3 * COUNT)];
  const weights = normals(2 * COUNT);
  /** Σ w o²/2 + Σ_k Σ w ȯ_k: nothing special, but neither linear in the outputs nor free of slopes. */
  const value = (parameters: Float64Array): number => {
    const pass = new Mlp(SIZES, parameters).pass(inputs, directions);
    let sum = 0;
    pass.outputs.forEach((o, i) => (sum += (weights[i] * o * o) / 2));
    for (const slope of pass.slopes) slope.forEach((s, i) => (sum += weights[i] * s));
    return sum;
  };
  const pass = mlp.pass(inputs, directions);
  const byOutputs = pass.outputs.map((o, i) => weights[i] * o);
  const gradient = mlp.gradient(pass, byOutputs, [weights, weights]);
  const h = 1e-5;
  gradient.forEach((derivative, i) => {
    const moved = (step: number) => value(mlp.parameters.map((p, k) => (k === i ? p + step : p)));
    expect(derivative).toBeCloseTo((moved(h) - moved(-h)) / (2 * h), 5);
  });
});

it('refuses parameters that are too many or too few', () => {
  expect(() => new Mlp([2, 2], new Float64Array(5))).toThrow('has 6 parameters, not 5');
});
