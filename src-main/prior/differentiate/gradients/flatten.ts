import type { OperatorGradient } from './operator-gradient.ts';
import { reshapeLike } from './reshaping.ts';

/** The same elements in another shape: v in the shape of x. */
export const flattenGradient: OperatorGradient = {
  operator: 'Flatten',
  differentiate: ({ node, graph, v }) => [reshapeLike(graph, v, node.output(0), node.input(0))],
};
