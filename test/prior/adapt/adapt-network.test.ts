import { describe, expect, it } from 'vitest';
import { adaptNetwork } from '../../../src-main/prior/adapt/adapt-network.ts';
import { parseManifest, type Manifest } from '../../../src-main/prior/manifest.ts';
import { createOnnxNetwork } from '../../../src-main/prior/onnx.ts';
import type { ScoreNetwork } from '../../../src-main/prior/score-network.ts';
import { BatchRandom } from '../../../src-main/tensor/random.ts';
import { OnnxBuilder, type ElementName } from '../../fixtures/onnx-builder.ts';
import { tinyManifestJson } from '../../fixtures/tiny-model.ts';

interface Form {
  /** Dimensions of the picture, [n, 3, h, w] where not given. */
  readonly dims?: readonly (number | string)[];
  readonly element?: ElementName;
  readonly time?: { readonly dims: readonly (number | string)[]; readonly element?: ElementName };
  readonly opset?: number;
  /** Of the file's own picture input to [n, c, h, w] float32. */
  inward?(g: OnnxBuilder, x: string): string;
  outward?(g: OnnxBuilder, y: string): string;
  /** The noise level as float32 [n, 1, 1, 1], or [n, 1, h, w]. */
  level?(g: OnnxBuilder, time: string, x: string): string;
  readonly extra?: string;
}

/** y = mix(tanh(x)) · level + x / 2: every channel and pixel matters, neighbours as well. */
function network({ dims = ['n', 3, 'h', 'w'], element = 'float32', time, ...form }: Form): Uint8Array {
  const g = new OnnxBuilder({ opset: form.opset ?? 17 });
  const given = g.input('x', dims, element);
  const level = time === undefined ? '' : g.input('t', time.dims, time.element ?? 'float32');
  const x = form.inward?.(g, given) ?? given;
  const channels = dims.includes(1) && !dims.includes(3) ? 1 : 3;
  const weights = Array.from({ length: channels * channels * 9 }, (_, i) => Math.sin(1 + 2 * i) / 4);
  const mixed = g.node('Conv', [g.node('Tanh', [x]), g.constant(weights, [channels, channels, 3, 3])], {
    pads: [1, 1, 1, 1],
  });
  const column = form.level?.(g, level, given) ?? g.node('Reshape', [level, g.int64(-1, 1, 1, 1)]);
  const half = g.node('Mul', [x, g.constant([0.5], [])]);
  const sum = g.node('Add', [g.node('Mul', [mixed, column]), half]);
  const extra =
    form.extra === undefined ? sum : g.node('Add', [sum, g.node('Cast', [g.input('y', ['n'], 'int64')], { to: 1 })]);
  g.node('Identity', [form.outward?.(g, extra) ?? extra], {}, 'out');
  g.output('out', dims[1] === 4 ? ['n', 3, 'h', 'w'] : form.outward === undefined ? dims : undefined, element);
  return g.build();
}

function manifest(changes: object = {}): Manifest {
  return parseManifest(
    tinyManifestJson({
      channels: 3,
      stride: 1,
      inputs: { x: 'x', time: 't' },
      output: 'out',
      sde: { name: 've' },
      ...changes,
    }),
    'test',
  );
}

const sigma = Float32Array.of(2, 3);
const plain = network({ time: { dims: ['n'] } });

async function answers(
  bytes: Uint8Array,
  described: Manifest,
  [height, width]: readonly [number, number] = [8, 8],
): Promise<{ denoised: Float32Array; vjp: Float32Array }> {
  const opened = await createOnnxNetwork(described, bytes, { provider: 'cpu', threads: 1 });
  const x = BatchRandom.seeded(3, 2).normal([2, 3, height, width]);
  const v = BatchRandom.seeded(4, 2).normal([2, 3, height, width]);
  const { denoised, vjp } = await opened.vjp!(x, sigma, v);
  expect((await opened.denoise(x, sigma)).data).toEqual(denoised.data);
  await opened.dispose();
  return { denoised: denoised.data, vjp: vjp.data };
}

