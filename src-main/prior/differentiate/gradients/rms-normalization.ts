import { mean } from './reducing.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = x̂ · scale, x̂ = x/√(mean x² + ε) over the last axes: (g − x̂ mean(g x̂))/√(mean x² + ε), g = v · scale. */
export const rmsNormalizationGradient: OperatorGradient = {
  operator: 'RMSNormalization',
  differentiate({ node, graph, v, wants }) {
    if (wants(1)) throw node.unsupported('its scale depends on the network input');
    const x = node.input(0);
    const rank = node.inputShape(0).length;
    const first = node.axis(node.int('axis', -1));
    const axes = Array.from({ length: rank - first }, (_, i) => first + i);
    const g = graph.op('Mul', [v, node.input(1).name]);
    const square = mean(graph, graph.op('Mul', [x.name, x.name]), axes);
    const offset = graph.scalar(node.float('epsilon', 1e-5), x);
    const scale = graph.op('Reciprocal', [graph.op('Sqrt', [graph.op('Add', [square, offset])])]);
    const normalized = graph.op('Mul', [x.name, scale]);
    const along = mean(graph, graph.op('Mul', [g, normalized]), axes);
    return [graph.op('Mul', [graph.op('Sub', [g, graph.op('Mul', [normalized, along])]), scale])];
  },
};
