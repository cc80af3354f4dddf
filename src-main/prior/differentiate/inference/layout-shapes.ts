import {
  add,
  floor,
  floorDivide,
  maximum,
  minimum,
  multiply,
  product,
  subtract,
  type Dimension,
} from '../dimension.ts';
import type { ForwardNode } from '../forward-node.ts';
import { elementType } from '../tensor-proto.ts';
import { broadcastShapes, type Facts, type RuleContext, type ShapeRule } from './shape-rule.ts';

/** Axes given as attribute (operator sets before 13) or as a constant input; undefined where neither is known. */
export function readAxes(node: ForwardNode, input: number): number[] | undefined {
  return node.ints('axes') ?? (node.hasInput(input) ? node.integers(input) : undefined);
}

/** Concrete size of `shape`, or undefined where one is dynamic. */
export function staticShape(shape: readonly Dimension[] | undefined): number[] | undefined {
  return shape?.every((d) => typeof d === 'number') ? [...(shape as number[])] : undefined;
}

/** Same type as input 0, the given shape, and the content of input 0 in unchanged order. */
function rearranged(node: ForwardNode, shape: Dimension[] | undefined): Facts[] {
  const { elementType: type, content } = node.input(0);
  return [{ elementType: type, shape, content: staticShape(shape) === undefined ? undefined : content }];
}

/** Output elements picked from input 0: `from` maps an output index to an input index. */
export function picked(
  node: ForwardNode,
  shape: Dimension[] | undefined,
  from: (index: number[]) => number[],
): Facts[] {
  const { elementType: type, content, shape: source } = node.input(0);
  const [target, dims] = [staticShape(shape), staticShape(source)];
  if (content === undefined || target === undefined || dims === undefined) return [{ elementType: type, shape }];
  return [{ elementType: type, shape, content: indices(target).map((index) => content[flatIndex(from(index), dims)]) }];
}

/** All indices of a tensor in row-major order. */
function indices(dims: readonly number[]): number[][] {
  return dims.reduce<number[][]>(
    (outer, d) => outer.flatMap((index) => Array.from({ length: d }, (_, i) => [...index, i])),
    [[]],
  );
}

function flatIndex(index: readonly number[], dims: readonly number[]): number {
  return index.reduce((flat, i, axis) => flat * dims[axis] + i, 0);
}

const reshape: ShapeRule = ({ node, fresh }) => {
  const source = node.input(0).shape;
  const target = node.input(1).content;
  if (target === undefined) {
    const rank = node.input(1).shape?.[0];
    return rearranged(node, typeof rank === 'number' ? Array.from({ length: rank }, fresh) : undefined);
  }
  const copied = target.map((d, axis) => (d === 0 && node.int('allowzero', 0) === 0 ? (source?.[axis] ?? fresh()) : d));
  const open = copied.indexOf(-1);
  if (open >= 0) {
    const rest = product(copied.filter((_, axis) => axis !== open));
    copied[open] = source === undefined || rest === 0 ? fresh() : floorDivide(product(source), rest);
  }
  return rearranged(node, copied);
};

const squeeze: ShapeRule = ({ node }) => {
  const shape = node.input(0).shape;
  const axes = readAxes(node, 1)?.map((a) => node.axis(a));
  if (shape === undefined) return rearranged(node, undefined);
  if (axes === undefined && shape.some((d) => typeof d !== 'number')) return rearranged(node, undefined);
  return rearranged(
    node,
    shape.filter((d, axis) => !(axes === undefined ? d === 1 : axes.includes(axis))),
  );
};

const unsqueeze: ShapeRule = ({ node }) => {
  const shape = node.input(0).shape;
  const axes = readAxes(node, 1);
  if (shape === undefined || axes === undefined) return rearranged(node, undefined);
  const rank = shape.length + axes.length;
  const inserted = new Set(axes.map((a) => (a < 0 ? a + rank : a)));
  const rest = [...shape];
  return rearranged(
    node,
    Array.from({ length: rank }, (_, axis) => (inserted.has(axis) ? 1 : (rest.shift() ?? 1))),
  );
};

const flatten: ShapeRule = ({ node }) => {
  const shape = node.input(0).shape;
  if (shape === undefined) return rearranged(node, undefined);
  const axis = node.axis(node.int('axis', 1));
  return rearranged(node, [product(shape.slice(0, axis)), product(shape.slice(axis))]);
};

