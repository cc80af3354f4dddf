import { sumToOperand } from './broadcasting.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = a − b: v and −v, summed over broadcast axes. */
export const subGradient: OperatorGradient = {
  operator: 'Sub',
  differentiate({ node, graph, v, wants }) {
    const y = node.output(0);
    return [
      wants(0) ? sumToOperand(graph, v, y, node.input(0)) : undefined,
      wants(1) ? graph.op('Neg', [sumToOperand(graph, v, y, node.input(1))]) : undefined,
    ];
  },
};
