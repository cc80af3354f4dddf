import type { OperatorGradient } from './operator-gradient.ts';

/** y = parts joined along an axis: the parts of v. */
export const concatGradient: OperatorGradient = {
  operator: 'Concat',
  differentiate({ node, graph, v, wants }) {
    const axis = node.axis(node.int('axis', 0));
    const parts = node.proto.input.map((_, i) => node.input(i));
    const shapes = parts.map((_, i) => node.inputShape(i));
    const known = shapes.map((shape) => shape[axis]);
    const sizes = known.every((size) => typeof size === 'number')
      ? graph.int64(...(known as number[]))
      : graph.op(
          'Concat',
          parts.map((part) => graph.size(part, axis)),
          { axis: 0 },
        );
    const pieces = graph.ops('Split', [v, sizes], parts.length, { axis });
    return pieces.map((piece, i) => (wants(i) ? piece : undefined));
  },
};
