import { normalizationGradient } from './normalizing.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = x̂ · scale + bias, normalized over the last axes. */
export const layerNormalizationGradient: OperatorGradient = {
  operator: 'LayerNormalization',
  differentiate({ node, graph, v, wants }) {
    if (wants(1) || wants(2)) throw node.unsupported('its scale or bias depends on the network input');
    const x = node.input(0);
    const rank = node.inputShape(0).length;
    const first = node.axis(node.int('axis', -1));
    const axes = Array.from({ length: rank - first }, (_, i) => first + i);
    const g = graph.op('Mul', [v, node.input(1).name]);
    return [normalizationGradient(graph, x.name, g, x.elementType, axes, node.float('epsilon', 1e-5))];
  },
};
