import { add, floorDivide, maximum, minimum, multiply, subtract, type Dimension } from '../dimension.ts';
import type { ForwardNode } from '../forward-node.ts';
import { elementType } from '../tensor-proto.ts';
import { flatIndex, picked, staticShape } from './known-elements.ts';
import type { ShapeRule } from './shape-rule.ts';

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

const gatherNd: ShapeRule = ({ node }) => {
  const { elementType: type, shape } = node.input(0);
  const indices = node.input(1).shape;
  const depth = indices?.[indices.length - 1];
  if (shape === undefined || indices === undefined || typeof depth !== 'number') return [{ elementType: type }];
  const batch = node.int('batch_dims', 0);
  return [{ elementType: type, shape: [...indices.slice(0, -1), ...shape.slice(batch + depth)] }];
};

const topK: ShapeRule = ({ node, fresh }) => {
  const { elementType: type, shape } = node.input(0);
  const axis = shape === undefined ? 0 : node.axis(node.int('axis', -1));
  const count = node.input(1).content?.[0];
  const taken = shape?.map((d, a) => (a === axis ? (count ?? fresh()) : d));
  return [
    { elementType: type, shape: taken },
    { elementType: elementType.int64, shape: taken },
  ];
};

const gridSample: ShapeRule = ({ node }) => {
  const { elementType: type, shape } = node.input(0);
  const places = node.input(1).shape;
  if (shape === undefined || places === undefined) return [{ elementType: type }];
  return [{ elementType: type, shape: [...shape.slice(0, 2), ...places.slice(1, -1)] }];
};

const likeFirst: ShapeRule = ({ node }) => [{ elementType: node.input(0).elementType, shape: node.input(0).shape }];

/** Operators that join, cut and pick. */
export const selectionShapes: Record<string, ShapeRule> = {
  Concat: concat,
  Split: split,
  Slice: slice,
  Pad: pad,
  Gather: gather,
  GatherElements: ({ node }) => [{ elementType: node.input(0).elementType, shape: node.input(1).shape }],
  GatherND: gatherNd,
  GridSample: gridSample,
  ScatterElements: likeFirst,
  ScatterND: likeFirst,
  TopK: topK,
  // Only the type matters: a gradient that needs more of these says so.
  OneHot: ({ node }) => [{ elementType: node.input(2).elementType }],
  Range: ({ node, fresh }) => [{ elementType: node.input(0).elementType, shape: [fresh()] }],
  NonZero: ({ node, fresh }) => [
    { elementType: elementType.int64, shape: [node.input(0).shape?.length ?? fresh(), fresh()] },
  ],
};
