import { unaryGradient } from './operator-gradient.ts';

/** y = sinh x: v cosh x. */
export const sinhGradient = unaryGradient('Sinh', ({ graph }, v, x) => graph.op('Mul', [v, graph.op('Cosh', [x])]));