const transpose: ShapeRule = ({ node }) => {
  const shape = node.input(0).shape;
  if (shape === undefined) return picked(node, undefined, (index) => index);
  const perm = node.ints('perm') ?? shape.map((_, axis) => shape.length - 1 - axis);
  return picked(
    node,
    perm.map((axis) => shape[axis]),
    (index) => index.reduce<number[]>((source, i, axis) => Object.assign(source, { [perm[axis]]: i }), []),
  );
};

const expand: ShapeRule = ({ node, fresh }) => {
  const target = node.input(1);
  const rank = target.shape?.[0];
  const asked = target.content ?? (typeof rank === 'number' ? Array.from({ length: rank }, fresh) : undefined);
  const source = node.input(0).shape;
  const shape = broadcastShapes([source, asked]);
  return picked(node, shape, (index) =>
    index.slice(index.length - (source?.length ?? 0)).map((i, axis) => (source?.[axis] === 1 ? 0 : i)),
  );
};

const tile: ShapeRule = ({ node, fresh }) => {
  const source = node.input(0).shape;
  const repeats = node.input(1).content;
  const shape = source?.map((d, axis) => (repeats === undefined ? fresh() : multiply(d, repeats[axis])));
  return picked(node, shape, (index) => index.map((i, axis) => i % Number(source?.[axis])));
};

const concat: ShapeRule = ({ node }) => {
  const parts = node.proto.input.map((_, i) => node.input(i));
  const type = parts[0].elementType;
  const shapes = parts.map((part) => part.shape);
  const first = shapes.find((shape) => shape !== undefined);
  if (first === undefined || shapes.some((shape) => shape === undefined)) return [{ elementType: type }];
  const axis = node.axis(node.int('axis', 0), first.length);
  const shape = first.map((d, a) =>
    a !== axis ? d : shapes.map((s) => s?.[axis] ?? 0).reduce<Dimension>((sum, n) => add(sum, n), 0),
  );
  const contents = parts.map((part) => part.content);
  const content =
    first.length === 1 && contents.every((c) => c !== undefined) ? contents.flatMap((c) => c ?? []) : undefined;
  return [{ elementType: type, shape, content }];
};

const split: ShapeRule = ({ node, fresh }) => {
  const shape = node.input(0).shape;
  const type = node.input(0).elementType;
  const count = node.outputCount;
  if (shape === undefined) return Array.from({ length: count }, () => ({ elementType: type }));
  const axis = node.axis(node.int('axis', 0));
  const given: readonly Dimension[] | undefined =
    node.ints('split') ??
    (node.hasInput(1) ? (node.input(1).content ?? Array.from({ length: count }, fresh)) : undefined);
  const chunk = floorDivide(add(shape[axis], count - 1), count);
  const sizes = Array.from({ length: count }, (_, i): Dimension => {
    if (given !== undefined) return given[i];
    return i < count - 1 ? chunk : subtract(shape[axis], multiply(chunk, count - 1));
  });
  return sizes.flatMap((size, i) => {
    const start = sizes.slice(0, i).reduce<Dimension>((sum, n) => add(sum, n), 0);
    const part = shape.map((d, a) => (a === axis ? size : d));
    return picked(node, part, (index) => index.map((at, a) => (a === axis ? at + Number(start) : at)));
  });
};

/** Start, length and step of a Slice along each axis it names. */
export interface SliceSpan {
  readonly axis: number;
  readonly start: Dimension;
  readonly length: Dimension;
  readonly step: number;
}

/** The spans of a Slice node, or undefined where they depend on computed values. */
export function readSlice(node: ForwardNode): SliceSpan[] | undefined {
  const shape = node.input(0).shape;
  const [starts, ends] = [node.input(1).content, node.input(2).content];
  if (shape === undefined || starts === undefined || ends === undefined) return undefined;
  const axes = node.hasInput(3) ? node.integers(3) : starts.map((_, i) => i);
  const steps = node.hasInput(4) ? node.integers(4) : starts.map(() => 1);
  if (axes === undefined || steps === undefined) return undefined;
  return starts.map((start, i) => {
    const axis = node.axis(axes[i]);
    const [size, step] = [shape[axis], steps[i]];
    const fromFront = (d: Dimension): Dimension => (typeof d === 'number' && d < 0 ? add(d, size) : d);
    const clamp = (d: Dimension, low: number, high: Dimension): Dimension => maximum(low, minimum(fromFront(d), high));
    if (step > 0) {
      const from = clamp(start, 0, size);
      const to = clamp(ends[i], 0, size);
      return { axis, start: from, length: maximum(0, floorDivide(add(subtract(to, from), step - 1), step)), step };
    }
    const last = subtract(size, 1);
    const from = clamp(start, 0, last);
    const to = typeof ends[i] === 'number' && ends[i] < -(2 ** 31) + 2 ? -1 : clamp(ends[i], -1, last);
    return { axis, start: from, length: maximum(0, floorDivide(add(subtract(from, to), -step - 1), -step)), step };
  });
}

