import { sumToOperand } from './broadcasting.ts';
import { keepWhere } from './masking.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = a where the condition holds, b elsewhere: v is shared out likewise. */
export const whereGradient: OperatorGradient = {
  operator: 'Where',
  differentiate({ node, graph, v, wants }) {
    const [condition, y] = [node.input(0).name, node.output(0)];
    const forB = (): string => graph.op('Where', [condition, graph.scalar(0, y), v]);
    return [
      undefined,
      wants(1) ? sumToOperand(graph, keepWhere(graph, condition, v, y), y, node.input(1)) : undefined,
      wants(2) ? sumToOperand(graph, forB(), y, node.input(2)) : undefined,
    ];
  },
};
