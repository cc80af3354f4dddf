import {
  add,
  ceilDivide,
  floor,
  floorDivide,
  multiply,
  sameDimension,
  subtract,
  type Dimension,
} from '../dimension.ts';
import type { ForwardNode } from '../forward-node.ts';
import { elementType } from '../tensor-proto.ts';
import type { RuleContext, ShapeRule } from './shape-rule.ts';

/** Sliding-window attributes with their defaults filled in; one entry per spatial axis. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Extent of the dilated kernel. */
  readonly extents: readonly number[];
  /** Explicit pads [begins…, ends…]; zeros under auto_pad. */
  readonly pads: readonly number[];
  readonly autoPad: 'NOTSET' | 'VALID' | 'SAME_UPPER' | 'SAME_LOWER';
}

/** Reads the window of a Conv, ConvTranspose or pooling node; undefined where the kernel's size is not known. */
export function readWindow(node: ForwardNode): Window | undefined {
  const weight = node.inputCount > 1 ? node.input(1).shape?.slice(2) : undefined;
  const kernel = node.ints('kernel_shape') ?? (weight?.every((d) => typeof d === 'number') ? weight : undefined);
  if (kernel === undefined) return undefined;
  const rank = kernel.length;
  const dilations = node.ints('dilations') ?? new Array<number>(rank).fill(1);
  return {
    kernel,
    strides: node.ints('strides') ?? new Array<number>(rank).fill(1),
    dilations,
    extents: kernel.map((k, i) => dilations[i] * (k - 1) + 1),
    pads: node.ints('pads') ?? new Array<number>(2 * rank).fill(0),
    autoPad: node.string('auto_pad', 'NOTSET') as Window['autoPad'],
  };
}

/** Size of one spatial axis after a window slid over it. */
function slide(context: RuleContext, window: Window, size: Dimension, axis: number): Dimension {
  const stride = window.strides[axis];
  if (window.autoPad === 'SAME_UPPER' || window.autoPad === 'SAME_LOWER') return ceilDivide(size, stride);
  const pad = window.pads[axis] + window.pads[axis + window.kernel.length];
  const travel = subtract(add(size, pad), window.extents[axis]);
  const floored = floorDivide(travel, stride);
  // Whether a last, partial window counts depends on how it falls; only the exact case is certain.
  if (context.node.int('ceil_mode', 0) === 1 && !sameDimension(multiply(floored, stride), travel))
    return context.fresh();
  return add(floored, 1);
}

function slideAll(context: RuleContext, channels: Dimension | undefined) {
  const { elementType: type, shape } = context.node.input(0);
  const window = readWindow(context.node);
  if (shape === undefined || window === undefined) return { elementType: type };
  const spatial = shape.slice(2).map((size, axis) => slide(context, window, size, axis));
  return { elementType: type, shape: [shape[0], channels ?? context.fresh(), ...spatial] };
}

const conv: ShapeRule = (context) => [slideAll(context, context.node.input(1).shape?.[0])];

const pool: ShapeRule = (context) => {
  const facts = slideAll(context, context.node.input(0).shape?.[1]);
  return [facts, { ...facts, elementType: elementType.int64 }];
};

const convTranspose: ShapeRule = ({ node, fresh }) => {
  const { elementType: type, shape } = node.input(0);
  const window = readWindow(node);
  if (shape === undefined || window === undefined) return [{ elementType: type }];
  const perGroup = node.input(1).shape?.[1];
  const rank = window.kernel.length;
  const outputPadding = node.ints('output_padding') ?? new Array<number>(rank).fill(0);
  const outputShape = node.ints('output_shape')?.slice(-rank);
  const spatial = shape.slice(2).map((size, axis): Dimension => {
    if (outputShape !== undefined) return outputShape[axis];
    const stride = window.strides[axis];
    if (window.autoPad.startsWith('SAME')) return multiply(size, stride);
    const pad = window.pads[axis] + window.pads[axis + rank];
    return add(multiply(stride, subtract(size, 1)), outputPadding[axis] + window.extents[axis] - pad);
  });
  const channels = perGroup === undefined ? fresh() : multiply(perGroup, node.int('group', 1));
  return [{ elementType: type, shape: [shape[0], channels, ...spatial] }];
};

const globalPool: ShapeRule = ({ node }) => {
  const { elementType: type, shape } = node.input(0);
  return [{ elementType: type, shape: shape?.map((d, axis) => (axis < 2 ? d : 1)) }];
};

const resize: ShapeRule = ({ node, fresh }) => {
  const { elementType: type, shape } = node.input(0);
  if (shape === undefined) return [{ elementType: type }];
  const axes = node.ints('axes')?.map((a) => node.axis(a)) ?? shape.map((_, axis) => axis);
  const sizes = node.hasInput(3) ? node.input(3).content : undefined;
  const scales = node.hasInput(2) && node.input(2).shape?.[0] !== 0 ? node.input(2).content : undefined;
  const resized = [...shape];
  axes.forEach((axis, i) => {
    if (sizes !== undefined) resized[axis] = sizes[i];
    else if (scales !== undefined) resized[axis] = floor(multiply(shape[axis], scales[i]));
    else resized[axis] = fresh();
  });
  return [{ elementType: type, shape: resized }];
};

/** Operators that slide a window over the spatial axes, and Resize. */
export const windowShapes: Record<string, ShapeRule> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  AveragePool: pool,
  LpPool: pool,
  MaxPool: pool,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  Resize: resize,
};
