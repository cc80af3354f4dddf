import { unaryGradient } from './operator-gradient.ts';

/** y = arcosh x: v / √(x² − 1). */
export const acoshGradient = unaryGradient('Acosh', ({ node, graph }, v, x) => {
  const rest = graph.op('Sub', [graph.op('Mul', [x, x]), graph.scalar(1, node.input(0))]);
  return graph.op('Div', [v, graph.op('Sqrt', [rest])]);
});
