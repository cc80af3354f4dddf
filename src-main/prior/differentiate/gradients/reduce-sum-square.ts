import type { OperatorGradient } from './operator-gradient.ts';
import { withReducedAxes } from './reducing.ts';

/** y = Σ x²: 2 v x. */
export const reduceSumSquareGradient: OperatorGradient = {
  operator: 'ReduceSumSquare',
  differentiate({ node, graph, v }) {
    const x = node.input(0);
    return [graph.op('Mul', [x.name, graph.op('Mul', [withReducedAxes(graph, node, v), graph.scalar(2, x)])])];
  },
};
