import { keepWhere } from './masking.ts';
import { unaryGradient } from './operator-gradient.ts';

/** y = min(1, max(0, αx + β)): αv where 0 < y < 1. */
export const hardSigmoidGradient = unaryGradient('HardSigmoid', ({ node, graph }, v, _x, y) => {
  const like = node.input(0);
  const sloped = graph.op('And', [
    graph.op('Greater', [y, graph.scalar(0, like)]),
    graph.op('Less', [y, graph.scalar(1, like)]),
  ]);
  return keepWhere(graph, sloped, graph.op('Mul', [v, graph.scalar(node.float('alpha', 0.2), like)]), like);
});
