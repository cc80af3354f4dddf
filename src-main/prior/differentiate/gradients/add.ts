import { sumToOperand } from './broadcasting.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = a + b: v for both, summed over broadcast axes. */
export const addGradient: OperatorGradient = {
  operator: 'Add',
  differentiate: ({ node, graph, v, wants }) =>
    [0, 1].map((i) => (wants(i) ? sumToOperand(graph, v, node.output(0), node.input(i)) : undefined)),
};
