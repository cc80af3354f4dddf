import { unaryGradient } from './operator-gradient.ts';

/** y = x t, t = tanh(softplus x): v (t + x (1 − t²) sigmoid x). */
export const mishGradient = unaryGradient('Mish', ({ node, graph }, v, x) => {
  const t = graph.op('Tanh', [graph.op('Softplus', [x])]);
  const slope = graph.op('Sub', [graph.scalar(1, node.input(0)), graph.op('Mul', [t, t])]);
  const rest = graph.op('Mul', [graph.op('Mul', [x, slope]), graph.op('Sigmoid', [x])]);
  return graph.op('Mul', [v, graph.op('Add', [t, rest])]);
});
