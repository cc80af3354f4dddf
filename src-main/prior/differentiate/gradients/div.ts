import { sumToOperand } from './broadcasting.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = a / b: v/b and −(v/b) y, summed over broadcast axes. */
export const divGradient: OperatorGradient = {
  operator: 'Div',
  differentiate({ node, graph, v, wants }) {
    const [a, b, y] = [node.input(0), node.input(1), node.output(0)];
    const quotient = graph.op('Div', [v, b.name]);
    const forB = (): string => graph.op('Neg', [sumToOperand(graph, graph.op('Mul', [quotient, y.name]), y, b)]);
    return [wants(0) ? sumToOperand(graph, quotient, y, a) : undefined, wants(1) ? forB() : undefined];
  },
};
