import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { LangevinError, type ErrorCode } from '../../../src-main/errors.ts';
import { differentiate } from '../../../src-main/prior/differentiate/differentiate.ts';
import { GradientRegistry, gradientRegistry } from '../../../src-main/prior/differentiate/gradients/registry.ts';
import { vjpNames } from '../../../src-main/prior/differentiate/vjp-interface.ts';
import type { GraphProto } from '../../../src-main/prior/differentiate/onnx-schema.ts';
import { OnnxBuilder, type ElementName } from '../../fixtures/onnx-builder.ts';
import { numbers } from './gradient-check.ts';

const network = { inputs: { x: 'x', time: 'sigma' }, output: 'denoised' };

/** A network of one picture input, with whatever `build` puts between it and the output. */
function model(build: (g: OnnxBuilder, x: string) => string, options: { opset?: number; element?: ElementName } = {}) {
  const g = new OnnxBuilder(options);
  g.input('x', ['n', 2, 'h', 'w']);
  g.input('sigma', ['n']);
  g.node('Identity', [build(g, 'x')], {}, 'denoised');
  g.output('denoised', ['n', 2, 'h', 'w']);
  return g.build();
}

const doubling = model((g, x) => g.node('Mul', [x, g.constant([2], [])]));

async function vjpOf(bytes: Uint8Array, x: number[], v: number[], names = vjpNames(network)): Promise<number[]> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const dims = [1, 2, 1, x.length / 2];
  const result = await session.run({
    x: new Tensor(Float32Array.from(x), dims),
    ...(session.inputNames.includes('sigma') ? { sigma: new Tensor(Float32Array.of(0.5), [1]) } : {}),
    [names.v]: new Tensor(Float32Array.from(v), dims),
  });
  await session.release();
  return numbers(result[names.vjp]);
}

function thrown(action: () => unknown): LangevinError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(LangevinError);
    return error as LangevinError;
  }
  throw new Error('nothing was thrown');
}

function expectError(action: () => unknown, code: ErrorCode, ...words: string[]): void {
  const error = thrown(action);
  expect(error.code).toBe(code);
  for (const word of words) expect(error.message).toContain(word);
}

