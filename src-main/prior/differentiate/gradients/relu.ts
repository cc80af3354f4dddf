import { keepWherePositive } from './masking.ts';
import { unaryGradient } from './operator-gradient.ts';

/** y = max(x, 0): v where y > 0. The output is used, not x, so that a convolution before it can still absorb it. */
export const reluGradient = unaryGradient('Relu', ({ node, graph }, v) => keepWherePositive(graph, node.output(0), v));
