import { unaryGradient } from './operator-gradient.ts';

/** y = −x: −v. */
export const negGradient = unaryGradient('Neg', ({ graph }, v) => graph.op('Neg', [v]));
