import { normalizationGradient } from './normalizing.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = (x − mean)/√variance over axes, by default all but the channels. */
export const meanVarianceNormalizationGradient: OperatorGradient = {
  operator: 'MeanVarianceNormalization',
  differentiate({ node, graph, v }) {
    const x = node.input(0);
    const axes = (node.ints('axes') ?? [0, 2, 3]).map((axis) => node.axis(axis));
    // The operator adds 1e-9 to the deviation, which a variance of pictures does not notice.
    return [normalizationGradient(graph, x.name, v, x.elementType, axes, 1e-18)];
  },
};
