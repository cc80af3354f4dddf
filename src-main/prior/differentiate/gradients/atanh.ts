import { unaryGradient } from './operator-gradient.ts';

/** y = artanh x: v / (1 − x²). */
export const atanhGradient = unaryGradient('Atanh', ({ node, graph }, v, x) =>
  graph.op('Div', [v, graph.op('Sub', [graph.scalar(1, node.input(0)), graph.op('Mul', [x, x])])]),
);
