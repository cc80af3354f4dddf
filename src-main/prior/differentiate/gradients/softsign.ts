import { unaryGradient } from './operator-gradient.ts';

/** y = x / (1 + |x|): v / (1 + |x|)². */
export const softsignGradient = unaryGradient('Softsign', ({ node, graph }, v, x) => {
  const base = graph.op('Add', [graph.op('Abs', [x]), graph.scalar(1, node.input(0))]);
  return graph.op('Div', [v, graph.op('Mul', [base, base])]);
});
