import type { OperatorGradient } from './operator-gradient.ts';
import { withReducedAxes } from './reducing.ts';

/** y = ln Σ x: v e^(−y) for every element. */
export const reduceLogSumGradient: OperatorGradient = {
  operator: 'ReduceLogSum',
  differentiate({ node, graph, v }) {
    const [kept, y] = [v, node.output(0).name].map((name) => withReducedAxes(graph, node, name));
    const share = graph.op('Mul', [kept, graph.op('Exp', [graph.op('Neg', [y])])]);
    return [graph.op('Expand', [share, graph.shape(node.input(0))])];
  },
};
