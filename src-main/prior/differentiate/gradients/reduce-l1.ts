import type { OperatorGradient } from './operator-gradient.ts';
import { withReducedAxes } from './reducing.ts';

/** y = Σ |x|: v sign x. */
export const reduceL1Gradient: OperatorGradient = {
  operator: 'ReduceL1',
  differentiate: ({ node, graph, v }) => [
    graph.op('Mul', [graph.op('Sign', [node.input(0).name]), withReducedAxes(graph, node, v)]),
  ],
};
