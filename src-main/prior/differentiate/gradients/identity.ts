import { unaryGradient } from './operator-gradient.ts';

/** y = x: v. */
export const identityGradient = unaryGradient('Identity', (_context, v) => v);
