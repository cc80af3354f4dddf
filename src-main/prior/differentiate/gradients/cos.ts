import { unaryGradient } from './operator-gradient.ts';

/** y = cos x: −v sin x. */
export const cosGradient = unaryGradient('Cos', ({ graph }, v, x) =>
  graph.op('Neg', [graph.op('Mul', [v, graph.op('Sin', [x])])]),
);
