import { unaryGradient } from './operator-gradient.ts';

/** y = erf x: v · 2/√π · exp(−x²). */
export const erfGradient = unaryGradient('Erf', ({ node, graph }, v, x) => {
  const bell = graph.op('Exp', [graph.op('Neg', [graph.op('Mul', [x, x])])]);
  return graph.op('Mul', [v, graph.op('Mul', [bell, graph.scalar(2 / Math.sqrt(Math.PI), node.input(0))])]);
});
