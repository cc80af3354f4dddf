import { unaryGradient } from './operator-gradient.ts';

/** y = tan x: v + v y². */
export const tanGradient = unaryGradient('Tan', ({ graph }, v, _x, y) =>
  graph.op('Add', [v, graph.op('Mul', [v, graph.op('Mul', [y, y])])]),
);
