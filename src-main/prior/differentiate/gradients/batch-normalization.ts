import type { OperatorGradient } from './operator-gradient.ts';

/** y = (x − mean) · scale / √(var + ε) + bias with stored statistics: v scale / √(var + ε). */
export const batchNormalizationGradient: OperatorGradient = {
  operator: 'BatchNormalization',
  differentiate({ node, graph, v, wants }) {
    if (node.int('training_mode', 0) === 1) throw node.unsupported('it is in training mode');
    if ([1, 2, 3, 4].some(wants)) throw node.unsupported('its parameters depend on the network input');
    const [scale, variance] = [node.input(1), node.input(4)];
    const deviation = graph.op('Sqrt', [
      graph.op('Add', [variance.name, graph.scalar(node.float('epsilon', 1e-5), variance)]),
    ]);
    const slope = graph.op('Div', [scale.name, deviation]);
    const spatial = Array.from({ length: node.inputShape(0).length - 2 }, (_, i) => i + 1);
    const perChannel = spatial.length === 0 ? slope : graph.op('Unsqueeze', [slope, graph.int64(...spatial)]);
    return [graph.op('Mul', [v, perChannel])];
  },
};
