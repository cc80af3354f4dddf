import { describe, expect, it } from 'vitest';
import { parseManifest, type Manifest } from '../../src-main/prior/manifest.ts';
import { sigmaSpaceNetwork, type NetworkBackend } from '../../src-main/prior/sigma-space.ts';
import { BatchRandom } from '../../src-main/tensor/random.ts';
import { sampleSize, type Shape, type Tensor } from '../../src-main/tensor/tensor.ts';

const mean = 0.2;
const deviation = 0.4;
const betas = Array.from({ length: 1000 }, (_, i) => 1e-4 + (i / 999) * (0.02 - 1e-4));

function manifest(
  parts: Pick<Manifest, 'time' | 'prediction' | 'sde'> & { stride?: number; range?: [number, number] },
): Manifest {
  return parseManifest(
    {
      schema: 1,
      name: 'analytic',
      title: 'x0 ~ N(0.2, 0.4²) in every pixel',
      version: '1',
      licence: 'MIT',
      format: 'onnx',
      file: 'none.onnx',
      sha256: '0'.repeat(64),
      channels: 1,
      stride: 4,
      receptiveField: 1,
      inputs: { x: 'x', time: 't' },
      output: 'y',
      sigmaMin: 0.002,
      sigmaMax: 80,
      sigmaData: deviation,
      ...parts,
    },
    'test',
  );
}

/** Forward definitions of the training SDEs: x̃ = α x0 + s z at the network's time input, in the units of its range. */
function marginal(m: Manifest, time: number): { alpha: number; s: number } {
  const { sde } = m;
  const sigma = sigmaOf(m, time);
  if (sigma !== undefined) {
    const alpha = {
      ve: 1,
      edm: 1,
      vp: Math.sqrt(1 / (1 + sigma ** 2)),
      subvp: (Math.sqrt(sigma ** 2 + 4) - sigma) / 2,
      flow: 1 / (1 + sigma),
    };
    return { alpha: alpha[sde.name], s: alpha[sde.name] * sigma };
  }
  const t = m.time.kind === 't' ? time / m.time.factor : NaN;
  if (sde.name === 'flow') return sde.dataAt === 0 ? { alpha: 1 - t, s: t } : { alpha: t, s: 1 - t };
  if (sde.name === 'edm') return { alpha: 1, s: t };
  const half = m.range === undefined ? 1 : (m.range[1] - m.range[0]) / 2;
  if (sde.name === 've') return { alpha: 1, s: half * m.sigmaMin * (m.sigmaMax / m.sigmaMin) ** t };
  const alpha = Math.exp(-(t ** 2) * (sde.betaMax - sde.betaMin) * 0.25 - 0.5 * t * sde.betaMin);
  return { alpha, s: sde.name === 'vp' ? Math.sqrt(1 - alpha ** 2) : 1 - alpha ** 2 };
}

/** σ where the time input says it without the SDE. */
function sigmaOf({ time: input }: Manifest, time: number): number | undefined {
  switch (input.kind) {
    case 'sigma':
      return time;
    case 'log_sigma/4':
      return Math.exp(4 * time);
    case 'log_sigma':
      return Math.exp(time / input.factor);
    case 'ddpm-index': {
      // Geometric interpolation of σ between the table's entries.
      const sigmaAt = (index: number): number => {
        const alphaBar = betas.slice(0, index + 1).reduce((product, beta) => product * (1 - beta), 1);
        return Math.sqrt((1 - alphaBar) / alphaBar);
      };
      const low = Math.min(Math.floor(time), betas.length - 2);
      return sigmaAt(low) ** (1 - (time - low)) * sigmaAt(low + 1) ** (time - low);
    }
    default:
      return undefined;
  }
}

