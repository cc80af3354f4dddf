import { unaryGradient } from './operator-gradient.ts';

/** y = arccos x: −v / √(1 − x²). */
export const acosGradient = unaryGradient('Acos', ({ node, graph }, v, x) => {
  const rest = graph.op('Sub', [graph.scalar(1, node.input(0)), graph.op('Mul', [x, x])]);
  return graph.op('Neg', [graph.op('Div', [v, graph.op('Sqrt', [rest])])]);
});
