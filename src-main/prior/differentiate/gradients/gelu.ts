import type { BackwardGraph } from '../backward-graph.ts';
import type { Value } from '../forward-node.ts';
import { unaryGradient } from './operator-gradient.ts';

/** y = x Φ(x): v (Φ(x) + x φ(x)), or the derivative of its tanh approximation. */
export const geluGradient = unaryGradient('Gelu', ({ node, graph }, v, x) => {
  const slope = node.string('approximate', 'none') === 'tanh' ? tanhSlope : exactSlope;
  return graph.op('Mul', [v, slope(graph, x, node.input(0))]);
});

function exactSlope(graph: BackwardGraph, x: string, like: Value): string {
  const scalar = (value: number): string => graph.scalar(value, like);
  const erf = graph.op('Erf', [graph.op('Mul', [x, scalar(Math.SQRT1_2)])]);
  const cumulative = graph.op('Mul', [graph.op('Add', [erf, scalar(1)]), scalar(0.5)]);
  const bell = graph.op('Exp', [graph.op('Mul', [graph.op('Mul', [x, x]), scalar(-0.5)])]);
  const density = graph.op('Mul', [bell, scalar(1 / Math.sqrt(2 * Math.PI))]);
  return graph.op('Add', [cumulative, graph.op('Mul', [x, density])]);
}

/** y = ½x (1 + t), t = tanh(√(2/π)(x + 0.044715 x³)). */
function tanhSlope(graph: BackwardGraph, x: string, like: Value): string {
  const scalar = (value: number): string => graph.scalar(value, like);
  const c = Math.sqrt(2 / Math.PI);
  const square = graph.op('Mul', [x, x]);
  const inner = graph.op('Add', [graph.op('Mul', [square, scalar(0.044715 * c)]), scalar(c)]);
  const t = graph.op('Tanh', [graph.op('Mul', [x, inner])]);
  const innerSlope = graph.op('Add', [graph.op('Mul', [square, scalar(3 * 0.044715 * c)]), scalar(c)]);
  const bend = graph.op('Mul', [
    graph.op('Mul', [x, innerSlope]),
    graph.op('Sub', [scalar(1), graph.op('Mul', [t, t])]),
  ]);
  return graph.op('Mul', [graph.op('Add', [graph.op('Add', [t, scalar(1)]), bend]), scalar(0.5)]);
}
