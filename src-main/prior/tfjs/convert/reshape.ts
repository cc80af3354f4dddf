import { multiply, sameDimension, type Dimension } from '../../differentiate/dimension.ts';
import { floatType, intType, type GraphDef } from './graph-def.ts';

/** How one size of the result follows from the sizes of the input: input[axis] · times / over, or a number. */
type Size = { readonly axis: number; readonly times: number; readonly over: number } | number;

const largestRatio = 64;

/**
 * `input` with other sizes. Those that differ from run to run are computed in the graph from the sizes before.
 * @returns undefined where the sizes do not follow from one another.
 */
export function reshaped(
  graph: GraphDef,
  input: string,
  from: readonly Dimension[],
  to: readonly Dimension[],
  hint: string,
): string | undefined {
  const shape = shapeNode(graph, input, from, to);
  return shape && graph.node('Reshape', [input, shape], { T: floatType, Tshape: intType }, hint);
}

function shapeNode(
  graph: GraphDef,
  input: string,
  from: readonly Dimension[],
  to: readonly Dimension[],
): string | undefined {
  const free = to.filter((size) => typeof size !== 'number').length;
  const sizes = free <= 1 ? to.map((size) => (typeof size === 'number' ? size : -1)) : to.map((d) => sizeFrom(from, d));
  if (sizes.filter((size) => size === -1 || size === undefined).length > 1) return undefined;
  const known = sizes.map((size) => size ?? -1);
  if (known.every((size) => typeof size === 'number')) return graph.ints(known);
  // One formula for all sizes: shape[axis] · times / over + offset, with times = 0 for numbers.
  const pick = (get: (size: Exclude<Size, number>) => number, otherwise: (size: number) => number): string =>
    graph.ints(known.map((size) => (typeof size === 'number' ? otherwise(size) : get(size))));
  const T = { T: intType };
  const shape = graph.node('Shape', [input], { T: intType, out_type: intType }, `${input}/shape`);
  const axes = pick(
    (size) => size.axis,
    () => 0,
  );
  const picked = graph.node(
    'GatherV2',
    [shape, axes, graph.constant(Int32Array.of(0), [], 'axis')],
    { Tparams: intType, Tindices: intType, Taxis: intType },
    `${input}/sizes`,
  );
  const times = pick(
    (size) => size.times,
    () => 0,
  );
  const over = pick(
    (size) => size.over,
    () => 1,
  );
  const offset = pick(
    () => 0,
    (size) => size,
  );
  const scaled = graph.node('Mul', [picked, times], T, `${input}/sizes`);
  const divided = graph.node('FloorDiv', [scaled, over], T, `${input}/sizes`);
  return graph.node('AddV2', [divided, offset], T, `${input}/sizes`);
}

function sizeFrom(from: readonly Dimension[], to: Dimension): Size | undefined {
  if (typeof to === 'number') return to;
  for (const [axis, size] of from.entries()) {
    if (sameDimension(size, to)) return { axis, times: 1, over: 1 };
  }
  for (let ratio = 2; ratio <= largestRatio; ratio++) {
    for (const [axis, size] of from.entries()) {
      if (typeof size === 'number') continue;
      if (sameDimension(multiply(ratio, to), size)) return { axis, times: 1, over: ratio };
      if (sameDimension(multiply(ratio, size), to)) return { axis, times: ratio, over: 1 };
    }
  }
  return undefined;
}