describe('the differentiated model', () => {
  test('has the inputs of the network and v, and its output and vjp', async () => {
    const session = await InferenceSession.create(differentiate(doubling, network));
    expect([...session.inputNames].sort()).toEqual(['sigma', 'v', 'x']);
    expect(session.outputNames).toEqual(['denoised', 'vjp']);
  });

  test('leaves the bytes it was given as they were, and gives the same bytes every time', () => {
    const before = doubling.slice();
    const first = differentiate(doubling, network);
    expect(doubling).toEqual(before);
    expect(differentiate(doubling, network)).toEqual(first);
  });

  test('drops what its output does not need: other outputs, and operators without a gradient behind them', async () => {
    const g = new OnnxBuilder();
    g.input('x', ['n', 2, 'h', 'w']);
    g.input('sigma', ['n']);
    g.node('Mul', ['x', 'x'], {}, 'denoised');
    g.node('Det', ['x'], {}, 'v');
    g.output('v');
    g.output('denoised', ['n', 2, 'h', 'w']);
    expect(await vjpOf(differentiate(g.build(), network), [1, 2, 3, 4], [1, 1, 1, 10])).toEqual([2, 4, 6, 80]);
  });

  test('treats everything that does not depend on x as a constant, whatever the operator', async () => {
    const bytes = model((g, x) => {
      const time = g.node('Round', [g.node('Mul', ['sigma', g.constant([5], [])])]);
      const count = g.node('Cast', [g.node('CumSum', [time, g.constant([0], [], 'int64')])], { to: 1 });
      return g.node('Mul', [
        x,
        g.node('Reshape', [g.node('Det', [g.node('Reshape', [count, g.int64(1, 1, 1)])]), g.int64(1)]),
      ]);
    });
    expect(await vjpOf(differentiate(bytes, network), [1, 2], [3, 4])).toEqual([6, 8]);
  });

  test('lets no gradient through roundings, comparisons and shapes', async () => {
    const bytes = model((g, x) => {
      const height = g.node('Cast', [g.node('Gather', [g.node('Shape', [x]), g.int64(3)])], { to: 1 });
      const rounded = g.node('Add', [g.node('Floor', [x]), height]);
      const mask = g.node('Cast', [g.node('Greater', [x, g.constant([1.5], [])])], { to: 1 });
      return g.node('Mul', [x, g.node('Add', [rounded, mask])]);
    });
    // x · (⌊x⌋ + 1 + [x > 1.5]): the factors are constants.
    expect(await vjpOf(differentiate(bytes, network), [1.25, 2.5], [1, 10])).toEqual([2, 40]);
  });

  test('takes inner values called like its own inputs and outputs', async () => {
    const g = new OnnxBuilder();
    g.input('x', ['n', 2, 'h', 'w']);
    g.input('sigma', ['n']);
    g.node('Mul', ['x', 'x'], {}, 'v');
    g.node('Neg', ['v'], {}, 'vjp');
    g.node('Add', ['vjp', 'v'], {}, "v'");
    g.node('Sum', ["v'", 'v'], {}, 'denoised');
    g.output('denoised', ['n', 2, 'h', 'w']);
    expect(await vjpOf(differentiate(g.build(), network), [1, 2], [1, 1])).toEqual([2, 4]);
  });

  test('carries control flow of the time branch along, with the values it takes from around it', async () => {
    const branch = (operator: string): { graph: GraphProto } => ({
      graph: {
        name: operator,
        node: [{ opType: operator, input: ['v'], output: ['branch'] }],
        output: [{ name: 'branch', type: { tensorType: { elemType: 1 } } }],
      },
    });
    const bytes = model((g, x) => {
      g.node('Mul', ['sigma', g.constant([6], [])], {}, 'v');
      const large = g.node('Greater', [g.node('ReduceMean', ['sigma'], { keepdims: 0 }), g.constant([1], [])]);
      const factor = g.node('If', [large], { then_branch: branch('Exp'), else_branch: branch('Neg') });
      return g.node('Mul', [x, factor]);
    });
    expect(await vjpOf(differentiate(bytes, network), [1, 2], [3, 4])).toEqual([-9, -12]);
  });

  test('takes another name for v when the network already uses it', async () => {
    const names = vjpNames({ inputs: { x: 'x', time: 'sigma' }, output: 'v' });
    expect(names).toEqual({ v: 'v_', vjp: 'vjp' });
    const g = new OnnxBuilder();
    g.input('x', ['n', 2, 'h', 'w']);
    g.input('sigma', ['n']);
    g.node('Neg', ['x'], {}, 'v');
    g.output('v', ['n', 2, 'h', 'w']);
    const bytes = differentiate(g.build(), { ...network, output: 'v' });
    expect(await vjpOf(bytes, [1, 2], [3, 4], names)).toEqual([-3, -4]);
  });

  test('keeps older files with initializers among the inputs, in typed fields, behind Identity', async () => {
    const g = new OnnxBuilder({ opset: 11 });
    g.input('x', ['n', 2, 'h', 'w']);
    g.input('sigma', ['n']);
    g.input('w', [2, 2, 1, 1]);
    g.initializer({ name: 'w', dims: [2, 2, 1, 1], dataType: 1, floatData: [1, 2, 3, 4] });
    g.node('Conv', ['x', g.node('Identity', ['w'])], { kernel_shape: [1, 1] }, 'denoised');
    g.output('denoised', ['n', 2, 'h', 'w']);
    const bytes = differentiate(g.build(), network);
    expect(await vjpOf(bytes, [0, 0], [1, 10])).toEqual([31, 42]);
  });

  test('computes through a half-precision middle', async () => {
    const bytes = model((g, x) => {
      const half = g.node('Cast', [x], { to: 10 });
      const [two, one] = [g.constant([0x4000], [1], 'float16'), g.constant([0x3c00, 0x3c00], [2], 'float16')];
      const kernel = g.constant([0x3c00, 0x4000, 0x4200, 0x4400], [2, 2, 1, 1], 'float16');
      const conv = g.node('Conv', [g.node('Relu', [g.node('Mul', [half, two])]), kernel], { kernel_shape: [1, 1] });
      const normalized = g.node('InstanceNormalization', [conv, one, one], { epsilon: { float: 1 } });
      return g.node('Cast', [normalized], { to: 1 });
    });
    const single = model((g, x) => {
      const kernel = g.constant([1, 2, 3, 4], [2, 2, 1, 1]);
      const conv = g.node('Conv', [g.node('Relu', [g.node('Mul', [x, g.constant([2], [])])]), kernel], {});
      return g.node('InstanceNormalization', [conv, g.constant([1, 1], [2]), g.constant([1, 1], [2])], {
        epsilon: { float: 1 },
      });
    });
    const [x, v] = [
      [0.5, -0.3, 0.25, 0.7, -1, 0.4],
      [1, -2, 0.5, 0.3, 1, 0],
    ];
    const [halved, exact] = [
      await vjpOf(differentiate(bytes, network), x, v),
      await vjpOf(differentiate(single, network), x, v),
    ];
    halved.forEach((value, i) => expect(value).toBeCloseTo(exact[i], 2));
  });
});

