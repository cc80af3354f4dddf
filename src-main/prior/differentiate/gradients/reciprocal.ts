import { unaryGradient } from './operator-gradient.ts';

/** y = 1/x: −v y². */
export const reciprocalGradient = unaryGradient('Reciprocal', ({ graph }, v, _x, y) =>
  graph.op('Neg', [graph.op('Mul', [v, graph.op('Mul', [y, y])])]),
);
