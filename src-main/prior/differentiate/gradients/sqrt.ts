import { unaryGradient } from './operator-gradient.ts';

/** y = √x: v / 2y. */
export const sqrtGradient = unaryGradient('Sqrt', ({ node, graph }, v, _x, y) =>
  graph.op('Div', [graph.op('Mul', [v, graph.scalar(0.5, node.input(0))]), y]),
);
