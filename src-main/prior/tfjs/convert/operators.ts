import type { ForwardNode } from '../../differentiate/forward-node.ts';
import { convolution } from './convolution.ts';
import { depthToSpace, spaceToDepth } from './depth-and-space.ts';
import { flag, float, floatType, intType, type AttrValue } from './graph-def.ts';
import { axisIn, inLayout, unconvertible, type Layout, type Placement } from './placement.ts';
import { reshaped } from './reshape.ts';

/** Writes a node of the ONNX graph into the TensorFlow graph and places its outputs. */
export type OperatorConversion = (node: ForwardNode, at: Placement) => void;

const T = { T: floatType };

/** An operator of one value that treats every element alike. */
function elementwise(op: string, attributes: (node: ForwardNode) => Record<string, AttrValue> = () => ({})) {
  return (node: ForwardNode, at: Placement): void => {
    const [x] = node.proto.input;
    const layout = at.native(x) ?? 'first';
    place(node, at, layout, at.graph.node(op, [at.find(x, layout)], { ...T, ...attributes(node) }, nameOf(node)));
  };
}

/** An operator of two values with numpy broadcasting. */
function binary(op: string): OperatorConversion {
  return (node, at) => {
    const [a, b] = node.proto.input;
    const layout = broadcastLayout(node, at);
    place(node, at, layout, at.graph.node(op, [at.find(a, layout), at.find(b, layout)], T, nameOf(node)));
  };
}

/** `last` where an operand is made in it and the others can be had in it: values of rank 4, constants and scalars. */
function broadcastLayout(node: ForwardNode, at: Placement): Layout {
  if (at.common(node.proto.input) === 'first') return 'first';
  const movable = node.proto.input.every((name) => at.native(name) === undefined || [0, 4].includes(at.rank(name)));
  return movable ? 'last' : 'first';
}

/** ½ x (1 + erf(x/√2)). */
function gelu(node: ForwardNode, at: Placement): void {
  if (node.string('approximate', 'none') !== 'none') throw unconvertible(node, 'only the exact form is converted');
  const [x] = node.proto.input;
  const layout = at.native(x) ?? 'first';
  const { graph } = at;
  const input = at.find(x, layout);
  const name = nameOf(node);
  const half = graph.constant(Float32Array.of(0.5), [], 'half');
  const scaled = graph.node('Mul', [input, graph.constant(Float32Array.of(Math.SQRT1_2), [], 'scale')], T, name);
  const erf = graph.node('Erf', [scaled], T, name);
  const share = graph.node('AddV2', [graph.node('Mul', [erf, half], T, name), half], T, name);
  place(node, at, layout, graph.node('Mul', [input, share], T, name));
}

/** Any operator that keeps the order of the elements. */
function reshape(node: ForwardNode, at: Placement): void {
  const input = at.find(node.proto.input[0], 'first');
  const result = reshaped(at.graph, input, node.inputShape(0), node.outputShape(), nameOf(node));
  if (result === undefined) throw unconvertible(node, 'its sizes do not follow from those of its input');
  place(node, at, 'first', result);
}

function transpose(node: ForwardNode, at: Placement): void {
  const [x] = node.proto.input;
  const order = node.ints('perm') ?? node.inputShape(0).map((_, axis, all) => all.length - 1 - axis);
  const input = [at.find(x, 'first'), at.graph.ints(order)];
  place(node, at, 'first', at.graph.node('Transpose', input, { ...T, Tperm: intType }, nameOf(node)));
}

function concat(node: ForwardNode, at: Placement): void {
  const layout = broadcastLayout(node, at);
  const axis = node.axis(node.int('axis', 0));
  const parts = node.proto.input.map((name) => at.find(name, layout));
  const position = at.graph.constant(Int32Array.of(rankOf(node) === 4 ? axisIn(layout, axis) : axis), [], 'axis');
  const attributes = { ...T, N: { i: String(parts.length) }, Tidx: intType };
  place(node, at, layout, at.graph.node('ConcatV2', [...parts, position], attributes, nameOf(node)));
}

function slice(node: ForwardNode, at: Placement): void {
  const shape = node.inputShape(0);
  const [starts, ends] = [node.integers(1), node.integers(2)];
  if (starts === undefined || ends === undefined) throw unconvertible(node, 'where it begins or ends is not constant');
  const axes = (node.hasInput(3) ? node.integers(3) : undefined) ?? starts.map((_, i) => i);
  const steps = (node.hasInput(4) ? node.integers(4) : undefined) ?? starts.map(() => 1);
  if (steps.some((step) => step !== 1)) throw unconvertible(node, 'it steps by more than one');
  const begin = shape.map(() => 0);
  const size = shape.map(() => -1);
  axes.forEach((given, i) => {
    const axis = node.axis(given, shape.length);
    const length = shape[axis];
    const [start, end] = [starts[i], ends[i]];
    if (typeof length === 'number') {
      const clamp = (at: number): number => Math.min(Math.max(at < 0 ? at + length : at, 0), length);
      begin[axis] = clamp(start);
      size[axis] = Math.max(clamp(end) - clamp(start), 0);
    } else {
      if (start < 0 || end < 2 ** 31 - 1) throw unconvertible(node, 'it cuts an axis whose size is not known');
      begin[axis] = start;
    }
  });
  const [x] = node.proto.input;
  const layout = shape.length === 4 ? (at.native(x) ?? 'first') : 'first';
  const input = [at.find(x, layout), at.graph.ints(inLayout(layout, begin)), at.graph.ints(inLayout(layout, size))];
  place(node, at, layout, at.graph.node('Slice', input, { ...T, Index: intType }, nameOf(node)));
}

