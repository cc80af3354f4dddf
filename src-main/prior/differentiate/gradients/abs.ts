import { unaryGradient } from './operator-gradient.ts';

/** y = |x|: v where x > 0, −v where x < 0 (and at 0, where there is no derivative). */
export const absGradient = unaryGradient('Abs', ({ node, graph }, v, x) =>
  graph.op('Where', [graph.op('Greater', [x, graph.scalar(0, node.input(0))]), v, graph.op('Neg', [v])]),
);
