import type { OperatorGradient } from './operator-gradient.ts';

/**
 * y = the discrete Fourier transform along an axis, [..., 1 or 2] → [..., 2]. As a linear map of real and imaginary parts its
 * adjoint is the inverse transform times n (of an inverse transform, the transform divided by n).
 */
export const dftGradient: OperatorGradient = {
  operator: 'DFT',
  differentiate({ node, graph, v }) {
    const x = node.input(0);
    const shape = node.inputShape(0);
    if (node.int('onesided', 0) !== 0) throw node.unsupported('it gives one half of the spectrum only');
    if (node.hasInput(1)) throw node.unsupported('it cuts or pads what it transforms');
    const axisInput = node.opset >= 20 && node.hasInput(2) ? node.integers(2)?.[0] : undefined;
    if (node.opset >= 20 && node.hasInput(2) && axisInput === undefined) {
      throw node.unsupported('its axis is computed by the network');
    }
    const axis = node.axis(node.opset >= 20 ? (axisInput ?? -2) : node.int('axis', 1));
    const inverse = node.int('inverse', 0);
    const back =
      graph.opset >= 20
        ? graph.op('DFT', [v, '', graph.constant(7, [], [axis])], { inverse: 1 - inverse })
        : graph.op('DFT', [v], { axis, inverse: 1 - inverse });
    const count = graph.op('Cast', [graph.size(x, axis)], { to: x.elementType ?? 1 });
    const scaled = graph.op(inverse === 1 ? 'Div' : 'Mul', [back, count]);
    const parts = shape[shape.length - 1];
    if (parts === 2) return [scaled];
    if (parts !== 1) throw node.unsupported('whether its input is complex is not known');
    return [graph.op('Slice', [scaled, graph.int64(0), graph.int64(1), graph.int64(shape.length - 1)])];
  },
};
