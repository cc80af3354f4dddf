import { unaryGradient } from './operator-gradient.ts';

const defaultAlpha = 1.6732631921768188;
const defaultGamma = 1.0507010221481323;

/** y = γx where x > 0, γα(eˣ − 1) elsewhere: γv or v (y + γα). */
export const seluGradient = unaryGradient('Selu', ({ node, graph }, v, x, y) => {
  const like = node.input(0);
  const [alpha, gamma] = [node.float('alpha', defaultAlpha), node.float('gamma', defaultGamma)];
  const below = graph.op('Mul', [v, graph.op('Add', [y, graph.scalar(alpha * gamma, like)])]);
  const positive = graph.op('Greater', [x, graph.scalar(0, like)]);
  return graph.op('Where', [positive, graph.op('Mul', [v, graph.scalar(gamma, like)]), below]);
});
