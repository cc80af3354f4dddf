import type { OperatorGradient } from './operator-gradient.ts';
import { divideByCount, expandTo } from './reducing.ts';

/** y = mean of x over the spatial axes: v / count, repeated. */
export const globalAveragePoolGradient: OperatorGradient = {
  operator: 'GlobalAveragePool',
  differentiate({ node, graph, v }) {
    const x = node.input(0);
    const spatial = node
      .inputShape(0)
      .map((_, axis) => axis)
      .slice(2);
    return [expandTo(graph, divideByCount(graph, v, x, spatial), x)];
  },
};
