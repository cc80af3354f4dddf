import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { differentiate } from '../../../src-main/prior/differentiate/differentiate.ts';
import { modelProtoType, type ModelProto } from '../../../src-main/prior/differentiate/onnx-schema.ts';
import { RandomGenerator } from '../../../src-main/tensor/random.ts';
import { numbers } from './gradient-check.ts';

// References by torch.autograd in double precision; see make-references.py beside this file.

interface Reference {
  readonly shape: readonly number[];
  readonly x: string;
  readonly sigma: string;
  readonly v: string;
  readonly denoised: string;
  readonly vjp: string;
  /** Of the network file the reference belongs to. */
  readonly sha256?: string;
}

const fixtures = new URL('../../fixtures/differentiate/', import.meta.url);
const models = new URL('../../../models/', import.meta.url);
const network = { inputs: { x: 'x', time: 'sigma' }, output: 'denoised' };
const quiet: InferenceSession.SessionOptions = { logSeverityLevel: 3, intraOpNumThreads: 2 };

function reference(name: string): Reference {
  return JSON.parse(readFileSync(new URL(`${name}.json`, fixtures), 'utf8')) as Reference;
}

function floats(base64: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer);
}

async function expectReference(model: Uint8Array, expected: Reference): Promise<void> {
  const session = await InferenceSession.create(model, quiet);
  const picture = (base64: string): Tensor => new Tensor(floats(base64), [...expected.shape]);
  const result = await session.run({
    x: picture(expected.x),
    sigma: new Tensor(floats(expected.sigma), [expected.shape[0]]),
    v: picture(expected.v),
  });
  for (const output of ['denoised', 'vjp'] as const) {
    const [actual, wanted] = [numbers(result[output]), floats(expected[output])];
    const scale = wanted.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const error = actual.reduce((max, value, i) => Math.max(max, Math.abs(value - wanted[i])), 0);
    expect(result[output].dims).toEqual(expected.shape);
    expect(error / scale, output).toBeLessThan(1e-5);
  }
  await session.release();
}

describe.each([
  ['film-unet', 4],
  ['diffusers-unet', 2],
  ['transformer', 4],
  ['fir-unet', 2],
])('%s, exported by PyTorch', (name, stride) => {
  const model = readFileSync(new URL(`${name}.onnx`, fixtures));

  test('agrees with automatic differentiation', async () => {
    await expectReference(differentiate(model, { ...network, stride }), reference(name));
  });

  test('agrees without the stride being known', async () => {
    await expectReference(differentiate(model, network), reference(name));
  });

  test('follows other batches and sizes as finite differences do', async () => {
    const session = await InferenceSession.create(differentiate(model, { ...network, stride }), quiet);
    for (const shape of [
      [1, 3, 8, 20],
      [3, 3, 12, 4],
    ]) {
      await expectDirectionalDerivative(session, shape, 2 ** -6, 2e-3);
    }
    await session.release();
  });
});

describe.each(['photo', 'ct'])('the shipped %s network', (name) => {
  const model = readFileSync(new URL(`${name}/denoiser.onnx`, models));
  const differentiated = differentiate(model, { ...network, stride: 16 });
  const expected = reference(name);
  const isReferences = createHash('sha256').update(model).digest('hex') === expected.sha256;

  test.skipIf(!isReferences)('agrees with automatic differentiation', async () => {
    await expectReference(differentiated, expected);
  });

  test('agrees with finite differences', async () => {
    const session = await InferenceSession.create(differentiated, quiet);
    const channels = expected.shape[1];
    // A step small against the distance of the ReLUs' kinks, large against the rounding of the output.
    await expectDirectionalDerivative(session, [2, channels, 32, 48], 2 ** -10, 2e-3);
    await session.release();
  });

  test('gets a gradient without run-time broadcasting, comparisons or further shapes', () => {
    const operators = addedOperators(model, differentiated);
    expect(operators).not.toContain('NonZero');
    expect(operators).not.toContain('ReduceSum');
    expect(operators).not.toContain('Where');
    expect(operators.filter((operator) => operator === 'Shape').length).toBeLessThanOrEqual(2);
  });

  test('leaves the parameters and the time branch alone', () => {
    // The gradient of a Gemm is a Gemm or a MatMul; every Gemm of these networks embeds the time.
    expect(addedOperators(model, differentiated).filter((o) => o === 'Gemm' || o === 'MatMul' || o === 'Sin')).toEqual(
      [],
    );
  });
});

/** uᵀ(∂D/∂x)ᵀv against the central difference of vᵀD along u; `limit` is relative to Σ|vᵢ ∂Dᵢ|. */
async function expectDirectionalDerivative(
  session: InferenceSession,
  shape: number[],
  step: number,
  limit: number,
): Promise<void> {
  const random = new RandomGenerator(5);
  const size = shape.reduce((a, b) => a * b, 1);
  const [x, v, u] = [0, 1, 2].map(() => {
    const data = new Float32Array(size);
    random.fillNormal(data);
    return data;
  });
  const sigma = new Tensor(
    Float32Array.from({ length: shape[0] }, (_, i) => 0.4 + 0.5 * i),
    [shape[0]],
  );
  const run = async (point: Float32Array) =>
    session.run({ x: new Tensor(point, shape), sigma, v: new Tensor(v, shape) });
  const [ahead, behind] = [await run(x.map((a, i) => a + step * u[i])), await run(x.map((a, i) => a - step * u[i]))];
  const vjp = numbers((await run(x)).vjp);
  const [p, q] = [numbers(ahead.denoised), numbers(behind.denoised)];
  const slopes = p.map((a, i) => (v[i] * (a - q[i])) / (2 * step));
  const scale = slopes.reduce((sum, s) => sum + Math.abs(s), 0);
  const expected = slopes.reduce((sum, s) => sum + s, 0);
  const actual = vjp.reduce((sum, g, i) => sum + g * u[i], 0);
  expect(Math.abs(actual - expected) / scale, `${actual} against ${expected}`).toBeLessThan(limit);
}

/** Operator types of the nodes that differentiation added. */
function addedOperators(before: Uint8Array, after: Uint8Array): string[] {
  const nodes = (bytes: Uint8Array) => (modelProtoType.decode(bytes) as ModelProto).graph?.node ?? [];
  const names = new Set(nodes(before).flatMap(({ output }) => output));
  return nodes(after).flatMap(({ opType, output }) => (names.has(output[0]) ? [] : [opType]));
}
