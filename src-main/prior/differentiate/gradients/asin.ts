import { unaryGradient } from './operator-gradient.ts';

/** y = arcsin x: v / √(1 − x²). */
export const asinGradient = unaryGradient('Asin', ({ node, graph }, v, x) => {
  const rest = graph.op('Sub', [graph.scalar(1, node.input(0)), graph.op('Mul', [x, x])]);
  return graph.op('Div', [v, graph.op('Sqrt', [rest])]);
});
