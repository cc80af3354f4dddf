import type { BackwardGraph } from '../backward-graph.ts';
import type { ForwardNode, Value } from '../forward-node.ts';
import { elementType, numericTensor } from '../tensor-proto.ts';

/** Sums into repeated places came with operator set 16. */
const addingOpset = 16;

/** Zeros of the shape and type of `x`. */
export function zerosLike(graph: BackwardGraph, x: Value): string {
  const value = numericTensor('', x.elementType ?? elementType.float, [1], [0]);
  return graph.op('ConstantOfShape', [graph.shape(x)], { value: { tensor: value } });
}

/** Zeros like `x` with `v` added at `indices` along `axis`. @throws unsupported-operator before operator set 16 */
export function scatterElements(
  graph: BackwardGraph,
  node: ForwardNode,
  x: Value,
  indices: string,
  v: string,
  axis: number,
): string {
  assertCanAdd(graph, node);
  return graph.op('ScatterElements', [zerosLike(graph, x), indices, v], { axis, reduction: 'add' });
}

/** Zeros like `x` with slices of `v` added at the places that the rows of `indices` name. */
export function scatterSlices(graph: BackwardGraph, node: ForwardNode, x: Value, indices: string, v: string): string {
  assertCanAdd(graph, node);
  return graph.op('ScatterND', [zerosLike(graph, x), indices, v], { reduction: 'add' });
}

function assertCanAdd(graph: BackwardGraph, node: ForwardNode): void {
  if (graph.opset >= addingOpset) return;
  throw node.unsupported(`its gradient needs operator set ${addingOpset} or later; export the network again with one`);
}