/** What a perfectly trained network answers for x0 ~ N(mean, deviation²), straight from the definitions. */
function analyticBackend(m: Manifest): NetworkBackend {
  const [black, white] = m.range ?? [-1, 1];
  const half = (white - black) / 2;
  const own = { mean: half * mean + (white + black) / 2, deviation: half * deviation };
  const answer = (xt: number, time: number): { value: number; slope: number } => {
    const { alpha, s } = marginal(m, time);
    if (m.prediction === 'edm-F') return innerAnswer(xt, s, own);
    const variance = alpha ** 2 * own.deviation ** 2 + s ** 2;
    const slope0 = (alpha * own.deviation ** 2) / variance;
    const x0 = own.mean + slope0 * (xt - alpha * own.mean);
    const z = (xt - alpha * x0) / s;
    const slopeZ = (1 - alpha * slope0) / s;
    switch (m.prediction) {
      case 'denoised':
        return { value: x0, slope: slope0 };
      case 'epsilon':
        return { value: z, slope: slopeZ };
      case 'residual':
        return { value: s * z, slope: s * slopeZ };
      case 'score':
        return { value: -(xt - alpha * own.mean) / variance, slope: -1 / variance };
      case 'v':
        return { value: alpha * z - s * x0, slope: alpha * slopeZ - s * slope0 };
      case 'velocity': {
        const sign = m.sde.name === 'flow' && m.sde.dataAt === 1 ? -1 : 1;
        return { value: sign * (z - x0), slope: sign * (slopeZ - slope0) };
      }
    }
  };
  const each = (
    shape: Shape,
    x: Float32Array,
    time: Float32Array,
    set: (i: number, a: { value: number; slope: number }) => void,
  ): void => {
    for (let i = 0; i < x.length; i++) set(i, answer(x[i], time[Math.floor(i / sampleSize(shape))]));
  };
  return {
    provider: 'test',
    samplesPerRun: () => 2,
    async evaluate(shape, x, time, output) {
      each(shape, x, time, (i, a) => (output[i] = a.value));
    },
    async vjp(shape, x, time, cotangent, output, gradient) {
      each(shape, x, time, (i, a) => {
        output[i] = a.value;
        gradient[i] = a.slope * cotangent[i];
      });
    },
    dispose: async () => undefined,
  };
}

/** F of the EDM preconditioning, from its definition D = c_skip x + c_out F(c_in x) (Karras et al. 2022, table 1). */
function innerAnswer(
  scaled: number,
  sigma: number,
  own: { mean: number; deviation: number },
): { value: number; slope: number } {
  const total = sigma ** 2 + own.deviation ** 2;
  const x = scaled * Math.sqrt(total);
  const slope = own.deviation ** 2 / total;
  const denoised = own.mean + slope * (x - own.mean);
  const out = (sigma * own.deviation) / Math.sqrt(total);
  return { value: (denoised - slope * x) / out, slope: 0 };
}

const vp = { name: 'vp', betaMin: 0.1, betaMax: 20 } as const;
const cases: [string, Pick<Manifest, 'time' | 'sde'>][] = [
  ['ve σ', { time: { kind: 'sigma' }, sde: { name: 've' } }],
  ['ve t·999', { time: { kind: 't', factor: 999 }, sde: { name: 've' } }],
  ['edm ln σ/4', { time: { kind: 'log_sigma/4' }, sde: { name: 'edm' } }],
  ['edm t', { time: { kind: 't', factor: 1 }, sde: { name: 'edm' } }],
  ['vp t·999', { time: { kind: 't', factor: 999 }, sde: { name: 'vp', betaMin: 0.1, betaMax: 20 } }],
  ['vp σ', { time: { kind: 'sigma' }, sde: { name: 'vp', betaMin: 0.1, betaMax: 20 } }],
  ['vp, constant β', { time: { kind: 't', factor: 1 }, sde: { name: 'vp', betaMin: 8, betaMax: 8 } }],
  ['vp DDPM index', { time: { kind: 'ddpm-index', betas }, sde: { name: 'vp', betaMin: 0.1, betaMax: 20 } }],
  ['subvp t·999', { time: { kind: 't', factor: 999 }, sde: { name: 'subvp', betaMin: 0.1, betaMax: 20 } }],
];
/** Descriptions that come with one prediction only, or in another range. */
const further: [string, Pick<Manifest, 'time' | 'sde' | 'prediction'> & { range?: [number, number] }][] = [
  ['EDM F, ln σ/4', { time: { kind: 'log_sigma/4' }, sde: { name: 'edm' }, prediction: 'edm-F' }],
  ['EDM F, 250 ln σ', { time: { kind: 'log_sigma', factor: 250 }, sde: { name: 'edm' }, prediction: 'edm-F' }],
  ['velocity', { time: { kind: 't', factor: 1000 }, sde: { name: 'flow', dataAt: 0 }, prediction: 'velocity' }],
  [
    'velocity, counted back',
    { time: { kind: 't', factor: 1 }, sde: { name: 'flow', dataAt: 1 }, prediction: 'velocity' },
  ],
  ['flow, epsilon', { time: { kind: 't', factor: 1 }, sde: { name: 'flow', dataAt: 0 }, prediction: 'epsilon' }],
  ['residual', { time: { kind: 'sigma' }, sde: { name: 've' }, prediction: 'residual' }],
  ['[0, 1], ve', { time: { kind: 'sigma' }, sde: { name: 've' }, prediction: 'denoised', range: [0, 1] }],
  ['[0, 1], ve score', { time: { kind: 't', factor: 1 }, sde: { name: 've' }, prediction: 'score', range: [0, 1] }],
  ['[−3, 1], vp', { time: { kind: 'ddpm-index', betas }, sde: vp, prediction: 'epsilon', range: [-3, 1] }],
  ['[0, 1], F', { time: { kind: 'log_sigma/4' }, sde: { name: 'edm' }, prediction: 'edm-F', range: [0, 1] }],
];
const predictions = ['denoised', 'epsilon', 'score', 'v'] as const;

