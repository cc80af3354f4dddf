import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClassifier } from '../../src-main/prior/classifier.ts';
import type { NoiseClassifier } from '../../src-main/prior/noise-classifier.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { sample } from '../../src-main/tensor/tensor.ts';
import { mixtureClassifier } from '../fixtures/mixture-model.ts';
import { OnnxBuilder } from '../fixtures/onnx-builder.ts';

const mixture = { weights: [0.5, 0.3, 0.2], means: [-0.4, 0.1, 0.5], variance: 0.04, pixels: 6 };
let classifier: NoiseClassifier;

beforeAll(async () => {
  classifier = await createClassifier('c.onnx', mixtureClassifier(mixture), { provider: 'cpu' });
});
afterAll(() => classifier.dispose());

/** log p_σ(k | x) by its definition. */
function logProbability(x: Float32Array, sigma: number, k: number): number {
  const logs = mixture.means.map((mean, j) => {
    const square = x.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return Math.log(mixture.weights[j]) - square / (2 * (mixture.variance + sigma ** 2));
  });
  const top = Math.max(...logs);
  return logs[k] - top - Math.log(logs.reduce((sum, log) => sum + Math.exp(log - top), 0));
}

const x = BatchRandom.seeded(4, 4).normal([4, 1, 2, 3]);
const sigma = Float32Array.of(0.05, 0.3, 2, 40);

describe('a noise-conditional classifier', () => {
  it('gives log p(y | x) and its gradient, each sample at its own noise level', async () => {
    expect(classifier.classes).toBe(3);
    for (let y = 0; y < 3; y++) {
      const { logProbability: logs, gradient } = await classifier.evidence(x, sigma, y);
      for (let n = 0; n < 4; n++) {
        const one = Float32Array.from(sample(x, n).data);
        expect(logs[n]).toBeCloseTo(logProbability(one, sigma[n], y), 3);
        for (let i = 0; i < 6; i++) {
          const step = 1e-2;
          const moved = (sign: number) => {
            const data = Array.from(one);
            data[i] += sign * step;
            return logProbability(data as unknown as Float32Array, sigma[n], y);
          };
          const difference = (moved(1) - moved(-1)) / (2 * step);
          expect(gradient.data[6 * n + i]).toBeCloseTo(difference, 2);
        }
      }
    }
  });

  it('gives a sample of a batch what it gets alone', async () => {
    const together = await classifier.evidence(x, sigma, 1);
    for (let n = 0; n < 4; n++) {
      const alone = await classifier.evidence(sample(x, n), sigma.slice(n, n + 1), 1);
      expect(alone.logProbability[0]).toBe(together.logProbability[n]);
      expect(alone.gradient.data).toEqual(sample(together.gradient, n).data);
    }
  });

  it('has no other classes', () =>
    expect(classifier.evidence(x, sigma, 3)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/an integer from 0 to 2 .*received 3/) as string,
    }));

  it('is refused with the reason when it is something else', async () => {
    const create = (bytes: Uint8Array) => createClassifier('c.onnx', bytes, { provider: 'cpu' });
    await expect(create(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: 'model-corrupt' });

    const unconditional = new OnnxBuilder();
    unconditional.input('picture', ['n', 1, 'h', 'w']);
    unconditional.node('ReduceMean', ['picture'], { axes: [2, 3], keepdims: 0 }, 'logits');
    unconditional.output('logits', ['n', 1]);
    await expect(create(unconditional.build())).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/not a noise-conditional classifier: its inputs are "picture"/) as string,
    });

    const oneClass = new OnnxBuilder();
    oneClass.input('x', ['n', 1, 'h', 'w']);
    const mean = oneClass.node('ReduceMean', ['x'], { axes: [2, 3], keepdims: 0 });
    const column = oneClass.node('Reshape', [oneClass.input('sigma', ['n']), oneClass.int64(-1, 1)]);
    oneClass.node('Add', [mean, column], {}, 'logits');
    oneClass.output('logits', ['n', 1]);
    await expect(create(oneClass.build())).rejects.toMatchObject({
      message: expect.stringMatching(/the number of its classes is not declared, or is less than two/) as string,
    });
  });

  it('names the operator that it cannot be differentiated through', async () => {
    const g = new OnnxBuilder();
    g.input('x', ['n', 1, 2, 2]);
    const column = g.node('Reshape', [g.input('sigma', ['n']), g.int64(-1, 1)]);
    const det = g.node('Reshape', [g.node('Det', ['x']), g.int64(-1, 1)]);
    g.node('Concat', [g.node('Mul', [det, column]), column], { axis: 1 }, 'logits');
    g.output('logits', ['n', 2]);
    await expect(createClassifier('c.onnx', g.build(), { provider: 'cpu' })).rejects.toMatchObject({
      code: 'unsupported-operator',
      message: expect.stringMatching(/Det/) as string,
    });
  });

  it('says which size it fails at', async () => {
    const g = new OnnxBuilder();
    g.input('x', ['n', 1, 'h', 'w']);
    const column = g.node('Reshape', [g.input('sigma', ['n']), g.int64(-1, 1)]);
    const flat = g.node('Reshape', ['x', g.int64(-1, 6)]);
    const weights = g.constant([1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1], [6, 2]);
    g.node('Add', [g.node('MatMul', [flat, weights]), column], {}, 'logits');
    g.output('logits', ['n', 2]);
    const fixed = await createClassifier('c.onnx', g.build(), { provider: 'cpu' });
    const wrong = BatchRandom.seeded(1, 1).normal([1, 1, 5, 5]);
    await expect(fixed.evidence(wrong, Float32Array.of(1), 0)).rejects.toMatchObject({
      code: 'model-corrupt',
      message: expect.stringMatching(/c\.onnx fails on pictures of 5 × 5 with 1 channels/) as string,
    });
    await fixed.dispose();
  });
});
