import { unaryGradient } from './operator-gradient.ts';

/** y = arctan x: v / (1 + x²). */
export const atanGradient = unaryGradient('Atan', ({ node, graph }, v, x) =>
  graph.op('Div', [v, graph.op('Add', [graph.op('Mul', [x, x]), graph.scalar(1, node.input(0))])]),
);
