import { unaryGradient } from './operator-gradient.ts';

/** y = sin x: v cos x. */
export const sinGradient = unaryGradient('Sin', ({ graph }, v, x) => graph.op('Mul', [v, graph.op('Cos', [x])]));
