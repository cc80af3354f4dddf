import { extremumGradient } from './extremum.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = max(a, b, …): v goes to the first operand that attains y. */
export const maxGradient: OperatorGradient = { operator: 'Max', differentiate: extremumGradient };
