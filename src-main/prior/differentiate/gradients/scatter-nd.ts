import type { OperatorGradient } from './operator-gradient.ts';
import { zerosLike } from './scattering.ts';

/** y = x with slices replaced, or added to: v, without the replaced slices for x; the slices of v for what they are replaced by. */
export const scatterNdGradient: OperatorGradient = {
  operator: 'ScatterND',
  differentiate({ node, graph, v, wants }) {
    const reduction = node.string('reduction', 'none');
    if (reduction !== 'none' && reduction !== 'add') throw node.unsupported(`its reduction is ${reduction}`);
    const [indices, updates] = [node.input(1).name, node.input(2)];
    const forX = (): string =>
      reduction === 'add' ? v : graph.op('ScatterND', [v, indices, zerosLike(graph, updates)]);
    return [wants(0) ? forX() : undefined, undefined, wants(2) ? graph.op('GatherND', [v, indices]) : undefined];
  },
};
