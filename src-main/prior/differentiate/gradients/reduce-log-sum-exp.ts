import type { OperatorGradient } from './operator-gradient.ts';
import { withReducedAxes } from './reducing.ts';

/** y = ln Σ eˣ: v e^(x − y). */
export const reduceLogSumExpGradient: OperatorGradient = {
  operator: 'ReduceLogSumExp',
  differentiate({ node, graph, v }) {
    const y = withReducedAxes(graph, node, node.output(0).name);
    const weight = graph.op('Exp', [graph.op('Sub', [node.input(0).name, y])]);
    return [graph.op('Mul', [weight, withReducedAxes(graph, node, v)])];
  },
};
