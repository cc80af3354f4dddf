import type { OperatorGradient } from './operator-gradient.ts';

/** y = the upper or lower triangle of x: that of v. */
export const triluGradient: OperatorGradient = {
  operator: 'Trilu',
  differentiate({ node, graph, v }) {
    const offset = node.hasInput(1) ? [node.input(1).name] : [];
    return [graph.op('Trilu', [v, ...offset], { upper: node.int('upper', 1) })];
  },
};
