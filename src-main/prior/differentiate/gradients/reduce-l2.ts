import { keepWherePositive } from './masking.ts';
import type { OperatorGradient } from './operator-gradient.ts';
import { withReducedAxes } from './reducing.ts';

/** y = √Σ x²: x v / y, and 0 where y = 0. */
export const reduceL2Gradient: OperatorGradient = {
  operator: 'ReduceL2',
  differentiate({ node, graph, v }) {
    const y = node.output(0);
    const zero = graph.scalar(0, y);
    const nonzero = graph.op('Where', [graph.op('Greater', [y.name, zero]), y.name, graph.scalar(1, y)]);
    const quotient = keepWherePositive(graph, y, graph.op('Div', [v, nonzero]));
    return [graph.op('Mul', [node.input(0).name, withReducedAxes(graph, node, quotient)])];
  },
};
