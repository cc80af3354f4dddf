import type { OperatorGradient } from './operator-gradient.ts';
import { knownWindow, transposedPads } from './window-padding.ts';

/** y = Wᵀ ∗ x: the convolution that it is the transpose of, applied to v. */
export const convTransposeGradient: OperatorGradient = {
  operator: 'ConvTranspose',
  differentiate({ node, graph, v, wants }) {
    if (wants(1) || wants(2)) throw node.unsupported('its weights depend on the network input');
    const window = knownWindow(node);
    return [
      graph.op('Conv', [v, node.input(1).name], {
        kernel_shape: window.kernel,
        strides: window.strides,
        pads: transposedPads(node, window),
        dilations: window.dilations,
        group: node.int('group', 1),
      }),
    ];
  },
};