describe('external data', () => {
  const weights = new Uint8Array(Float32Array.of(9, 9, 1, 2, 3, 4).buffer);

  function external(location: string, offset = 8, length: number | undefined = 16): Uint8Array {
    return model((g, x) => {
      const w = g.initializer({
        name: 'w',
        dims: [2, 2, 1, 1],
        dataType: 1,
        dataLocation: 1,
        externalData: [
          { key: 'location', value: location },
          { key: 'offset', value: String(offset) },
          ...(length === undefined ? [] : [{ key: 'length', value: String(length) }]),
        ],
      });
      return g.node('Conv', [x, w], { kernel_shape: [1, 1] });
    });
  }

  test('is taken into the file', async () => {
    const asked: string[] = [];
    const externalData = (location: string): Uint8Array => {
      asked.push(location);
      return weights;
    };
    const bytes = differentiate(external('sub/weights.bin'), { ...network, externalData });
    expect(asked).toEqual(['sub/weights.bin']);
    expect(await vjpOf(bytes, [0, 0], [1, 10])).toEqual([31, 42]);
    const toTheEnd = differentiate(external('weights.bin', 8, undefined), { ...network, externalData });
    expect(await vjpOf(toTheEnd, [0, 0], [1, 10])).toEqual([31, 42]);
  });

  test.each([
    '../weights.bin',
    'a/../../weights.bin',
    '/etc/passwd',
    'C:\\weights.bin',
    '\\\\host\\share',
    'a\\..\\..\\b',
    '',
  ])('is refused outside the folder of the model: "%s"', (location) => {
    const externalData = (): Uint8Array => {
      throw new Error('must not be read');
    };
    expectError(() => differentiate(external(location), { ...network, externalData }), 'model-corrupt', 'outside');
  });

  test('that lies outside its file, or does not fit the shape, is refused', () => {
    const externalData = (): Uint8Array => weights;
    expectError(() => differentiate(external('w', 16, 16), { ...network, externalData }), 'model-corrupt', '24 bytes');
    expectError(() => differentiate(external('w', -4, 16), { ...network, externalData }), 'model-corrupt', '"w"');
    expectError(() => differentiate(external('w', 0, 12), { ...network, externalData }), 'model-corrupt', '16 bytes');
  });

  test('that is missing is named', () => {
    expectError(() => differentiate(external('weights.bin'), network), 'file-not-found', 'weights.bin');
  });
});

