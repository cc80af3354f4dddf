import { scatterElements } from './scattering.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = elements of x picked along an axis, each by its own index: v added up where they were picked from. */
export const gatherElementsGradient: OperatorGradient = {
  operator: 'GatherElements',
  differentiate: ({ node, graph, v }) => [
    scatterElements(graph, node, node.input(0), node.input(1).name, v, node.axis(node.int('axis', 0))),
  ],
};
