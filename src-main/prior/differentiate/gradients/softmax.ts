import type { OperatorGradient } from './operator-gradient.ts';

/** y = eˣ / Σ eˣ along an axis: y (v − Σ v y). */
export const softmaxGradient: OperatorGradient = {
  operator: 'Softmax',
  differentiate({ node, graph, v }) {
    const y = node.output(0).name;
    const axis = graph.int64(node.int('axis', -1));
    const projection = graph.op('ReduceSum', [graph.op('Mul', [v, y]), axis], { keepdims: 1 });
    return [graph.op('Mul', [y, graph.op('Sub', [v, projection])])];
  },
};
