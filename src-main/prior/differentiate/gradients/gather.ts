import type { BackwardGraph } from '../backward-graph.ts';
import type { ForwardNode } from '../forward-node.ts';
import type { OperatorGradient } from './operator-gradient.ts';
import { amountDifference, axisSize, padWithZeros } from './padding.ts';

/** More repetitions of one index than this would take as many passes over the gradient. */
const mostRepetitions = 64;

/** y = elements of x picked along an axis by constant indices: v put back to where they were picked from. */
export const gatherGradient: OperatorGradient = {
  operator: 'Gather',
  differentiate({ node, graph, v }) {
    const indices = node.integers(1);
    if (indices === undefined) throw node.unsupported('its indices are computed by the network');
    const axis = node.axis(node.int('axis', 0));
    const flat = withOneIndexAxis(graph, node, v, axis);
    const rank = node.inputShape(0).length;
    const size = node.inputShape(0)[axis];
    const isRun =
      indices.every((index, i) => index === indices[0] + i) && indices[0] * (indices[0] + indices.length) >= 0;
    if (isRun) {
      const [first, length] = [indices[0], indices.length];
      const available = axisSize(graph, node.input(0).name, axis, size);
      const margin =
        first >= 0
          ? { axis, before: first, after: amountDifference(graph, available, first + length) }
          : { axis, before: amountDifference(graph, available, -first), after: -first - length };
      return [padWithZeros(graph, flat, rank, [margin])];
    }
    if (typeof size !== 'number') throw node.unsupported('it picks from an axis whose size is not fixed');
    return [
      putBack(
        graph,
        node,
        flat,
        axis,
        size,
        indices.map((i) => (i < 0 ? i + size : i)),
      ),
    ];
  },
};

/** v with the axes of the indices (none or many) joined into one. */
function withOneIndexAxis(graph: BackwardGraph, node: ForwardNode, v: string, axis: number): string {
  const indexRank = node.inputShape(1).length;
  if (indexRank === 1) return v;
  if (indexRank === 0) return graph.op('Unsqueeze', [v, graph.int64(axis)]);
  const sizes = node.inputShape(0).map((_, a) => (a === axis ? graph.int64(-1) : graph.size(node.input(0), a)));
  return graph.op('Reshape', [v, graph.op('Concat', sizes, { axis: 0 })]);
}

/**
 * Gathers, for every element of x, the gradient of where it went, from v with a zero appended for those that went
 * nowhere; once more for every further time an index is repeated.
 */
function putBack(
  graph: BackwardGraph,
  node: ForwardNode,
  v: string,
  axis: number,
  size: number,
  indices: readonly number[],
): string {
  const positions = Array.from({ length: size }, (): number[] => []);
  indices.forEach((index, position) => positions[index].push(position));
  const rounds = Math.max(...positions.map((list) => list.length));
  if (rounds > mostRepetitions) throw node.unsupported(`it picks the same element ${rounds} times`);
  const isPermutation = rounds === 1 && indices.length === size;
  const source = isPermutation ? v : padWithZeros(graph, v, node.inputShape(0).length, [{ axis, before: 0, after: 1 }]);
  const parts = Array.from({ length: rounds }, (_, round) =>
    graph.op('Gather', [source, graph.int64(...positions.map((list) => list[round] ?? indices.length))], { axis }),
  );
  return parts.reduce((a, b) => graph.op('Add', [a, b]));
}
