import type { OperatorGradient } from './operator-gradient.ts';

/** y = running sums along an axis: those of v from the other end. */
export const cumSumGradient: OperatorGradient = {
  operator: 'CumSum',
  differentiate: ({ node, graph, v }) => [
    graph.op('CumSum', [v, node.input(1).name], {
      exclusive: node.int('exclusive', 0),
      reverse: 1 - node.int('reverse', 0),
    }),
  ],
};
