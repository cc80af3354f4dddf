import { scatterSlices } from './scattering.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = slices of x at places named by the rows of an index tensor: v added up at those places. */
export const gatherNdGradient: OperatorGradient = {
  operator: 'GatherND',
  differentiate({ node, graph, v }) {
    if (node.int('batch_dims', 0) !== 0) throw node.unsupported('it has batch_dims');
    return [scatterSlices(graph, node, node.input(0), node.input(1).name, v)];
  },
};
