import type { OperatorGradient } from './operator-gradient.ts';

/** y = x where x ≥ 0, s x elsewhere: v or v s. The slope s is a parameter, of a shape that broadcasts to x's. */
export const preluGradient: OperatorGradient = {
  operator: 'PRelu',
  differentiate({ node, graph, v, wants }) {
    if (wants(1)) throw node.unsupported('its slope depends on the network input');
    const [x, slope] = [node.input(0), node.input(1)];
    const negative = graph.op('Less', [x.name, graph.scalar(0, x)]);
    return [graph.op('Where', [negative, graph.op('Mul', [v, slope.name]), v])];
  },
};
