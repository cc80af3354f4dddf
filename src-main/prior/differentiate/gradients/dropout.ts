import type { OperatorGradient } from './operator-gradient.ts';

/** In inference Dropout is y = x: v. */
export const dropoutGradient: OperatorGradient = {
  operator: 'Dropout',
  differentiate({ node, v }) {
    if (node.hasInput(2) && node.integers(2)?.[0] !== 0) throw node.unsupported('it is in training mode');
    return [v];
  },
};