describe('network in σ-space', () => {
  it.each([
    ...cases.flatMap(([name, parts]) =>
      predictions.map((prediction) => ({ name, prediction, parts: { ...parts, prediction } })),
    ),
    ...further.map(([name, parts]) => ({ name, prediction: parts.prediction, parts })),
  ])('gives the exact D and Jᵀv from a network with $name input and $prediction output', async ({ parts }) => {
    const network = sigmaSpaceNetwork(...both(manifest(parts)));
    const sigma = Float32Array.of(0.02, 0.3, 2, 20);
    const x = scaledNormal(sigma, [4, 1, 3, 5]);
    const v = scaledNormal(Float32Array.of(1, 1, 1, 1), [4, 1, 3, 5]);
    const { denoised, vjp } = await network.vjp!(x, sigma, v);
    expect((await network.denoise(x, sigma)).data).toEqual(denoised.data);
    for (let i = 0; i < x.data.length; i++) {
      const s2 = sigma[Math.floor(i / 15)] ** 2;
      const slope = deviation ** 2 / (deviation ** 2 + s2);
      expect(denoised.data[i]).toBeCloseTo(mean + slope * (x.data[i] - mean), 4);
      // A picture of one pixel kind has a diagonal Jacobian; padding only adds pixels that cropping removes.
      expect(vjp.data[i]).toBeCloseTo(slope * v.data[i], 4);
    }
  });

  it('holds t and the DDPM index inside the range of training', async () => {
    const seen: number[] = [];
    for (const parts of [cases[1][1], cases[4][1], cases[7][1]]) {
      const m = manifest({ ...parts, prediction: 'denoised' });
      const backend = analyticBackend(m);
      const spy: NetworkBackend = { ...backend, evaluate: async (_shape, _x, time) => void seen.push(...time) };
      const network = sigmaSpaceNetwork(m, spy);
      await network.denoise(scaledNormal(Float32Array.of(1, 1), [2, 1, 4, 4]), Float32Array.of(1e-6, 1e6));
    }
    expect(seen[0]).toBe(0);
    expect(seen[1]).toBe(999);
    expect(seen[2]).toBeCloseTo(0, 4);
    expect(seen[3]).toBe(999);
    expect(seen[4]).toBe(0);
    expect(seen[5]).toBe(999);
  });

  it('refuses a DDPM table with an SDE that does not preserve variance', () => {
    const m = manifest({ time: { kind: 'ddpm-index', betas }, sde: { name: 've' }, prediction: 'epsilon' });
    expect(() => sigmaSpaceNetwork(m, analyticBackend(m))).toThrow(
      expect.objectContaining({ code: 'invalid-manifest' }),
    );
  });

  it('gives vjp of a mixing network the exact adjoint of denoise at sizes that need padding', async () => {
    const m = manifest({ ...cases[4][1], prediction: 'epsilon' });
    const network = sigmaSpaceNetwork(m, mixingBackend());
    for (const shape of [
      [2, 1, 1, 1],
      [1, 1, 5, 3],
      [1, 1, 1, 9],
      [3, 1, 4, 8],
    ] as Shape[]) {
      const sigma = new Float32Array(shape[0]).fill(0.7);
      const x = scaledNormal(sigma, shape, 1);
      const v = scaledNormal(sigma, shape, 2);
      const direction = scaledNormal(sigma, shape, 3);
      const { vjp } = await network.vjp!(x, sigma, v);
      const base = await network.denoise(x, sigma);
      const moved = await network.denoise({ shape, data: x.data.map((value, i) => value + direction.data[i]) }, sigma);
      // The network is linear in x, so that the difference is J·direction without truncation error.
      const forward = moved.data.reduce((sum, value, i) => sum + (value - base.data[i]) * v.data[i], 0);
      const backward = vjp.data.reduce((sum, value, i) => sum + value * direction.data[i], 0);
      expect(backward).toBeCloseTo(forward, 4);
    }
  });

  it('carries overlapping calls out one after the other', async () => {
    const m = manifest({ ...cases[0][1], prediction: 'denoised' });
    let running = 0;
    const backend: NetworkBackend = {
      ...analyticBackend(m),
      async evaluate(_shape, x, _time, output) {
        expect(++running).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        output.set(x);
        running--;
      },
    };
    const network = sigmaSpaceNetwork(m, backend);
    const inputs = [1, 2, 3].map((seed) => scaledNormal(Float32Array.of(1), [1, 1, 4, 4], seed));
    const results = await Promise.all(inputs.map((x) => network.denoise(x, Float32Array.of(1))));
    results.forEach((result, i) => expect(result.data).toEqual(inputs[i].data));
  });

  it.each([
    ['channels', [1, 3, 4, 4], [1], 'invalid-shape'],
    ['a number of sigmas', [2, 1, 4, 4], [1], 'invalid-shape'],
    ['a sigma of 0', [1, 1, 4, 4], [0], 'invalid-argument'],
    ['a sigma that is not a number', [1, 1, 4, 4], [NaN], 'invalid-argument'],
  ])('refuses wrong %s', async (_name, shape, sigma, code) => {
    const network = sigmaSpaceNetwork(...both(manifest({ ...cases[0][1], prediction: 'denoised' })));
    const x = { shape: shape as unknown as Shape, data: new Float32Array(shape.reduce((a, b) => a * b)) };
    await expect(network.denoise(x, Float32Array.from(sigma))).rejects.toMatchObject({ code });
  });

  it('refuses to work after dispose, and survives the failure of one evaluation', async () => {
    const m = manifest({ ...cases[0][1], prediction: 'denoised' });
    let fail = true;
    const analytic = analyticBackend(m);
    const network = sigmaSpaceNetwork(m, {
      ...analytic,
      async evaluate(...run) {
        if (fail) throw new Error('out of memory');
        await analytic.evaluate(...run);
      },
    });
    const x = scaledNormal(Float32Array.of(1), [1, 1, 4, 4]);
    await expect(network.denoise(x, Float32Array.of(1))).rejects.toThrow('out of memory');
    fail = false;
    await network.denoise(x, Float32Array.of(1));
    await network.dispose();
    await network.dispose();
    await expect(network.denoise(x, Float32Array.of(1))).rejects.toMatchObject({ code: 'internal' });
  });
});

