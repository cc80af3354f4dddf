import { castGradient } from './cast.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** A change to the type of another value: v in the type of x. */
export const castLikeGradient: OperatorGradient = {
  operator: 'CastLike',
  differentiate: (context) => [...castGradient.differentiate(context), undefined],
};
