import type { BackwardGraph } from '../backward-graph.ts';
import type { Value } from '../forward-node.ts';
import { elementType, numericTensor } from '../tensor-proto.ts';

/**
 * The identity matrix of the size of one axis of `x`, [size, size].
 */
export function identityMatrix(graph: BackwardGraph, x: Value, axis: number): string {
  const size = graph.size(x, axis);
  const type = x.elementType ?? elementType.float;
  const square = graph.op('ConstantOfShape', [graph.op('Concat', [size, size], { axis: 0 })], {
    value: { tensor: numericTensor('', type, [1], [0]) },
  });
  return graph.op('EyeLike', [square], { dtype: type });
}

/**
 * The adjoint of a linear map along one axis, applied to v.
 *
 * @param responses  [size of x, size of y] along the axis: row i is what the map makes of the i-th unit vector, found by
 *                   running the map itself over the identity, so that its every mode and rounding is the forward one's.
 */
export function applyAdjoint(graph: BackwardGraph, v: string, responses: string, axis: number, rank: number): string {
  if (axis === rank - 2) return graph.op('MatMul', [responses, v]);
  const columns = graph.op('Transpose', [responses], { perm: [1, 0] });
  if (axis === rank - 1) return graph.op('MatMul', [v, columns]);
  const perm = Array.from({ length: rank }, (_, a) => a);
  [perm[axis], perm[rank - 1]] = [rank - 1, axis];
  const last = graph.op('Transpose', [v], { perm });
  return graph.op('Transpose', [graph.op('MatMul', [last, columns])], { perm });
}
