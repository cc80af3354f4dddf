import type { Attributes } from '../backward-graph.ts';
import type { ForwardNode } from '../forward-node.ts';
import { attributeType, type AttributeProto, type NodeProto } from '../onnx-schema.ts';
import { elementType, numericTensor } from '../tensor-proto.ts';
import type { Namer } from './namer.ts';

/**
 * The ONNX operators that an operator of ONNX Runtime's own (com.microsoft; its optimiser writes them) stands for, or a node
 * of a further domain that means ONNX's own.
 * @see https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 * @returns undefined for nodes that are no such operator.
 */
export function spellOut(node: ForwardNode, namer: Namer): NodeProto[] | undefined {
  const rule = hasSpelling(node.operator) ? rules[node.operator] : undefined;
  if (rule === undefined) return undefined;
  const writer = new Writer(node, namer);
  return rule(writer, node) === undefined ? undefined : writer.nodes;
}

/** Whether `spellOut` knows an operator. */
export function hasSpelling(operator: string): boolean {
  return Object.hasOwn(rules, operator);
}

/** Writes nodes that together give the outputs of one. */
class Writer {
  readonly nodes: NodeProto[] = [];
  readonly #node: ForwardNode;
  readonly #namer: Namer;

  constructor(node: ForwardNode, namer: Namer) {
    this.#node = node;
    this.#namer = namer;
  }

  op(operator: string, input: readonly string[], attributes: Attributes | readonly AttributeProto[] = {}): string {
    const name = this.#namer.fresh(`${this.#node.output(0).name}/${operator}`);
    const attribute = Array.isArray(attributes)
      ? [...(attributes as readonly AttributeProto[])]
      : Object.entries(attributes as Attributes).map(([key, value]) => attributeProto(key, value));
    this.nodes.push({ opType: operator, name, input: [...input], output: [name], attribute });
    return name;
  }