function both(m: Manifest): [Manifest, NetworkBackend] {
  return [m, analyticBackend(m)];
}

/** Normal x with the standard deviation of √(deviation² + σ²) around 0. */
function scaledNormal(sigma: Float32Array, shape: Shape, seed = 5): Tensor {
  const x = BatchRandom.seeded(seed, shape[0]).normal(shape);
  return { shape, data: x.data.map((z, i) => z * Math.hypot(deviation, sigma[Math.floor(i / sampleSize(shape))])) };
}

/** A linear network in which every pixel sees its right and lower neighbour, around the edge. */
function mixingBackend(): NetworkBackend {
  const neighbours = ([, , height, width]: Shape, i: number): [number, number] => {
    const plane = height * width;
    const [base, row, column] = [i - (i % plane), Math.floor((i % plane) / width), i % width];
    return [base + row * width + ((column + 1) % width), base + ((row + 1) % height) * width + column];
  };
  const apply = (shape: Shape, x: Float32Array, output: Float32Array): void => {
    x.forEach((value, i) => {
      const [right, below] = neighbours(shape, i);
      output[i] = 0.5 * value + 0.3 * x[right] - 0.7 * x[below];
    });
  };
  return {
    provider: 'test',
    samplesPerRun: () => 2,
    evaluate: async (shape, x, _time, output) => apply(shape, x, output),
    async vjp(shape, x, _time, cotangent, output, gradient) {
      apply(shape, x, output);
      gradient.fill(0);
      cotangent.forEach((value, i) => {
        const [right, below] = neighbours(shape, i);
        gradient[i] += 0.5 * value;
        gradient[right] += 0.3 * value;
        gradient[below] -= 0.7 * value;
      });
    },
    dispose: async () => undefined,
  };
}
