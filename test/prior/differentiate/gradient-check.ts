import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect } from 'vitest';
import { differentiate } from '../../../src-main/prior/differentiate/differentiate.ts';
import { RandomGenerator } from '../../../src-main/tensor/random.ts';
import { OnnxBuilder } from '../../fixtures/onnx-builder.ts';

/** How the point x is drawn at which a gradient is checked. */
export type Points =
  /** Standard normal. */
  | 'normal'
  /** Uniform on [0.5, 2]. */
  | 'positive'
  /** Distinct values 0.2 apart, none within 0.1 of a multiple of 0.2: no kink or tie lies within a step. */
  | 'spaced';

export interface GradientCase {
  /** Shape of x. */
  readonly shape: readonly number[];
  readonly points?: Points;
  /** float64 where ONNX Runtime has every operator of the case in it: finite differences are far sharper there. */
  readonly element?: 'float32' | 'float64';
  readonly opset?: number;
  readonly stride?: number;
  /** Whether the differentiated file computes the value by other nodes, which round differently. */
  readonly rewritten?: boolean;
  /** Which dimensions the model leaves open: all (by default also checked with none). */
  readonly dynamic?: boolean;
  /** Adds the network to the graph; returns the name of the output. */
  build(g: OnnxBuilder, x: string): string;
}

/** Relative tolerances; central differences with Richardson extrapolation are exact to O(h⁴). */
const tolerance = { float32: 5e-4, float64: 1e-6 };
const steps = { float32: 2 ** -5, float64: 2 ** -8 };

/**
 * Compares (∂f/∂x)ᵀ v of the differentiated model with central differences of the model itself: uᵀ(∂f/∂x)ᵀ v against
 * vᵀ(f(x + hu) − f(x − hu))/2h for several random u, extrapolated from two steps.
 */
export async function checkGradient(check: GradientCase, seed = 1): Promise<void> {
  const forms = check.dynamic === undefined ? [false, true] : [check.dynamic];
  for (const dynamic of forms) await checkForm(check, dynamic, seed);
}

async function checkForm(check: GradientCase, dynamic: boolean, seed: number): Promise<void> {
  const { shape, element = 'float32', opset = 17, stride = 1 } = check;
  const builder = new OnnxBuilder({ opset, element });
  const dims = shape.map((d, axis) => (dynamic ? `d${axis}` : d));
  builder.input('x', dims);
  builder.input('time', ['']);
  const inner = check.build(builder, 'x');
  builder.node('Identity', [inner], {}, 'y');
  builder.output('y');
  const model = builder.build();
  const network = { inputs: { x: 'x', time: 'time' }, output: 'y' };
  const forward = await InferenceSession.create(model, quiet);
  const backward = await InferenceSession.create(differentiate(model, { ...network, stride }), quiet);

  const random = new RandomGenerator(seed);
  const tensor = (data: number[], dims: readonly number[]): Tensor =>
    element === 'float32'
      ? new Tensor(Float32Array.from(data), [...dims])
      : new Tensor('float64', Float64Array.from(data), [...dims]);
  const time = tensor([1], [1]);
  const f = async (x: number[]) => (await forward.run({ x: tensor(x, shape), time })).y;

  const x = draw(
    random,
    check.points ?? 'normal',
    shape.reduce((a, b) => a * b, 1),
  );
  const y = await f(x);
  const v = Array.from({ length: y.size }, () => random.normal());
  const result = await backward.run({ x: tensor(x, shape), time, v: tensor(v, y.dims) });
  const vjp = numbers(result.vjp);
  expect(result.vjp.dims).toEqual([...shape]);
  if (check.rewritten === true) expect(largestDifference(numbers(result.y), numbers(y))).toBeLessThan(1e-5);
  else expect(numbers(result.y)).toEqual(numbers(y));

  for (let direction = 0; direction < 3; direction++) {
    const u = x.map(() => 2 * random.uniform() - 1);
    const difference = async (h: number): Promise<number[]> => {
      const [ahead, behind] = [await f(x.map((a, i) => a + h * u[i])), await f(x.map((a, i) => a - h * u[i]))];
      const [p, q] = [numbers(ahead), numbers(behind)];
      return p.map((a, i) => (a - q[i]) / (2 * h));
    };
    const [coarse, fine] = [await difference(steps[element]), await difference(steps[element] / 2)];
    const derivative = fine.map((d, i) => d + (d - coarse[i]) / 3);
    const scale = derivative.reduce((sum, d, i) => sum + Math.abs(d * v[i]), 1e-3);
    const expected = derivative.reduce((sum, d, i) => sum + d * v[i], 0);
    const actual = vjp.reduce((sum, g, i) => sum + g * u[i], 0);
    const label = `uᵀ(∂f/∂x)ᵀv, ${dynamic ? 'dynamic' : 'static'} sizes [${shape.join(', ')}]`;
    expect(Math.abs(actual - expected) / scale, `${label}: ${actual} against ${expected}`).toBeLessThan(
      tolerance[element],
    );
  }
  await forward.release();
  await backward.release();
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]) / Math.max(1, Math.abs(b[i]))), 0);
}

/** Silences warnings about shapes that tests leave open on purpose. */
const quiet: InferenceSession.SessionOptions = { logSeverityLevel: 3, intraOpNumThreads: 1 };

export function numbers(tensor: { readonly data: unknown }): number[] {
  return Array.from(tensor.data as ArrayLike<number>, Number);
}

function draw(random: RandomGenerator, points: Points, count: number): number[] {
  if (points === 'normal') return Array.from({ length: count }, () => random.normal());
  if (points === 'positive') return Array.from({ length: count }, () => 0.5 + 1.5 * random.uniform());
  const places = Array.from({ length: count }, (_, i) => i - Math.floor(count / 2));
  for (let i = count - 1; i > 0; i--) {
    const j = random.uint32() % (i + 1);
    [places[i], places[j]] = [places[j], places[i]];
  }
  return places.map((place) => 0.2 * place + 0.1);
}
