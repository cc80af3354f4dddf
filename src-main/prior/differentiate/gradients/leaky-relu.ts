import { unaryGradient } from './operator-gradient.ts';

/** y = x where x ≥ 0, αx elsewhere: v or αv. */
export const leakyReluGradient = unaryGradient('LeakyRelu', ({ node, graph }, v, x) => {
  const negative = graph.op('Less', [x, graph.scalar(0, node.input(0))]);
  return graph.op('Where', [negative, graph.op('Mul', [v, graph.scalar(node.float('alpha', 0.01), node.input(0))]), v]);
});
