import type { BackwardGraph } from '../backward-graph.ts';
import { add, multiply, subtract, type Dimension } from '../dimension.ts';
import type { ForwardNode } from '../forward-node.ts';
import { readSlice, type SliceSpan } from '../inference/selection-shapes.ts';
import { elementType } from '../tensor-proto.ts';
import type { OperatorGradient } from './operator-gradient.ts';
import {
  amountDifference,
  axisSize,
  padWithZeros,
  reverseAxis,
  sliceAxis,
  type Amount,
  type Margin,
} from './padding.ts';

/** y = x[start:end:step]: v in its place among zeros. */
export const sliceGradient: OperatorGradient = {
  operator: 'Slice',
  differentiate({ node, graph, v }) {
    const spans = readSlice(node);
    if (spans === undefined) throw node.unsupported('where it cuts is computed by the network');
    const rank = node.inputShape(0).length;
    let gradient = v;
    for (const span of spans) gradient = spreadSteps(graph, gradient, rank, span);
    const margins = spans.map((span) => marginOf(graph, node, span, gradient));
    return [padWithZeros(graph, gradient, rank, margins)];
  },
};

/** Elements of x that lie between the first and the last of the slice. */
function covered({ length, step }: SliceSpan): Dimension {
  return add(multiply(Math.abs(step), subtract(length, 1)), 1);
}

/** Puts step − 1 zeros between the elements along the axis; a negative step is turned round first. */
function spreadSteps(graph: BackwardGraph, v: string, rank: number, { axis, step }: SliceSpan): string {
  const forward = step < 0 ? reverseAxis(graph, v, axis) : v;
  const gap = Math.abs(step) - 1;
  if (gap === 0) return forward;
  const apart = graph.op('Unsqueeze', [forward, graph.int64(axis + 1)]);
  const spread = padWithZeros(graph, apart, rank + 1, [{ axis: axis + 1, before: 0, after: gap }]);
  const shape = graph.op('Shape', [forward]);
  const merged = graph.op(
    'Concat',
    [sliceAxis(graph, shape, 0, 0, axis), graph.int64(-1), sliceAxis(graph, shape, 0, axis + 1)],
    { axis: 0 },
  );
  return sliceAxis(graph, graph.op('Reshape', [spread, merged]), axis, 0, -gap);
}

/** The zeros around the slice: constants where the sizes known settle them, the rest from run-time shapes. */
function marginOf(graph: BackwardGraph, node: ForwardNode, span: SliceSpan, gradient: string): Margin {
  const { axis, start, length, step } = span;
  const size = node.inputShape(0)[axis];
  const before = step > 0 ? start : add(start, multiply(step, subtract(length, 1)));
  const after = subtract(size, add(before, covered(span)));
  const around = (known: Amount): Amount =>
    amountDifference(
      graph,
      axisSize(graph, node.input(0).name, axis, size),
      axisSize(graph, gradient, axis, covered(span)),
      known,
    );
  if (typeof before === 'number' && typeof after === 'number') return { axis, before, after };
  if (typeof before === 'number') return { axis, before, after: around(before) };
  if (typeof after === 'number') return { axis, before: around(after), after };
  if (step < 0) throw node.unsupported('where it cuts depends on the size of the picture');
  const computed = startAtRunTime(graph, node, axis);
  return { axis, before: computed, after: around(computed) };
}

/** The start along `axis` as the network computes it, held within the axis. */
function startAtRunTime(graph: BackwardGraph, node: ForwardNode, axis: number): string {
  const axes = node.hasInput(3) ? (node.integers(3) ?? []) : node.inputShape(0).map((_, a) => a);
  const index = axes.findIndex((a) => node.axis(a) === axis);
  const start = graph.op('Gather', [node.input(1).name, graph.int64(index)]);
  const wide = graph.op('Cast', [start], { to: elementType.int64 });
  const size = graph.size(node.input(0), axis);
  const fromFront = graph.op('Where', [graph.op('Less', [wide, graph.int64(0)]), graph.op('Add', [wide, size]), wide]);
  return graph.op('Max', [graph.int64(0), graph.op('Min', [fromFront, size])]);
}
