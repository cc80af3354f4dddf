import type { BackwardGraph } from '../backward-graph.ts';
import { sameDimension } from '../dimension.ts';
import type { Value } from '../forward-node.ts';

/** Gives `gradient`, of the shape of `from`, the shape of `to`; a constant target where the sizes known allow one. */
export function reshapeLike(graph: BackwardGraph, gradient: string, from: Value, to: Value): string {
  const source = from.shape;
  const target = to.shape?.map((d, axis) => {
    if (typeof d === 'number') return d;
    return source?.[axis] !== undefined && sameDimension(d, source[axis]) ? 0 : -1;
  });
  const isConstant = target !== undefined && target.filter((d) => d === -1).length <= 1 && !to.shape?.includes(0);
  return graph.op('Reshape', [gradient, isConstant ? graph.int64(...target) : graph.shape(to)]);
}