const slice: ShapeRule = ({ node, fresh }) => {
  const shape = node.input(0).shape;
  const spans = readSlice(node);
  if (shape === undefined) return picked(node, undefined, (index) => index);
  if (spans === undefined) {
    const axes = node.hasInput(3) ? node.integers(3)?.map((a) => node.axis(a)) : undefined;
    const unknown = shape.map((d, axis) => (axes === undefined || axes.includes(axis) ? fresh() : d));
    return [{ elementType: node.input(0).elementType, shape: unknown }];
  }
  const sliced = [...shape];
  for (const { axis, length } of spans) sliced[axis] = length;
  return picked(node, sliced, (index) => {
    const source = [...index];
    for (const { axis, start, step } of spans) source[axis] = Number(start) + index[axis] * step;
    return source;
  });
};

const pad: ShapeRule = ({ node, fresh }) => {
  const { elementType: type, shape } = node.input(0);
  const amounts = node.ints('pads') ?? node.input(1).content;
  if (shape === undefined) return [{ elementType: type }];
  const axes = node.hasInput(3) ? node.integers(3)?.map((a) => node.axis(a)) : shape.map((_, axis) => axis);
  if (amounts === undefined || axes === undefined) return [{ elementType: type, shape: shape.map(fresh) }];
  const padded = [...shape];
  axes.forEach((axis, i) => {
    padded[axis] = add(shape[axis], add(amounts[i], amounts[i + axes.length]));
  });
  return [{ elementType: type, shape: padded }];
};

const gather: ShapeRule = ({ node }) => {
  const { elementType: type, shape } = node.input(0);
  const indexShape = node.input(1).shape;
  if (shape === undefined || indexShape === undefined) return [{ elementType: type }];
  const axis = node.axis(node.int('axis', 0));
  const gathered = [...shape.slice(0, axis), ...indexShape, ...shape.slice(axis + 1)];
  const chosen = node.integers(1);
  if (chosen === undefined) return [{ elementType: type, shape: gathered }];
  const dims = staticShape(indexShape) ?? [];
  return picked(node, gathered, (index) => {
    const at = chosen[flatIndex(index.slice(axis, axis + dims.length), dims)];
    return [...index.slice(0, axis), at < 0 ? at + Number(shape[axis]) : at, ...index.slice(axis + dims.length)];
  });
};

function blocks(
  context: RuleContext,
  rearrange: (n: Dimension, c: Dimension, h: Dimension, w: Dimension) => Dimension[],
) {
  const { elementType: type, shape } = context.node.input(0);
  return [
    { elementType: type, shape: shape === undefined ? undefined : rearrange(shape[0], shape[1], shape[2], shape[3]) },
  ];
}

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

/** Operators that move elements without computing with them, and Resize. */
export const layoutShapes: Record<string, ShapeRule> = {
  Reshape: reshape,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Flatten: flatten,
  Transpose: transpose,
  Expand: expand,
  Tile: tile,
  Concat: concat,
  Split: split,
  Slice: slice,
  Pad: pad,
  Gather: gather,
  Resize: resize,
  DepthToSpace: (context) => {
    const b = context.node.int('blocksize', 1);
    return blocks(context, (n, c, h, w) => [n, floorDivide(c, b * b), multiply(h, b), multiply(w, b)]);
  },
  SpaceToDepth: (context) => {
    const b = context.node.int('blocksize', 1);
    return blocks(context, (n, c, h, w) => [n, multiply(c, b * b), floorDivide(h, b), floorDivide(w, b)]);
  },
  // Only the type matters: a gradient that needs more of these says so.
  ScatterND: ({ node }) => [{ elementType: node.input(0).elementType, shape: node.input(0).shape }],
  OneHot: ({ node }) => [{ elementType: node.input(2).elementType }],
  Range: ({ node, fresh }) => [{ elementType: node.input(0).elementType, shape: [fresh()] }],
  NonZero: ({ node, fresh }) => [
    { elementType: elementType.int64, shape: [node.input(0).shape?.length ?? fresh(), fresh()] },
  ],
};