  /** A scalar of the type of the node's first input. */
  scalar(value: number): string {
    return this.tensor(this.#node.input(0).elementType ?? elementType.float, [], [value]);
  }

  int64(...values: number[]): string {
    return this.tensor(elementType.int64, [values.length], values);
  }

  tensor(type: number, dims: readonly number[], values: readonly number[]): string {
    const name = this.#namer.fresh(`${this.#node.output(0).name}/constant`);
    const t = numericTensor(name, type, dims, values);
    this.nodes.push({
      opType: 'Constant',
      input: [],
      output: [name],
      attribute: [{ name: 'value', type: attributeType.tensor, t }],
    });
    return name;
  }

  /** The node's output `i` is this value. */
  finish(value: string, i = 0): true {
    const output = this.#node.output(i).name;
    this.nodes.push({ opType: 'Identity', name: this.#namer.fresh(output), input: [value], output: [output] });
    return true;
  }
}

function attributeProto(name: string, value: Attributes[string]): AttributeProto {
  if (typeof value === 'number') return { name, type: attributeType.int, i: value };
  if (typeof value === 'string') return { name, type: attributeType.string, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: attributeType.float, f: value.float };
  if ('tensor' in value) return { name, type: attributeType.tensor, t: value.tensor };
  return { name, type: attributeType.ints, ints: [...value] };
}

/** Writes the node's parts; undefined where a form is not covered: the node stays and is named if it is in the way. */
type Rule = (writer: Writer, node: ForwardNode) => true | undefined;

const quickGelu: Rule = (w, node) => {
  const x = node.input(0).name;
  const scaled = w.op('Mul', [x, w.scalar(node.float('alpha', 1.702))]);
  return w.finish(w.op('Mul', [x, w.op('Sigmoid', [scaled])]));
};

function gelu(w: Writer, x: string): string {
  const erf = w.op('Erf', [w.op('Mul', [x, w.scalar(Math.SQRT1_2)])]);
  return w.op('Mul', [w.op('Mul', [x, w.scalar(0.5)]), w.op('Add', [erf, w.scalar(1)])]);
}

function fastGelu(w: Writer, x: string): string {
  const cube = w.op('Mul', [w.op('Mul', [x, x]), x]);
  const inner = w.op('Add', [x, w.op('Mul', [cube, w.scalar(0.044715)])]);
  const t = w.op('Tanh', [w.op('Mul', [inner, w.scalar(Math.sqrt(2 / Math.PI))])]);
  return w.op('Mul', [w.op('Mul', [x, w.scalar(0.5)]), w.op('Add', [t, w.scalar(1)])]);
}

/** Input 0 with input 1 added, where it is given. */
function biased(w: Writer, node: ForwardNode): string {
  return node.hasInput(1) ? w.op('Add', [node.input(0).name, node.input(1).name]) : node.input(0).name;
}

/** Attributes of the node by these names. */
function kept(node: ForwardNode, ...names: string[]): AttributeProto[] {
  return (node.proto.attribute ?? []).filter(({ name }) => names.includes(name));
}

const activations: Readonly<Record<string, (w: Writer, x: string, parameters: readonly number[]) => string>> = {
  '': (_, x) => x,
  Relu: (w, x) => w.op('Relu', [x]),
  Tanh: (w, x) => w.op('Tanh', [x]),
  Sigmoid: (w, x) => w.op('Sigmoid', [x]),
  LeakyRelu: (w, x, [alpha = 0.01]) => w.op('LeakyRelu', [x], { alpha: { float: alpha } }),
  HardSigmoid: (w, x, [alpha = 0.2, beta = 0.5]) =>
    w.op('HardSigmoid', [x], { alpha: { float: alpha }, beta: { float: beta } }),
  Clip: (w, x, [low = -3.4e38, high = 3.4e38]) => w.op('Clip', [x, w.scalar(low), w.scalar(high)]),
};

const fusedConv: Rule = (w, node) => {
  const activate = activations[node.string('activation', '')];
  if (activate === undefined) return undefined;
  const inputs = node.proto.input.slice(0, 3);
  const attributes = kept(node, 'auto_pad', 'dilations', 'group', 'kernel_shape', 'pads', 'strides');
  const conv = w.op('Conv', inputs, attributes);
  const sum = node.hasInput(3) ? w.op('Add', [conv, node.input(3).name]) : conv;
  return w.finish(activate(w, sum, node.floats('activation_params') ?? []));
};

const fusedGemm: Rule = (w, node) => {
  const activate = activations[node.string('activation', '')];
  if (activate === undefined) return undefined;
  const gemm = w.op('Gemm', node.proto.input, kept(node, 'alpha', 'beta', 'transA', 'transB'));
  const parameters = ['activation_alpha', 'activation_beta'].filter((name) => node.hasAttribute(name));
  return w.finish(
    activate(
      w,
      gemm,
      parameters.map((name) => node.float(name, 0)),
    ),
  );
};

const fusedMatMul: Rule = (w, node) => {
  if (node.int('transBatchA', 0) !== 0 || node.int('transBatchB', 0) !== 0) return undefined;
  const operands = ['transA', 'transB'].map((flag, i) => {
    const rank = node.input(i).shape?.length;
    if (node.int(flag, 0) === 0) return node.input(i).name;
    if (rank === undefined || rank < 2) return undefined;
    const perm = Array.from({ length: rank }, (_, axis) => axis);
    [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
    return w.op('Transpose', [node.input(i).name], { perm });
  });
  if (operands[0] === undefined || operands[1] === undefined) return undefined;
  const product = w.op('MatMul', [operands[0], operands[1]]);
  const alpha = node.float('alpha', 1);
  return w.finish(alpha === 1 ? product : w.op('Mul', [product, w.scalar(alpha)]));
};

const skipLayerNormalization: Rule = (w, node) => {
  const [skip, gamma, beta, bias] = [1, 2, 3, 4].map((i) => (node.hasInput(i) ? node.input(i).name : undefined));
  if (skip === undefined || gamma === undefined) return undefined;
  const added = w.op('Add', [node.input(0).name, skip]);
  const sum = bias === undefined ? added : w.op('Add', [added, bias]);
  const inputs = [sum, gamma, ...(beta === undefined ? [] : [beta])];
  if (node.output(3).name !== '') w.finish(sum, 3);
  const attributes = { axis: -1, epsilon: { float: node.float('epsilon', 1e-12) } };
  return w.finish(w.op('LayerNormalization', inputs, attributes));
};

/** x / √(mean x² + ε) over the last axis, times a scale. */
function rms(w: Writer, node: ForwardNode, x: string, scale: string, epsilon: number): string | undefined {
  const width = node.input(0).shape?.at(-1);
  if (typeof width !== 'number') return undefined;
  const sum = w.op('ReduceSum', [w.op('Mul', [x, x]), w.int64(-1)], { keepdims: 1 });
  const square = w.op('Add', [w.op('Mul', [sum, w.scalar(1 / width)]), w.scalar(epsilon)]);
  return w.op('Mul', [w.op('Div', [x, w.op('Sqrt', [square])]), scale]);
}

const simplifiedLayerNormalization: Rule = (w, node) => {
  if (node.axis(node.int('axis', -1), node.input(0).shape?.length ?? 1) !== (node.input(0).shape?.length ?? 1) - 1) {
    return undefined;
  }
  const result = rms(w, node, node.input(0).name, node.input(1).name, node.float('epsilon', 1e-5));
  return result === undefined ? undefined : w.finish(result);
};

const skipSimplifiedLayerNormalization: Rule = (w, node) => {
  const added = w.op('Add', [node.input(0).name, node.input(1).name]);
  const sum = node.hasInput(3) ? w.op('Add', [added, node.input(3).name]) : added;
  const result = rms(w, node, sum, node.input(2).name, node.float('epsilon', 1e-12));
  if (result === undefined) return undefined;
  if (node.output(3).name !== '') w.finish(sum, 3);
  return w.finish(result);
};

const biasSplitGelu: Rule = (w, node) => {
  const width = node.input(1).shape?.at(-1);
  if (typeof width !== 'number' || width % 2 !== 0) return undefined;
  const sum = biased(w, node);
  const half = (from: number, to: number): string => w.op('Slice', [sum, w.int64(from), w.int64(to), w.int64(-1)]);
  return w.finish(w.op('Mul', [half(0, width / 2), gelu(w, half(width / 2, width))]));
};

const rules: Readonly<Record<string, Rule>> = {
  'com.microsoft.BiasAdd': (w, node) => w.finish(w.op('Add', [biased(w, node), node.input(2).name])),
  'com.microsoft.BiasGelu': (w, node) => w.finish(gelu(w, biased(w, node))),
  'com.microsoft.BiasSplitGelu': biasSplitGelu,
  'com.microsoft.FastGelu': (w, node) => w.finish(fastGelu(w, biased(w, node))),
  'com.microsoft.FusedConv': fusedConv,
  'com.microsoft.FusedGemm': fusedGemm,
  'com.microsoft.FusedMatMul': fusedMatMul,
  'com.microsoft.Gelu': (w, node) => w.finish(gelu(w, node.input(0).name)),
  'com.microsoft.QuickGelu': quickGelu,
  'com.microsoft.SkipLayerNormalization': skipLayerNormalization,
  'com.microsoft.SkipSimplifiedLayerNormalization': skipSimplifiedLayerNormalization,
  'com.microsoft.TransposeMatMul': fusedMatMul,
  SimplifiedLayerNormalization: simplifiedLayerNormalization,
};
