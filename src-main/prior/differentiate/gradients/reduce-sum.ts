import type { OperatorGradient } from './operator-gradient.ts';
import { expandTo, withReducedAxes } from './reducing.ts';

/** y = Σ x: v, repeated. */
export const reduceSumGradient: OperatorGradient = {
  operator: 'ReduceSum',
  differentiate: ({ node, graph, v }) => [expandTo(graph, withReducedAxes(graph, node, v), node.input(0))],
};
