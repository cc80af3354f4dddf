import { unaryGradient } from './operator-gradient.ts';

/** y = arsinh x: v / √(x² + 1). */
export const asinhGradient = unaryGradient('Asinh', ({ node, graph }, v, x) => {
  const sum = graph.op('Add', [graph.op('Mul', [x, x]), graph.scalar(1, node.input(0))]);
  return graph.op('Div', [v, graph.op('Sqrt', [sum])]);
});
