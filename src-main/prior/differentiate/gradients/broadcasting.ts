import type { BackwardGraph } from '../backward-graph.ts';
import { sameDimension } from '../dimension.ts';
import type { Value } from '../forward-node.ts';
import { elementType, numericTensor } from '../tensor-proto.ts';

/**
 * The adjoint of broadcasting `operand` to the shape of `result`: sums `gradient` (of the shape of `result`) over the
 * axes that were stretched. Axes proved equal cost nothing; where the shapes leave it open, run-time shapes decide.
 */
export function sumToOperand(graph: BackwardGraph, gradient: string, result: Value, operand: Value): string {
  if (result.shape === undefined || operand.shape === undefined) return sumAtRunTime(graph, gradient, result, operand);
  const added = result.shape.length - operand.shape.length;
  const axes: number[] = [];
  for (let axis = 0; axis < result.shape.length; axis++) {
    const to = result.shape[axis];
    const from = operand.shape[axis - added] ?? 1;
    if (axis < added || (from === 1 && to !== 1)) axes.push(axis);
    else if (typeof from !== 'number' && !sameDimension(from, to))
      return sumAtRunTime(graph, gradient, result, operand);
  }
  if (axes.length === 0) return gradient;
  const keep = axes.some((axis) => axis >= added);
  const summed = graph.op('ReduceSum', [gradient, graph.int64(...axes)], { keepdims: keep ? 1 : 0 });
  if (!keep || added === 0) return summed;
  return graph.op('Squeeze', [summed, graph.int64(...Array.from({ length: added }, (_, axis) => axis))]);
}

function sumAtRunTime(graph: BackwardGraph, gradient: string, result: Value, operand: Value): string {
  const [to, from] = [graph.shape(result), graph.shape(operand)];
  const missing = graph.op('Sub', [graph.op('Shape', [to]), graph.op('Shape', [from])]);
  const one = numericTensor('', elementType.int64, [1], [1]);
  const padded = graph.op('Concat', [graph.op('ConstantOfShape', [missing], { value: { tensor: one } }), from], {
    axis: 0,
  });
  const stretched = graph.op('NonZero', [graph.op('Not', [graph.op('Equal', [padded, to])])]);
  const axes = graph.op('Squeeze', [stretched, graph.int64(0)]);
  const summed = graph.op('ReduceSum', [gradient, axes], { keepdims: 1, noop_with_empty_axes: 1 });
  return graph.op('Reshape', [summed, from]);
}
