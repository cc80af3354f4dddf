import type { OperatorGradient } from './operator-gradient.ts';

/** y = x − ln Σ eˣ along an axis: v − e^y Σ v. */
export const logSoftmaxGradient: OperatorGradient = {
  operator: 'LogSoftmax',
  differentiate({ node, graph, v }) {
    const total = graph.op('ReduceSum', [v, graph.int64(node.int('axis', -1))], { keepdims: 1 });
    return [graph.op('Sub', [v, graph.op('Mul', [graph.op('Exp', [node.output(0).name]), total])])];
  },
};
