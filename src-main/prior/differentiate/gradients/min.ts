import { extremumGradient } from './extremum.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = min(a, b, …): v goes to the first operand that attains y. */
export const minGradient: OperatorGradient = { operator: 'Min', differentiate: extremumGradient };
