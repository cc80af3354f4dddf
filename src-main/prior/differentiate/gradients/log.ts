import { unaryGradient } from './operator-gradient.ts';

/** y = ln x: v / x. */
export const logGradient = unaryGradient('Log', ({ graph }, v, x) => graph.op('Div', [v, x]));
