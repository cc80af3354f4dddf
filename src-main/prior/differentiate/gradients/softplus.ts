import { unaryGradient } from './operator-gradient.ts';

/** y = ln(1 + eˣ): v / (1 + e⁻ˣ). */
export const softplusGradient = unaryGradient('Softplus', ({ graph }, v, x) =>
  graph.op('Mul', [v, graph.op('Sigmoid', [x])]),
);
