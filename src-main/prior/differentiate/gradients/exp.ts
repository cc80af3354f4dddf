import { unaryGradient } from './operator-gradient.ts';

/** y = eˣ: v y. */
export const expGradient = unaryGradient('Exp', ({ graph }, v, _x, y) => graph.op('Mul', [v, y]));
