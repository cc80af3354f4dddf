import type { BackwardGraph } from '../backward-graph.ts';
import { product } from '../dimension.ts';
import type { ForwardNode, Value } from '../forward-node.ts';
import { reductionAxes } from '../inference/contraction-shapes.ts';
import { elementType } from '../tensor-proto.ts';

/** Mean over `axes`, which are kept with size 1. */
export function mean(graph: BackwardGraph, x: string, axes: readonly number[]): string {
  // The axes became an input with operator set 18.
  return graph.opset >= 18
    ? graph.op('ReduceMean', [x, graph.int64(...axes)], { keepdims: 1 })
    : graph.op('ReduceMean', [x], { axes, keepdims: 1 });
}

/** The axes a Reduce… node works over. @throws unsupported-operator where they are not known. */
export function knownReductionAxes(node: ForwardNode): number[] {
  const axes = reductionAxes(node);
  if (axes === undefined) throw node.unsupported('the axes it reduces are not known');
  return axes;
}

/** `reduced`, the output of a Reduce… node or its gradient, with the reduced axes present with size 1. */
export function withReducedAxes(graph: BackwardGraph, node: ForwardNode, reduced: string): string {
  const axes = knownReductionAxes(node);
  if (node.int('keepdims', 1) === 1 || axes.length === 0) return reduced;
  return graph.op('Unsqueeze', [reduced, graph.int64(...axes)]);
}

/** `gradient` divided by the number of elements of `x` along `axes`. */
export function divideByCount(graph: BackwardGraph, gradient: string, x: Value, axes: readonly number[]): string {
  const count = x.shape === undefined ? undefined : product(axes.map((axis) => x.shape?.[axis] ?? 1));
  if (typeof count === 'number') return graph.op('Mul', [gradient, graph.scalar(1 / count, x)]);
  const sizes = graph.op('Gather', [graph.shape(x), graph.int64(...axes)]);
  const atRunTime = graph.op('ReduceProd', [sizes], { keepdims: 0 });
  return graph.op('Div', [gradient, graph.op('Cast', [atRunTime], { to: x.elementType ?? elementType.float })]);
}

/** `gradient`, of size 1 along the reduced axes, repeated to the shape of `x`. */
export function expandTo(graph: BackwardGraph, gradient: string, x: Value): string {
  return graph.op('Expand', [gradient, graph.shape(x)]);
}

/** v shared equally among the elements of x that equal their maximum or minimum; both have the reduced axes. */
export function shareAmongEqual(
  graph: BackwardGraph,
  v: string,
  x: Value,
  extremum: string,
  axes: readonly number[],
): string {
  const mask = graph.op('Cast', [graph.op('Equal', [x.name, extremum])], { to: x.elementType ?? elementType.float });
  const count = graph.op('ReduceSum', [mask, graph.int64(...axes)], { keepdims: 1 });
  return graph.op('Mul', [mask, graph.op('Div', [v, count])]);
}
