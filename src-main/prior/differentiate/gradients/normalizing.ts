import type { BackwardGraph } from '../backward-graph.ts';
import { elementType } from '../tensor-proto.ts';
import { mean } from './reducing.ts';

/**
 * The gradient of x̂ = (x − mean) / √(var + ε), mean and variance taken over `axes`:
 *
 *     (g − mean(g) − x̂ mean(g x̂)) / √(var + ε)
 *
 * Statistics are computed again from x instead of being asked of the forward node, whose optional outputs most
 * providers lack; half-precision values are normalized in float32, as the forward operators do.
 *
 * @param g     gradient with respect to x̂, of the shape of x.
 * @param type  element type of x and g.
 */
export function normalizationGradient(
  graph: BackwardGraph,
  x: string,
  g: string,
  type: number | undefined,
  axes: readonly number[],
  epsilon: number,
): string {
  if (type === elementType.float16 || type === elementType.bfloat16) {
    const [wideX, wideG] = [x, g].map((name) => graph.op('Cast', [name], { to: elementType.float }));
    const wide = normalizationGradient(graph, wideX, wideG, elementType.float, axes, epsilon);
    return graph.op('Cast', [wide], { to: type });
  }
  const centred = graph.op('Sub', [x, mean(graph, x, axes)]);
  const variance = mean(graph, graph.op('Mul', [centred, centred]), axes);
  const offset = graph.constant(type ?? elementType.float, [], [epsilon]);
  const scale = graph.op('Reciprocal', [graph.op('Sqrt', [graph.op('Add', [variance, offset])])]);
  const normalized = graph.op('Mul', [centred, scale]);
  const along = mean(graph, graph.op('Mul', [g, normalized]), axes);
  const projected = graph.op('Sub', [graph.op('Sub', [g, mean(graph, g, axes)]), graph.op('Mul', [normalized, along])]);
  return graph.op('Mul', [projected, scale]);
}
