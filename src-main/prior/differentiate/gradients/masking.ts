import type { BackwardGraph } from '../backward-graph.ts';
import type { Value } from '../forward-node.ts';
import { elementType } from '../tensor-proto.ts';

/** v where `condition` holds, 0 elsewhere. `like` gives the element type. */
export function keepWhere(graph: BackwardGraph, condition: string, v: string, like: Value): string {
  return graph.op('Where', [condition, v, graph.scalar(0, like)]);
}

/**
 * v where `value` > 0, 0 elsewhere, for a value that is never negative.
 *
 * In float32 the mask is HardSigmoid with a slope of 2^96, min(1, 2^96·value): exactly 0 or 1 unless 0 < value < 2^-96,
 * and without overflow below 2^32. Comparing and selecting takes three times as long on CPU (0.8 ms against 0.3 ms for
 * 48 × 128 × 128 values), and this form runs on every provider.
 */
export function keepWherePositive(graph: BackwardGraph, value: Value, v: string): string {
  if (value.elementType === elementType.float) {
    const mask = graph.op('HardSigmoid', [value.name], { alpha: { float: 2 ** 96 }, beta: { float: 0 } });
    return graph.op('Mul', [v, mask]);
  }
  return keepWhere(graph, graph.op('Greater', [value.name, graph.scalar(0, value)]), v, value);
}
