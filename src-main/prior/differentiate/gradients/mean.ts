import { sumToOperand } from './broadcasting.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = (Σ xᵢ)/k: v/k for every operand, summed over broadcast axes. */
export const meanGradient: OperatorGradient = {
  operator: 'Mean',
  differentiate({ node, graph, v, wants }) {
    const y = node.output(0);
    const share = graph.op('Mul', [v, graph.scalar(1 / node.inputCount, y)]);
    return node.proto.input.map((_, i) => (wants(i) ? sumToOperand(graph, share, y, node.input(i)) : undefined));
  },
};
