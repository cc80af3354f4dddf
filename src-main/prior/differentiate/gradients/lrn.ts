import type { BackwardGraph } from '../backward-graph.ts';
import type { ForwardNode } from '../forward-node.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/**
 * y = x s^(−β), s = bias + α/size Σ x² over a window of channels: v s^(−β) − 2αβ/size · x Σ v x s^(−β−1), the sum over the
 * channels whose windows reach here.
 */
export const lrnGradient: OperatorGradient = {
  operator: 'LRN',
  differentiate({ node, graph, v }) {
    const x = node.input(0);
    const size = node.int('size', 1);
    const [alpha, beta, bias] = [node.float('alpha', 1e-4), node.float('beta', 0.75), node.float('bias', 1)];
    // The window of channel c: from c − ⌊(size − 1)/2⌋ to c + ⌈(size − 1)/2⌉.
    const before = Math.floor((size - 1) / 2);
    const squares = graph.op('Mul', [x.name, x.name]);
    const sums = windowSums(graph, node, squares, before, size);
    const s = graph.op('Add', [graph.op('Mul', [sums, graph.scalar(alpha / size, x)]), graph.scalar(bias, x)]);
    const power = graph.op('Pow', [s, graph.scalar(-beta, x)]);
    const inner = graph.op('Div', [graph.op('Mul', [graph.op('Mul', [v, x.name]), power]), s]);
    const back = windowSums(graph, node, inner, size - 1 - before, size);
    const shared = graph.op('Mul', [x.name, graph.op('Mul', [back, graph.scalar((-2 * alpha * beta) / size, x)])]);
    return [graph.op('Add', [graph.op('Mul', [v, power]), shared])];
  },
};

/** Sums over `size` channels, the first of them `before` before each. */
function windowSums(graph: BackwardGraph, node: ForwardNode, x: string, before: number, size: number): string {
  const rank = node.inputShape(0).length;
  const pads = new Array<number>(2 * rank).fill(0);
  [pads[1], pads[rank + 1]] = [before, size - 1 - before];
  const padded = graph.op('Pad', [x, graph.int64(...pads)], { mode: 'constant' });
  const shifted = Array.from({ length: size }, (_, k) => {
    const rest = size - 1 - k;
    const end = rest === 0 ? graph.int64(2 ** 31 - 1) : graph.int64(-rest);
    return graph.op('Slice', [padded, graph.int64(k), end, graph.int64(1)]);
  });
  return shifted.reduce((a, b) => graph.op('Add', [a, b]));
}
