import { scatterElements } from './scattering.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = the k largest or smallest along an axis: v put back where they were found. */
export const topKGradient: OperatorGradient = {
  operator: 'TopK',
  differentiate({ node, graph, v }) {
    const indices = graph.forwardOutput(node.proto, 1);
    return [scatterElements(graph, node, node.input(0), indices, v, node.axis(node.int('axis', -1)))];
  },
};
