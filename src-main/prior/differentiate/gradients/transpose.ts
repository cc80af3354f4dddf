import type { OperatorGradient } from './operator-gradient.ts';

/** y = x with its axes permuted: v with the inverse permutation. */
export const transposeGradient: OperatorGradient = {
  operator: 'Transpose',
  differentiate({ node, graph, v }) {
    const perm = node.ints('perm');
    if (perm === undefined) return [graph.op('Transpose', [v])];
    return [graph.op('Transpose', [v], { perm: perm.map((_, axis) => perm.indexOf(axis)) })];
  },
};
