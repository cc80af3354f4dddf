import { keepWhere } from './masking.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = min(max(x, low), high): v where x lies between the bounds, which must not depend on the network's input. */
export const clipGradient: OperatorGradient = {
  operator: 'Clip',
  differentiate({ node, graph, v, wants }) {
    if (wants(1) || wants(2)) throw node.unsupported('its bounds depend on the network input');
    const x = node.input(0);
    const inside = [
      ...(node.hasInput(1) ? [graph.op('GreaterOrEqual', [x.name, node.input(1).name])] : []),
      ...(node.hasInput(2) ? [graph.op('LessOrEqual', [x.name, node.input(2).name])] : []),
    ];
    if (inside.length === 0) return [v];
    return [
      keepWhere(
        graph,
        inside.reduce((a, b) => graph.op('And', [a, b])),
        v,
        x,
      ),
    ];
  },
};
