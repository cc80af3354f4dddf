import { unaryGradient } from './operator-gradient.ts';

/** y = cosh x: v sinh x. */
export const coshGradient = unaryGradient('Cosh', ({ graph }, v, x) => graph.op('Mul', [v, graph.op('Sinh', [x])]));
