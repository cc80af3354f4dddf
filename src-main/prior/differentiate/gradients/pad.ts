import type { BackwardGraph } from '../backward-graph.ts';
import type { ForwardNode } from '../forward-node.ts';
import type { OperatorGradient } from './operator-gradient.ts';
import { amountDifference, axisSize, padWithZeros, reverseAxis, sliceAxis, type Amount } from './padding.ts';

/** y = x with a margin: the middle of v, plus what its margins copied from inside (reflect, edge, wrap). */
export const padGradient: OperatorGradient = {
  operator: 'Pad',
  differentiate({ node, graph, v }) {
    const amounts = node.integers(1);
    if (amounts === undefined) throw node.unsupported('how much it pads depends on the size of the picture');
    const rank = node.inputShape(0).length;
    const axes = node.hasInput(3) ? node.integers(3)?.map((a) => node.axis(a)) : node.inputShape(0).map((_, a) => a);
    if (axes === undefined) throw node.unsupported('the axes it pads are not known');
    const mode = node.string('mode', 'constant');
    let gradient = v;
    // Axis by axis, in any order: each one's margins are folded back before the next is looked at.
    axes.forEach((axis, i) => {
      const [before, after] = [amounts[i], amounts[i + axes.length]];
      if (before === 0 && after === 0) return;
      gradient = unpadAxis({ graph, node, axis, rank, before, after }, mode, gradient);
    });
    return [gradient];
  },
};

interface PaddedAxis {
  readonly graph: BackwardGraph;
  readonly node: ForwardNode;
  readonly axis: number;
  readonly rank: number;
  readonly before: number;
  readonly after: number;
}

function unpadAxis(padded: PaddedAxis, mode: string, v: string): string {
  const { graph, node, axis, rank, before, after } = padded;
  if (before < 0 || after < 0) {
    if (mode !== 'constant') throw node.unsupported(`it crops in mode "${mode}"`);
    const kept = middle(graph, v, axis, Math.max(before, 0), Math.max(after, 0));
    return padWithZeros(graph, kept, rank, [{ axis, before: Math.max(-before, 0), after: Math.max(-after, 0) }]);
  }
  const inner = middle(graph, v, axis, before, after);
  if (mode === 'constant') return inner;
  const copied = copiedMargins[mode];
  if (copied === undefined) throw node.unsupported(`mode "${mode}" is not covered`);
  const left = before === 0 ? undefined : copied.left(padded, sliceAxis(graph, v, axis, 0, before));
  const right = after === 0 ? undefined : copied.right(padded, sliceAxis(graph, v, axis, -after));
  return [left, right].reduce<string>((sum, part) => (part === undefined ? sum : graph.op('Add', [sum, part])), inner);
}

function middle(graph: BackwardGraph, v: string, axis: number, before: number, after: number): string {
  if (before === 0 && after === 0) return v;
  return after === 0 ? sliceAxis(graph, v, axis, before) : sliceAxis(graph, v, axis, before, -after);
}

/** Places the gradient of a margin where the margin was copied from, in a tensor of the size of x along the axis. */
interface CopiedMargin {
  left(padded: PaddedAxis, margin: string): string;
  right(padded: PaddedAxis, margin: string): string;
}

/** `part`, of the given length, with `before` zeros in front and as many behind as make it as long as x. */
function placeFromStart({ graph, node, axis, rank }: PaddedAxis, part: string, before: number, length: number): string {
  const after = amountDifference(graph, sizeOfX(graph, node, axis), before + length);
  return padWithZeros(graph, part, rank, [{ axis, before, after }]);
}

function placeFromEnd({ graph, node, axis, rank }: PaddedAxis, part: string, after: number, length: number): string {
  const before = amountDifference(graph, sizeOfX(graph, node, axis), after + length);
  return padWithZeros(graph, part, rank, [{ axis, before, after }]);
}

function sizeOfX(graph: BackwardGraph, node: ForwardNode, axis: number): Amount {
  return axisSize(graph, node.input(0).name, axis, node.inputShape(0)[axis]);
}

function total({ graph, axis }: PaddedAxis, margin: string): string {
  return graph.op('ReduceSum', [margin, graph.int64(axis)], { keepdims: 1 });
}

const copiedMargins: Readonly<Record<string, CopiedMargin>> = {
  reflect: {
    left: (p, margin) => placeFromStart(p, reverseAxis(p.graph, margin, p.axis), 1, p.before),
    right: (p, margin) => placeFromEnd(p, reverseAxis(p.graph, margin, p.axis), 1, p.after),
  },
  edge: {
    left: (p, margin) => placeFromStart(p, total(p, margin), 0, 1),
    right: (p, margin) => placeFromEnd(p, total(p, margin), 0, 1),
  },
  wrap: {
    left: (p, margin) => placeFromEnd(p, margin, 0, p.before),
    right: (p, margin) => placeFromStart(p, margin, 0, p.after),
  },
};
