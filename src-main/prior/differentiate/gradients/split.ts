import { elementType, numericTensor } from '../tensor-proto.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y₀, y₁, … = x cut along an axis: the gradients joined, zeros for outputs that are not used. */
export const splitGradient: OperatorGradient = {
  operator: 'Split',
  manyOutputs: true,
  differentiate({ node, graph, outputGradients }) {
    const pieces = outputGradients.map((gradient, i) => {
      if (gradient !== undefined) return gradient;
      if (node.output(i).name === '') throw node.unsupported('one of its outputs has no name');
      const zero = numericTensor('', node.input(0).elementType ?? elementType.float, [1], [0]);
      return graph.op('ConstantOfShape', [graph.shape(node.output(i))], { value: { tensor: zero } });
    });
    return [graph.op('Concat', pieces, { axis: node.int('axis', 0) })];
  },
};
