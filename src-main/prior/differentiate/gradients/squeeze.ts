import { readAxes } from '../inference/known-elements.ts';
import type { OperatorGradient } from './operator-gradient.ts';
import { reshapeLike } from './reshaping.ts';

/** Drops axes of size 1: v with them back. */
export const squeezeGradient: OperatorGradient = {
  operator: 'Squeeze',
  differentiate({ node, graph, v }) {
    const axes = readAxes(node, 1);
    if (axes === undefined) return [reshapeLike(graph, v, node.output(0), node.input(0))];
    return [graph.op('Unsqueeze', [v, graph.int64(...axes)])];
  },
};
