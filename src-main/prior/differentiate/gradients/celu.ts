import { unaryGradient } from './operator-gradient.ts';

/** y = x where x > 0, α(e^(x/α) − 1) elsewhere: v, or v e^(x/α). */
export const celuGradient = unaryGradient('Celu', ({ node, graph }, v, x) => {
  const like = node.input(0);
  const negative = graph.op('Min', [x, graph.scalar(0, like)]);
  const slope = graph.op('Exp', [graph.op('Mul', [negative, graph.scalar(1 / node.float('alpha', 1), like)])]);
  return graph.op('Mul', [v, slope]);
});
