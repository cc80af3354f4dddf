import { sumToOperand } from './broadcasting.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = a − b·trunc(a/b), the remainder with the sign of a (fmod): v for a, −v trunc(a/b) for b. */
export const modGradient: OperatorGradient = {
  operator: 'Mod',
  differentiate({ node, graph, v, wants }) {
    const [a, b, y] = [node.input(0), node.input(1), node.output(0)];
    const forB = (): string => {
      const times = graph.op('Div', [graph.op('Sub', [y.name, a.name]), b.name]);
      return sumToOperand(graph, graph.op('Mul', [v, times]), y, b);
    };
    return [wants(0) ? sumToOperand(graph, v, y, a) : undefined, wants(1) ? forB() : undefined];
  },
};