describe('what cannot be differentiated', () => {
  test('an operator without a gradient is named with its node', () => {
    const bytes = model((g, x) => g.node('Det', [g.node('Neg', [x])]));
    expectError(() => differentiate(bytes, network), 'unsupported-operator', 'Det', '"det');
  });

  test('attributes and inputs that a gradient does not cover are named with the node', () => {
    const cases: [(g: OnnxBuilder, x: string) => string, string][] = [
      [(g, x) => g.node('Conv', [x, g.node('Reshape', [x, g.int64(1, 2, 1, 1)])], { kernel_shape: [1, 1] }), 'weights'],
      [(g, x) => g.node('Gather', [x, g.node('ArgMax', [x], { axis: 1 })], { axis: 1 }), 'indices'],
      [(g, x) => g.node('Pad', [x, g.node('Cast', ['sigma'], { to: 7 })]), 'pads'],
      [(g, x) => g.node('Clip', [x, g.node('ReduceMean', [x], { keepdims: 0 })]), 'bounds'],
      [(g, x) => g.node('Einsum', [g.node('Reshape', [x, g.int64(2, 2)])], { equation: 'ii->i' }), 'diagonal'],
      [
        (g, x) =>
          g.node('Conv', [x, g.constant([1, 1, 1, 1], [1, 2, 2, 1])], { strides: [2, 1], auto_pad: 'SAME_UPPER' }),
        'pads',
      ],
    ];
    for (const [build, word] of cases)
      expectError(() => differentiate(model(build), network), 'unsupported-operator', word);
  });

  test('an output that does not depend on x', () => {
    const bytes = model((g, x) => g.node('Floor', [x]));
    expectError(() => differentiate(bytes, network), 'unsupported-combination', '"denoised"', '"x"');
  });

  test('names that the model does not have', () => {
    expectError(() => differentiate(doubling, { ...network, output: 'y' }), 'invalid-argument', '"y"', 'denoised');
    const inputs = { x: 'picture', time: 'sigma' };
    expectError(() => differentiate(doubling, { ...network, inputs }), 'invalid-argument', '"picture"', 'x, sigma');
  });

  test('bytes that are not an ONNX model', () => {
    expectError(() => differentiate(new Uint8Array(0), network), 'model-corrupt');
    expectError(() => differentiate(new TextEncoder().encode('<html>not a model</html>'), network), 'model-corrupt');
    expectError(() => differentiate(doubling.subarray(0, doubling.length - 7), network), 'model-corrupt');
  });

  test('control flow between x and the output is named', () => {
    const branch = {
      graph: { name: 'b', node: [{ opType: 'Neg', input: ['x'], output: ['b'] }], output: [{ name: 'b' }] },
    };
    const build = (g: OnnxBuilder): string =>
      g.node('If', [g.node('Cast', [g.node('ReduceMax', ['x'], { keepdims: 0 })], { to: 9 })], {
        then_branch: branch,
        else_branch: branch,
      });
    expectError(() => differentiate(model(build), network), 'unsupported-operator', 'If');
    expectError(
      () => differentiate(model(build, { opset: 11 }), network),
      'unsupported-operator',
      'control flow',
      '11',
    );
  });

  test('operator sets before 9', () => {
    expectError(
      () =>
        differentiate(
          model((_, x) => x, { opset: 8 }),
          network,
        ),
      'unsupported-operator',
      '8',
    );
  });
});

describe('the registry of gradients', () => {
  test('refuses two gradients for one operator', () => {
    const gradient = { operator: 'Relu', differentiate: () => [] };
    expectError(() => new GradientRegistry([gradient, gradient]), 'internal', 'Relu');
  });

  test('covers what U-Nets and transformers are exported with', () => {
    const wanted =
      'Add AveragePool BatchNormalization Cast Clip Concat Conv ConvTranspose Cos DepthToSpace Div Einsum Erf Exp Expand ' +
      'Gather Gelu Gemm GlobalAveragePool GroupNormalization Identity InstanceNormalization LayerNormalization LeakyRelu ' +
      'Log MatMul MaxPool Mul Pad Pow ReduceMean ReduceSum Relu Reshape Resize Sigmoid Sin Slice Softmax SpaceToDepth ' +
      'Split Sqrt Squeeze Sub Tanh Transpose Unsqueeze Where';
    for (const operator of wanted.split(' ')) expect(gradientRegistry.get(operator)?.operator).toBe(operator);
  });
});
