import type { OperatorGradient } from './operator-gradient.ts';
import { divideByCount, expandTo, knownReductionAxes, withReducedAxes } from './reducing.ts';

/** y = Σ x / count: v / count, repeated. */
export const reduceMeanGradient: OperatorGradient = {
  operator: 'ReduceMean',
  differentiate({ node, graph, v }) {
    const x = node.input(0);
    const share = divideByCount(graph, withReducedAxes(graph, node, v), x, knownReductionAxes(node));
    return [expandTo(graph, share, x)];
  },
};
