import { unaryGradient } from './operator-gradient.ts';

/** y = tanh x: v (1 − y²). */
export const tanhGradient = unaryGradient('Tanh', ({ node, graph }, v, _x, y) =>
  graph.op('Mul', [v, graph.op('Sub', [graph.scalar(1, node.output(0)), graph.op('Mul', [y, y])])]),
);