function reduction(op: string): OperatorConversion {
  return (node, at) => {
    const axes = node.ints('axes') ?? (node.hasInput(1) ? node.integers(1) : undefined);
    if (axes === undefined) throw unconvertible(node, 'the axes it reduces are not constant');
    const keep = node.int('keepdims', 1) === 1;
    const [x] = node.proto.input;
    const layout = keep && node.inputShape(0).length === 4 ? (at.native(x) ?? 'first') : 'first';
    const positions = axes.map((given) => {
      const axis = node.axis(given);
      return layout === 'last' ? axisIn(layout, axis) : axis;
    });
    const input = [at.find(x, layout), at.graph.ints(positions)];
    place(node, at, layout, at.graph.node(op, input, { ...T, keep_dims: flag(keep), Tidx: intType }, nameOf(node)));
  };
}

function matMul(node: ForwardNode, at: Placement): void {
  const [a, b] = node.proto.input;
  const rank = Math.max(at.rank(a), at.rank(b));
  if (Math.min(at.rank(a), at.rank(b)) < 2) throw unconvertible(node, 'it multiplies by a vector');
  const factors = [at.find(a, 'first'), at.find(b, 'first')];
  const product =
    rank === 2
      ? at.graph.node('MatMul', factors, { ...T, transpose_a: flag(false), transpose_b: flag(false) }, nameOf(node))
      : at.graph.node('BatchMatMulV2', factors, { ...T, adj_x: flag(false), adj_y: flag(false) }, nameOf(node));
  place(node, at, 'first', product);
}

function gemm(node: ForwardNode, at: Placement): void {
  const [a, b, c] = node.proto.input;
  const { graph } = at;
  const scaled = (value: string, factor: number): string =>
    factor === 1 ? value : graph.node('Mul', [value, graph.constant(Float32Array.of(factor), [], 'factor')], T, value);
  const attributes = {
    ...T,
    transpose_a: flag(node.int('transA', 0) === 1),
    transpose_b: flag(node.int('transB', 0) === 1),
  };
  const product = graph.node('MatMul', [at.find(a, 'first'), at.find(b, 'first')], attributes, nameOf(node));
  const result = scaled(product, node.float('alpha', 1));
  if (!node.hasInput(2)) return place(node, at, 'first', result);
  const addend = scaled(at.find(c, 'first'), node.float('beta', 1));
  place(node, at, 'first', graph.node('AddV2', [result, addend], T, nameOf(node)));
}

function softmax(node: ForwardNode, at: Placement): void {
  const rank = node.inputShape(0).length;
  if (node.axis(node.int('axis', -1)) !== rank - 1) throw unconvertible(node, 'it is not along the last axis');
  const [x] = node.proto.input;
  place(node, at, 'first', at.graph.node('Softmax', [at.find(x, 'first')], T, nameOf(node)));
}

function identity(node: ForwardNode, at: Placement): void {
  const [x] = node.proto.input;
  const layout = at.native(x) ?? 'first';
  place(node, at, layout, at.find(x, layout));
}

function nameOf(node: ForwardNode): string {
  return node.proto.output[0];
}

function rankOf(node: ForwardNode): number {
  return node.outputShape().length;
}

function place(node: ForwardNode, at: Placement, layout: Layout, converted: string): void {
  at.place(nameOf(node), layout, converted);
}

/** The ONNX operators that are converted; all of them have gradients in TensorFlow.js. */
export const operatorConversions: Readonly<Record<string, OperatorConversion>> = {
  Abs: elementwise('Abs'),
  Add: binary('AddV2'),
  Concat: concat,
  Conv: convolution,
  Cos: elementwise('Cos'),
  DepthToSpace: depthToSpace,
  Div: binary('RealDiv'),
  Elu: elementwise('Elu'),
  Erf: elementwise('Erf'),
  Exp: elementwise('Exp'),
  Flatten: reshape,
  Gelu: gelu,
  Gemm: gemm,
  Identity: identity,
  LeakyRelu: elementwise('LeakyRelu', (node) => ({ alpha: float(node.float('alpha', 0.01)) })),
  Log: elementwise('Log'),
  MatMul: matMul,
  Mul: binary('Mul'),
  Neg: elementwise('Neg'),
  Pow: binary('Pow'),
  Reciprocal: elementwise('Reciprocal'),
  ReduceMean: reduction('Mean'),
  ReduceSum: reduction('Sum'),
  Relu: elementwise('Relu'),
  Reshape: reshape,
  Sigmoid: elementwise('Sigmoid'),
  Sin: elementwise('Sin'),
  Slice: slice,
  Softmax: softmax,
  Softplus: elementwise('Softplus'),
  SpaceToDepth: spaceToDepth,
  Sqrt: elementwise('Sqrt'),
  Squeeze: reshape,
  Sub: binary('Sub'),
  Tanh: elementwise('Tanh'),
  Transpose: transpose,
  Unsqueeze: reshape,
};
