import { keepWhere } from './masking.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = x/‖x‖ₚ along an axis, p 1 or 2: (v − ŷ Σ v y)/‖x‖, ŷ = y for p = 2 and the sign of x for p = 1; 0 where x = 0. */
export const lpNormalizationGradient: OperatorGradient = {
  operator: 'LpNormalization',
  differentiate({ node, graph, v }) {
    const [x, y] = [node.input(0), node.output(0)];
    const axis = graph.int64(node.axis(node.int('axis', -1)));
    const p = node.int('p', 2);
    const sizes = p === 1 ? graph.op('Abs', [x.name]) : graph.op('Mul', [x.name, x.name]);
    const sum = graph.op('ReduceSum', [sizes, axis], { keepdims: 1 });
    const norm = p === 1 ? sum : graph.op('Sqrt', [sum]);
    const direction = p === 1 ? graph.op('Sign', [x.name]) : y.name;
    const along = graph.op('ReduceSum', [graph.op('Mul', [v, y.name]), axis], { keepdims: 1 });
    const projected = graph.op('Sub', [v, graph.op('Mul', [direction, along])]);
    const positive = graph.op('Greater', [norm, graph.scalar(0, x)]);
    const divisor = graph.op('Where', [positive, norm, graph.scalar(1, x)]);
    return [keepWhere(graph, positive, graph.op('Div', [projected, divisor]), x)];
  },
};
