import { LangevinError } from '../../../errors.ts';
import type { ForwardNode, Value } from '../../differentiate/forward-node.ts';
import type { TensorProto } from '../../differentiate/onnx-schema.ts';
import { elementType, tensorBytes, tensorDims } from '../../differentiate/tensor-proto.ts';
import { intType, floatType, type GraphDef } from './graph-def.ts';

/**
 * Order of the axes of a value of rank 4: [n, c, h, w] as ONNX has it, or [n, h, w, c], the only one that every backend
 * of TensorFlow.js convolves. Values of other ranks have ONNX's order, `first`.
 */
export type Layout = 'first' | 'last';

const toLast = [0, 2, 3, 1];
const toFirst = [0, 3, 1, 2];

/** Axis of a [n, c, h, w] value in a layout. */
export function axisIn(layout: Layout, axis: number): number {
  return layout === 'last' ? toFirst[axis] : axis;
}

/** The numbers of an [n, c, h, w] value, each for its axis in `layout`. */
export function inLayout<T>(layout: Layout, values: readonly T[]): T[] {
  return layout === 'last' ? toLast.map((axis) => values[axis]) : [...values];
}

/**
 * Where the values of an ONNX graph are found in the TensorFlow graph. A value of rank 4 may be there in both layouts;
 * transpositions are inserted when a layout is asked for that is not there yet.
 */
export class Placement {
  readonly graph: GraphDef;
  readonly #values: ReadonlyMap<string, Value>;
  readonly #constants: ReadonlyMap<string, TensorProto>;
  readonly #places = new Map<string, Partial<Record<Layout, string>>>();

  constructor(graph: GraphDef, values: ReadonlyMap<string, Value>, constants: ReadonlyMap<string, TensorProto>) {
    this.graph = graph;
    this.#values = values;
    this.#constants = constants;
  }

  rank(name: string): number {
    const shape = this.#values.get(name)?.shape;
    if (shape === undefined) throw unsupportedValue(name, 'its rank is not known before the network runs');
    return shape.length;
  }

  place(name: string, layout: Layout, node: string): void {
    this.#places.set(name, { ...this.#places.get(name), [layout]: node });
  }

  /** The layout that a value is made in; constants are made in the one that is asked for. */
  native(name: string): Layout | undefined {
    if (this.#constants.has(name)) return undefined;
    return this.#places.get(name)?.last === undefined ? 'first' : 'last';
  }

  /** `last` when one of the values of rank 4 is made in it. */
  common(names: readonly string[]): Layout {
    return names.some((name) => this.native(name) === 'last') ? 'last' : 'first';
  }

  /** The node that gives a value in a layout. */
  find(name: string, layout: Layout): string {
    const there = this.#places.get(name)?.[layout];
    if (there !== undefined) return there;
    const node = this.#constants.has(name) ? this.#constant(name, layout) : this.#transposed(name, layout);
    this.place(name, layout, node);
    return node;
  }

  /** A constant as numbers in ONNX's order. */
  numbers(name: string): { data: Float32Array | Int32Array; dims: number[] } | undefined {
    const tensor = this.#constants.get(name);
    if (tensor === undefined) return undefined;
    const { bytes } = tensorBytes(tensor);
    // A copy at an aligned offset.
    const { buffer } = new Uint8Array(bytes);
    const dims = tensorDims(tensor);
    switch (tensor.dataType) {
      case elementType.float:
        return { data: new Float32Array(buffer), dims };
      case elementType.double:
        return { data: Float32Array.from(new Float64Array(buffer)), dims };
      case elementType.int32:
        return { data: new Int32Array(buffer), dims };
      case elementType.int64:
        return { data: Int32Array.from(new BigInt64Array(buffer), Number), dims };
      default:
        throw unsupportedValue(name, `constants of ONNX element type ${tensor.dataType ?? 0} have no counterpart`);
    }
  }

  #constant(name: string, layout: Layout): string {
    const value = this.numbers(name);
    if (value === undefined) throw new LangevinError('internal', `"${name}" is not a constant.`);
    const { data, dims } = value;
    if (layout === 'first' || dims.length === 0) return this.graph.constant(data, dims, name);
    // Numpy broadcasting counts axes from the last, so that a constant of lower rank stands for [1, …, c, h, w].
    const full = [...Array<number>(4 - dims.length).fill(1), ...dims];
    return this.graph.constant(permute(data, full, toLast), inLayout('last', full), name);
  }

  #transposed(name: string, layout: Layout): string {
    const other = this.#places.get(name)?.[layout === 'last' ? 'first' : 'last'];
    if (other === undefined) throw unsupportedValue(name, 'only sizes are computed from it');
    const rank = this.rank(name);
    if (rank === 0) return other;
    if (rank !== 4) throw unsupportedValue(name, `it has rank ${rank} where channels are moved last`);
    const permutation = this.graph.ints(layout === 'last' ? toLast : toFirst);
    return this.graph.node('Transpose', [other, permutation], { T: floatType, Tperm: intType }, `${name}/${layout}`);
  }
}

/** The array of the axes `order` of an array of shape `dims`. */
export function permute<T extends Float32Array | Int32Array>(
  data: T,
  dims: readonly number[],
  order: readonly number[],
): T {
  const strides = dims.map((_, axis) => dims.slice(axis + 1).reduce((a, b) => a * b, 1));
  const out = data.slice() as T;
  let position = 0;
  const walk = (depth: number, from: number): void => {
    if (depth === order.length) {
      out[position++] = data[from];
      return;
    }
    for (let i = 0; i < dims[order[depth]]; i++) walk(depth + 1, from + i * strides[order[depth]]);
  };
  walk(0, 0);
  return out;
}

/** Why a node has no counterpart in TensorFlow.js. */
export function unconvertible({ proto, operator }: ForwardNode, reason: string): LangevinError {
  return new LangevinError(
    'unsupported-operator',
    `The network cannot be converted to TensorFlow.js: node "${proto.name || proto.output[0]}" (${operator}): ${reason}.`,
  );
}

function unsupportedValue(name: string, reason: string): LangevinError {
  return new LangevinError(
    'unsupported-operator',
    `The network cannot be converted to TensorFlow.js: the value "${name}": ${reason}.`,
  );
}
