import { normalizationGradient } from './normalizing.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = x̂ · scale + bias, groups of channels normalized together. Scale is per group up to operator set 20, then per channel. */
export const groupNormalizationGradient: OperatorGradient = {
  operator: 'GroupNormalization',
  differentiate({ node, graph, v, wants }) {
    if (wants(1) || wants(2)) throw node.unsupported('its scale or bias depends on the network input');
    const x = node.input(0);
    const groups = node.int('num_groups', 1);
    const spatial = Array.from({ length: node.inputShape(0).length - 2 }, (_, i) => i + 1);
    const grouped = (name: string): string => graph.op('Reshape', [name, graph.int64(0, groups, -1)]);
    const scale = node.input(1).name;
    const g =
      graph.opset >= 21
        ? grouped(graph.op('Mul', [v, graph.op('Unsqueeze', [scale, graph.int64(...spatial)])]))
        : graph.op('Mul', [grouped(v), graph.op('Unsqueeze', [scale, graph.int64(1)])]);
    const gradient = normalizationGradient(graph, grouped(x.name), g, x.elementType, [2], node.float('epsilon', 1e-5));
    return [graph.op('Reshape', [gradient, graph.shape(x)])];
  },
};
