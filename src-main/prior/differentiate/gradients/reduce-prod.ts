import type { BackwardGraph } from '../backward-graph.ts';
import type { ForwardNode } from '../forward-node.ts';
import type { OperatorGradient } from './operator-gradient.ts';
import { knownReductionAxes, withReducedAxes } from './reducing.ts';

/** y = Π x: v times the product of all other elements, also where one of them is 0. */
export const reduceProdGradient: OperatorGradient = {
  operator: 'ReduceProd',
  differentiate({ node, graph, v }) {
    const x = node.input(0);
    const isZero = graph.op('Equal', [x.name, graph.scalar(0, x)]);
    const one = graph.scalar(1, x);
    // The product without the zeros, and how many there are.
    const filled = graph.op('Where', [isZero, one, x.name]);
    const rest = productAlong(graph, node, filled);
    const zeros = graph.op('ReduceSum', [
      graph.op('Cast', [isZero], { to: x.elementType ?? 1 }),
      graph.int64(...knownReductionAxes(node)),
    ]);
    const none = graph.op('Div', [rest, filled]);
    const zeroHere = graph.op('Where', [isZero, rest, graph.scalar(0, x)]);
    const few = graph.op('Where', [graph.op('Less', [zeros, graph.scalar(0.5, x)]), none, zeroHere]);
    const slope = graph.op('Where', [graph.op('Less', [zeros, graph.scalar(1.5, x)]), few, graph.scalar(0, x)]);
    return [graph.op('Mul', [slope, withReducedAxes(graph, node, v)])];
  },
};

/** Over the axes of the node, kept with size 1. */
function productAlong(graph: BackwardGraph, node: ForwardNode, x: string): string {
  const axes = knownReductionAxes(node);
  // The axes became an input with operator set 18.
  return graph.opset >= 18
    ? graph.op('ReduceProd', [x, graph.int64(...axes)], { keepdims: 1 })
    : graph.op('ReduceProd', [x], { axes, keepdims: 1 });
}
