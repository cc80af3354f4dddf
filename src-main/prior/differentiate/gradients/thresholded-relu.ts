import { keepWhere } from './masking.ts';
import { unaryGradient } from './operator-gradient.ts';

/** y = x where x > α, 0 elsewhere: v there. */
export const thresholdedReluGradient = unaryGradient('ThresholdedRelu', ({ node, graph }, v, x) => {
  const like = node.input(0);
  return keepWhere(graph, graph.op('Greater', [x, graph.scalar(node.float('alpha', 1), like)]), v, like);
});
