import type { OperatorGradient } from './operator-gradient.ts';
import { shareAmongEqual } from './reducing.ts';

/** y = maximum of x over the spatial axes: v, shared equally among the elements that attain y. */
export const globalMaxPoolGradient: OperatorGradient = {
  operator: 'GlobalMaxPool',
  differentiate({ node, graph, v }) {
    const spatial = node
      .inputShape(0)
      .map((_, axis) => axis)
      .slice(2);
    return [shareAmongEqual(graph, v, node.input(0), node.output(0).name, spatial)];
  },
};
