import { normalizationGradient } from './normalizing.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = x̂ · scale + bias, every channel normalized by itself; PyTorch exports GroupNorm as this with unit scale. */
export const instanceNormalizationGradient: OperatorGradient = {
  operator: 'InstanceNormalization',
  differentiate({ node, graph, v, wants }) {
    if (wants(1) || wants(2)) throw node.unsupported('its scale or bias depends on the network input');
    const [x, scale] = [node.input(0), node.input(1)];
    const spatial = Array.from({ length: node.inputShape(0).length - 2 }, (_, i) => i + 2);
    const perChannel = graph.op('Unsqueeze', [scale.name, graph.int64(...spatial.map((axis) => axis - 1))]);
    const isUnit = scale.content?.every((s) => s === 1) ?? false;
    const g = isUnit ? v : graph.op('Mul', [v, perChannel]);
    return [normalizationGradient(graph, x.name, g, x.elementType, spatial, node.float('epsilon', 1e-5))];
  },
};
