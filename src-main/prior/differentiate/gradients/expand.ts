import { sumToOperand } from './broadcasting.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = x broadcast to a shape: v summed over the stretched axes. */
export const expandGradient: OperatorGradient = {
  operator: 'Expand',
  differentiate: ({ node, graph, v }) => [sumToOperand(graph, v, node.output(0), node.input(0))],
};
