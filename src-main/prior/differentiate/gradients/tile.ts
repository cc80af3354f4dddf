import type { OperatorGradient } from './operator-gradient.ts';

/** y = x repeated along its axes: v with every axis split into (repeat, size), summed over the repeats. */
export const tileGradient: OperatorGradient = {
  operator: 'Tile',
  differentiate({ node, graph, v }) {
    const axes = node.inputShape(0).map((_, axis) => axis);
    const sizes = axes.flatMap((axis) => [
      graph.op('Gather', [node.input(1).name, graph.int64(axis)]),
      graph.size(node.input(0), axis),
    ]);
    const split = graph.op('Reshape', [v, graph.op('Concat', sizes, { axis: 0 })]);
    return [graph.op('ReduceSum', [split, graph.int64(...axes.map((axis) => 2 * axis))], { keepdims: 0 })];
  },
};
