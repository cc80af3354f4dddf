import { unaryGradient } from './operator-gradient.ts';

/** y = x · min(1, max(0, x/6 + ½)): v for x ≥ 3, 0 for x ≤ −3, v (x/3 + ½) between. */
export const hardSwishGradient = unaryGradient('HardSwish', ({ node, graph }, v, x) => {
  const like = node.input(0);
  const scalar = (value: number): string => graph.scalar(value, like);
  const middle = graph.op('Add', [graph.op('Mul', [x, scalar(1 / 3)]), scalar(0.5)]);
  const upper = graph.op('Where', [graph.op('Less', [x, scalar(3)]), middle, scalar(1)]);
  const slope = graph.op('Where', [graph.op('Greater', [x, scalar(-3)]), upper, scalar(0)]);
  return graph.op('Mul', [v, slope]);
});
