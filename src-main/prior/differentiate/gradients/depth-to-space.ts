import { elementType } from '../tensor-proto.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/**
 * Blocks of channels moved into space: v moved back. The default order has an operator for it; PyTorch's (CRD) is
 * undone by a convolution with one-hot kernels, which every provider has.
 */
export const depthToSpaceGradient: OperatorGradient = {
  operator: 'DepthToSpace',
  differentiate({ node, graph, v }) {
    const b = node.int('blocksize', 1);
    if (node.string('mode', 'DCR') === 'DCR') return [graph.op('SpaceToDepth', [v], { blocksize: b })];
    const channels = node.outputShape(0)[1];
    if (typeof channels !== 'number') throw node.unsupported('its number of channels is not known');
    const oneHot = Array.from({ length: channels * b ** 4 }, (_, i) =>
      Math.floor(i / b ** 2) % b ** 2 === i % b ** 2 ? 1 : 0,
    );
    const type = node.input(0).elementType ?? elementType.float;
    const kernels = graph.constant(type, [channels * b * b, 1, b, b], oneHot);
    return [graph.op('Conv', [v, kernels], { kernel_shape: [b, b], strides: [b, b], group: channels })];
  },
};
