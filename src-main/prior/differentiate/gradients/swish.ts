import { unaryGradient } from './operator-gradient.ts';

/** y = x s, s = 1/(1 + e^(−αx)): v (s + αx s(1 − s)). */
export const swishGradient = unaryGradient('Swish', ({ node, graph }, v, x) => {
  const like = node.input(0);
  const scaled = graph.op('Mul', [x, graph.scalar(node.float('alpha', 1), like)]);
  const s = graph.op('Sigmoid', [scaled]);
  const bend = graph.op('Add', [
    graph.op('Mul', [scaled, graph.op('Sub', [graph.scalar(1, like), s])]),
    graph.scalar(1, like),
  ]);
  return graph.op('Mul', [v, graph.op('Mul', [s, bend])]);
});