function largest(a: Float32Array, b: Float32Array): number {
  return a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i])), 0);
}

const toFloat = (g: OnnxBuilder, x: string): string => g.node('Cast', [x], { to: 1 });
const turn = (g: OnnxBuilder, x: string, perm: number[]): string => g.node('Transpose', [x], { perm });
const swap = (g: OnnxBuilder, x: string): string => g.node('Gather', [x, g.int64(2, 1, 0)], { axis: 1 });
const column = (g: OnnxBuilder, t: string): string => g.node('Reshape', [toFloat(g, t), g.int64(-1, 1, 1, 1)]);

const forms: [string, Form, object, number?][] = [
  ['whole-number time without axes', { time: { dims: [], element: 'int64' }, level: column }, {}],
  ['whole-number time [1]', { time: { dims: [1], element: 'int64' }, level: column }, {}],
  ['whole-number time [n]', { time: { dims: ['n'], element: 'int32' }, level: column }, {}],
  ['time without axes', { time: { dims: [] }, level: column }, {}],
  ['time [n, 1, 1, 1]', { time: { dims: ['n', 1, 1, 1] }, level: (_, t) => t }, {}],
  ['time [n, 1]', { time: { dims: ['n', 1] } }, {}],
  ['a map of noise levels', { time: { dims: ['n', 1, 'h', 'w'] }, level: (_, t) => t }, {}],
  [
    'the noise level as a fourth channel',
    {
      dims: ['n', 4, 'h', 'w'],
      inward: (g, x) => g.node('Slice', [x, g.int64(0), g.int64(3), g.int64(1)]),
      level: (g, _, x) => g.node('Slice', [x, g.int64(3), g.int64(4), g.int64(1)]),
    },
    {},
  ],
  ['a batch of four', { dims: [4, 3, 'h', 'w'], time: { dims: [4] } }, {}],
  ['one sample', { dims: [1, 3, 'h', 'w'], time: { dims: [1] } }, {}],
  [
    'channels last',
    {
      dims: ['n', 'h', 'w', 3],
      time: { dims: ['n'] },
      inward: (g, x) => turn(g, x, [0, 3, 1, 2]),
      outward: (g, y) => turn(g, y, [0, 2, 3, 1]),
    },
    { layout: 'nhwc' },
  ],
  ['blue first', { time: { dims: ['n'] }, inward: swap, outward: swap }, { channelOrder: 'bgr' }],
  [
    'twice the channels out',
    { time: { dims: ['n'] }, outward: (g, y) => g.node('Concat', [y, g.node('Exp', [y])], { axis: 1 }) },
    {},
  ],
  ['a class', { time: { dims: ['n'] }, extra: 'y' }, { extraInputs: { y: 0 } }],
  [
    'half precision',
    {
      element: 'float16',
      time: { dims: ['n'], element: 'float16' },
      inward: toFloat,
      level: column,
      outward: (g, y) => g.node('Cast', [y], { to: 10 }),
    },
    {},
    0.02,
  ],
];

/** The product with the Jacobian against central differences of ⟨v, D⟩ along x, by both ways to get it. */
async function expectGradient(network: ScoreNetwork, sigma: Float32Array, scale = 1): Promise<void> {
  const x = BatchRandom.seeded(5, 1).normal([1, 3, 8, 8]);
  x.data.forEach((value, i) => (x.data[i] = scale * value));
  const v = BatchRandom.seeded(6, 1).normal([1, 3, 8, 8]);
  const along = BatchRandom.seeded(7, 1).normal([1, 3, 8, 8]);
  const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const at = async (step: number): Promise<number> =>
    dot(
      v.data,
      (await network.denoise({ shape: x.shape, data: x.data.map((value, i) => value + step * along.data[i]) }, sigma))
        .data,
    );
  const [after, before] = [await at(1e-3), await at(-1e-3)];
  const { vjp } = await network.vjp!(x, sigma, v);
  const { pull } = await network.linearize!(x, sigma);
  const expected = (after - before) / 2e-3;
  expect(Math.abs(dot(vjp.data, along.data) / expected - 1)).toBeLessThan(5e-3);
  expect(Math.abs(dot((await pull(v)).data, along.data) / expected - 1)).toBeLessThan(5e-3);
}

