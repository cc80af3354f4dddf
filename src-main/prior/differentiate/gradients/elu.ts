import { unaryGradient } from './operator-gradient.ts';

/** y = x where x > 0, α(eˣ − 1) elsewhere: v or v (y + α). */
export const eluGradient = unaryGradient('Elu', ({ node, graph }, v, x, y) => {
  const slope = graph.op('Add', [y, graph.scalar(node.float('alpha', 1), node.input(0))]);
  const positive = graph.op('Greater', [x, graph.scalar(0, node.input(0))]);
  return graph.op('Where', [positive, v, graph.op('Mul', [v, slope])]);
});
