import { unaryGradient } from './operator-gradient.ts';

/** y = 1 / (1 + e⁻ˣ): v (y − y²). */
export const sigmoidGradient = unaryGradient('Sigmoid', ({ graph }, v, _x, y) =>
  graph.op('Mul', [v, graph.op('Sub', [y, graph.op('Mul', [y, y])])]),
);
