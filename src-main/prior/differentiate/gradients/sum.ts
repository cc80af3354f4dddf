import { sumToOperand } from './broadcasting.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = Σ xᵢ: v for every operand, summed over broadcast axes. */
export const sumGradient: OperatorGradient = {
  operator: 'Sum',
  differentiate: ({ node, graph, v, wants }) =>
    node.proto.input.map((_, i) => (wants(i) ? sumToOperand(graph, v, node.output(0), node.input(i)) : undefined)),
};