describe('a network file behind an adapter', () => {
  it.each(forms)('answers as the plain one: %s', async (_, form, changes, tolerance = 1e-5) => {
    const expected = await answers(plain, manifest());
    const actual = await answers(network(form), manifest(changes));
    expect(largest(actual.denoised, expected.denoised)).toBeLessThan(tolerance);
    expect(largest(actual.vjp, expected.vjp)).toBeLessThan(tolerance);
  });

  it('leaves a file alone that needs no adapter', () => {
    const { bytes, key } = adaptNetwork(manifest(), plain);
    expect(bytes).toBe(plain);
    expect(key).toBe('');
  });

  it('pads and tiles pictures for a file of one size', async () => {
    const fixed = network({ dims: [1, 3, 16, 16], time: { dims: [1] } });
    for (const size of [
      [5, 9],
      [16, 16],
    ] as const) {
      // What the network sees beyond the picture is its reflection, in the plain form as well.
      const expected = await answers(plain, manifest({ stride: 16 }), size);
      const actual = await answers(fixed, manifest(), size);
      expect(largest(actual.denoised, expected.denoised)).toBeLessThan(1e-5);
      expect(largest(actual.vjp, expected.vjp)).toBeLessThan(1e-5);
    }
    const whole = await answers(plain, manifest(), [40, 24]);
    const tiled = await answers(fixed, manifest(), [40, 24]);
    // Neighbours reach one pixel beyond a tile, into the part that is thrown away.
    expect(largest(tiled.denoised, whole.denoised)).toBeLessThan(1e-5);
    expect(largest(tiled.vjp, whole.vjp)).toBeLessThan(1e-5);
  });

  it('takes a grey network channel by channel, and holds D', async () => {
    const grey = network({ dims: ['n', 1, 'h', 'w'], time: { dims: ['n'] } });
    const opened = await createOnnxNetwork(manifest({ channels: 1 }), grey, { provider: 'cpu' });
    const coloured = await createOnnxNetwork(manifest({ clip: 0.6 }), grey, { provider: 'cpu' });
    const x = BatchRandom.seeded(3, 1).normal([1, 3, 8, 8]);
    const v = BatchRandom.seeded(4, 1).normal([1, 3, 8, 8]);
    const { denoised, vjp } = await coloured.vjp!(x, Float32Array.of(2), v);
    for (let c = 0; c < 3; c++) {
      const part = (data: Float32Array) => ({ shape: [1, 1, 8, 8] as const, data: data.slice(64 * c, 64 * (c + 1)) });
      const alone = await opened.denoise(part(x.data), Float32Array.of(2));
      const free = Float32Array.from(part(v.data).data, (value, i) => (Math.abs(alone.data[i]) < 0.6 ? value : 0));
      const pulled = await opened.vjp!(part(x.data), Float32Array.of(2), { shape: [1, 1, 8, 8], data: free });
      const held = alone.data.map((value) => Math.max(-0.6, Math.min(0.6, value)));
      expect(largest(part(denoised.data).data, held)).toBeLessThan(1e-6);
      expect(largest(part(vjp.data).data, pulled.vjp.data)).toBeLessThan(1e-5);
    }
    await Promise.all([opened.dispose(), coloured.dispose()]);
  });

  it('takes a grey network on luma and differences of colour', async () => {
    const grey = network({ dims: ['n', 1, 'h', 'w'], time: { dims: ['n'] } });
    const coloured = await createOnnxNetwork(manifest({ colourBy: 'luma' }), grey, { provider: 'cpu' });
    const opened = await createOnnxNetwork(manifest({ channels: 1 }), grey, { provider: 'cpu' });
    const level = Float32Array.of(2);
    // A grey picture: its noise on the mean of three channels has σ/√3, and the differences are pictures of nothing.
    const one = BatchRandom.seeded(3, 1).normal([1, 1, 8, 8]);
    const thrice = { shape: [1, 3, 8, 8] as const, data: Float32Array.from([...one.data, ...one.data, ...one.data]) };
    const [luma, none] = await Promise.all([
      opened.denoise(one, Float32Array.of(2 / Math.sqrt(3))),
      opened.denoise({ shape: [1, 1, 8, 8], data: new Float32Array(64) }, Float32Array.of(2 / Math.sqrt(2))),
    ]);
    const { data } = await coloured.denoise(thrice, level);
    expect(largest(none.data, new Float32Array(64))).toBeLessThan(1e-6);
    for (let c = 0; c < 3; c++) expect(largest(data.slice(64 * c, 64 * (c + 1)), luma.data)).toBeLessThan(1e-5);
    await expectGradient(coloured, level);
    await Promise.all([opened.dispose(), coloured.dispose()]);
  });

  it('holds D by dynamic thresholding, sample by sample', async () => {
    const free = await createOnnxNetwork(manifest(), plain, { provider: 'cpu' });
    const clip = { quantile: 0.8, most: 3 };
    const held = await createOnnxNetwork(manifest({ clip }), plain, { provider: 'cpu' });
    const x = BatchRandom.seeded(3, 2).normal([2, 3, 8, 8]);
    // The second sample is so faint that it is not stretched.
    x.data.subarray(192).forEach((value, i, all) => (all[i] = 0.01 * value));
    x.data.subarray(0, 192).forEach((value, i, all) => (all[i] = 4 * value));
    const levels = Float32Array.of(2, 2);
    const before = (await free.denoise(x, levels)).data;
    const after = (await held.denoise(x, levels)).data;
    for (const k of [0, 1]) {
      const own = before.slice(192 * k, 192 * (k + 1));
      const ascending = own.map(Math.abs).sort();
      const s = Math.min(3, Math.max(1, ascending[152] + 0.8 * (ascending[153] - ascending[152])));
      expect(s > 1).toBe(k === 0);
      const expected = own.map((value) => Math.max(-s, Math.min(s, value)) / s);
      expect(largest(after.slice(192 * k, 192 * (k + 1)), expected)).toBeLessThan(1e-6);
    }
    await expectGradient(held, Float32Array.of(2), 4);
    await Promise.all([free.dispose(), held.dispose()]);
  });

  it.each([
    ['a number', 'int64', ['n'], 3],
    ['a number without axes', 'int64', [], 3],
    ['a vector', 'float32', ['n', 3], 0],
    ['a vector, two samples at once', 'float32', [2, 3], 0],
  ] as const)('tells the network of a class and leads away from none: %s', async (_, element, dims, none) => {
    // D = tanh(x) + the class's level, 0 for none.
    const g = new OnnxBuilder();
    const isVector = dims.length === 2;
    const batch = dims[0] === 2 ? 2 : 'n';
    const x = g.input('x', [batch, 3, 'h', 'w']);
    g.input('t', [batch]);
    const label = g.input('y', dims, element);
    const levels = g.constant([1, 2, 4, 0], [4, 1]);
    const level = isVector
      ? g.node('MatMul', [label, g.constant([1, 2, 4], [3, 1])])
      : g.node('Gather', [levels, g.node('Reshape', [label, g.int64(-1)])], { axis: 0 });
    const column = g.node('Reshape', [level, g.int64(-1, 1, 1, 1)]);
    g.node('Add', [g.node('Tanh', [x]), column], {}, 'out');
    g.output('out', [batch, 3, 'h', 'w']);
    const bytes = g.build();
    const classLabels = { input: 'y', count: 3, unconditional: true };
    const changes = { time: { kind: 'sigma' }, sde: { name: 'edm' }, prediction: 'denoised', extraInputs: { y: none } };
    const opened = await createOnnxNetwork(manifest({ ...changes, classLabels }), bytes, { provider: 'cpu' });
    const noisy = BatchRandom.seeded(3, 2).normal([2, 3, 4, 4]);
    const v = BatchRandom.seeded(4, 2).normal([2, 3, 4, 4]);
    const above = (data: Float32Array, level: number): number =>
      data.reduce((most, value, i) => Math.max(most, Math.abs(value - Math.tanh(noisy.data[i]) - level)), 0);
    expect(above((await opened.denoise(noisy, sigma)).data, 0)).toBeLessThan(1e-5);
    for (const [k, scale, expected] of [
      [1, 1, 2],
      [2, 1.5, 6],
      [0, 0, 0],
    ]) {
      const guided = opened.ofClass!(k, scale);
      const { denoised, vjp } = await guided.vjp!(noisy, sigma, v);
      const { pull } = await guided.linearize!(noisy, sigma);
      expect(above(denoised.data, expected)).toBeLessThan(1e-5);
      expect(above((await guided.denoise(noisy, sigma)).data, expected)).toBeLessThan(1e-5);
      const slope = v.data.map((value, i) => value * (1 - Math.tanh(noisy.data[i]) ** 2));
      expect(largest(vjp.data, slope)).toBeLessThan(1e-5);
      expect(largest((await pull(v)).data, slope)).toBeLessThan(1e-5);
      await guided.dispose();
    }
    expect(() => opened.ofClass!(3, 1)).toThrow(/an integer from 0 to 2/);
    await opened.dispose();
    const always = manifest({ ...changes, classLabels: { ...classLabels, unconditional: false } });
    const without = await createOnnxNetwork(always, bytes, { provider: 'cpu', withoutGradients: true });
    expect(() => without.ofClass!(0, 2)).toThrow(/knows no "no class"/);
    expect(above((await without.ofClass!(0, 1).denoise(noisy, sigma)).data, 1)).toBeLessThan(1e-5);
    await without.dispose();
    const other = manifest({ ...changes, classLabels: { ...classLabels, input: 'z' } });
    expect(() => adaptNetwork(other, bytes)).toThrow(/no further input "z" for the class but "y"/);
  });

  it('refuses to fill inputs without bounds', () => {
    const g = new OnnxBuilder();
    const x = g.input('x', ['n', 3, 'h', 'w']);
    const huge = g.input('context', ['n', 1_000_000, 1000]);
    g.input('t', ['n']);
    g.node('Add', [x, g.node('ReduceMean', [huge], { keepdims: 0 })], {}, 'out');
    g.output('out', ['n', 3, 'h', 'w']);
    expect(() => adaptNetwork(manifest({ extraInputs: { context: 0 } }), g.build())).toThrow(/1000000000 elements/);
  });

  it('says what of the manifest does not fit the file', () => {
    const refusal = (bytes: Uint8Array, changes: object): string => {
      try {
        adaptNetwork(manifest(changes), bytes);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(refusal(plain, { inputs: { x: 'picture', time: 't' } })).toMatch(
      /no input "picture" but "x" \[n, 3, h, w\]/,
    );
    expect(refusal(plain, { channels: 1 })).toMatch(/has 3 channels and the manifest says 1/);
    expect(refusal(plain, { inputs: { x: 'x', time: 'sigma' } })).toMatch(/no input "sigma"/);
    const conditional = network({ time: { dims: ['n'] }, extra: 'y' });
    expect(refusal(conditional, {})).toMatch(/further input "y" \[n\], for which extraInputs gives no value/);
    expect(refusal(conditional, { extraInputs: { y: [1, 2, 3] } })).toMatch(/gives 3 values for the input "y"/);
    expect(refusal(conditional, { extraInputs: { y: 0.5 } })).toMatch(/takes whole numbers/);
    expect(refusal(plain, { extraInputs: { z: 1 } })).toMatch(/no further input "z"/);
    expect(refusal(network({ dims: ['n', 3, 32, 'w'], time: { dims: ['n'] } }), {})).toMatch(
      /only one of height and width/,
    );
  });
});
