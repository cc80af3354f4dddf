import type { OperatorGradient } from './operator-gradient.ts';
import { zerosLike } from './scattering.ts';

/** y = x with elements replaced, or added to: v, without the replaced ones for x; its elements for what they are replaced by. */
export const scatterElementsGradient: OperatorGradient = {
  operator: 'ScatterElements',
  differentiate({ node, graph, v, wants }) {
    const reduction = node.string('reduction', 'none');
    if (reduction !== 'none' && reduction !== 'add') throw node.unsupported(`its reduction is ${reduction}`);
    const axis = node.axis(node.int('axis', 0));
    const [indices, updates] = [node.input(1).name, node.input(2)];
    const forX = (): string =>
      reduction === 'add' ? v : graph.op('ScatterElements', [v, indices, zerosLike(graph, updates)], { axis });
    return [
      wants(0) ? forX() : undefined,
      undefined,
      wants(2) ? graph.op('GatherElements', [v, indices], { axis }) : undefined,
    ];
  },
};
