import { sumToOperand } from './broadcasting.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = a b: v b and v a, summed over broadcast axes. */
export const mulGradient: OperatorGradient = {
  operator: 'Mul',
  differentiate({ node, graph, v, wants }) {
    const [a, b, y] = [node.input(0), node.input(1), node.output(0)];
    if (a.name === b.name) {
      return [graph.op('Mul', [v, graph.op('Mul', [a.name, graph.scalar(2, a)])])];
    }
    return [
      wants(0) ? sumToOperand(graph, graph.op('Mul', [v, b.name]), y, a) : undefined,
      wants(1) ? sumToOperand(graph, graph.op('Mul', [v, a.name]), y, b) : undefined,
    ];
  },
};
