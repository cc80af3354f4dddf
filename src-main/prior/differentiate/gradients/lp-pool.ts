import { LangevinError } from '../../../errors.ts';
import { knownWindow } from './window-padding.ts';
import type { OperatorGradient } from './operator-gradient.ts';
import { keepWhere } from './masking.ts';

/** y = (Σ |x|ᵖ)^(1/p) over windows: x |x|^(p−2) Σ v y^(1−p), summed over the windows of each pixel by a transposed convolution. */
export const lpPoolGradient: OperatorGradient = {
  operator: 'LpPool',
  differentiate({ node, graph, v }) {
    const window = knownWindow(node);
    const channels = node.inputShape(0)[1];
    const rank = window.kernel.length;
    if (typeof channels !== 'number' || window.autoPad !== 'NOTSET' || node.int('ceil_mode', 0) !== 0) {
      throw node.unsupported('its number of channels is not fixed, or its padding is automatic');
    }
    const isCut = window.kernel.some((_, i) => {
      const size = node.inputShape(0)[i + 2];
      return window.strides[i] !== 1 && typeof size !== 'number';
    });
    if (isCut) throw node.unsupported('its windows step over a picture whose size is not fixed');
    const [x, y] = [node.input(0), node.output(0)];
    const p = node.int('p', 2);
    if (p < 1) throw new LangevinError('model-corrupt', `A node LpPool has p = ${p}.`);
    const positive = graph.op('Greater', [y.name, graph.scalar(0, y)]);
    const safe = graph.op('Where', [positive, y.name, graph.scalar(1, y)]);
    const share = keepWhere(graph, positive, graph.op('Mul', [v, graph.op('Pow', [safe, graph.scalar(1 - p, y)])]), y);
    const ones = window.kernel.reduce((a, b) => a * b, channels);
    const kernel = graph.constant(x.elementType ?? 1, [channels, 1, ...window.kernel], new Array<number>(ones).fill(1));
    const extra = window.kernel.map((_, i) => {
      const [size, answer] = [node.inputShape(0)[i + 2], node.outputShape(0)[i + 2]];
      if (typeof size !== 'number' || typeof answer !== 'number') return 0;
      const reached = (answer - 1) * window.strides[i] + window.extents[i] - window.pads[i] - window.pads[i + rank];
      return size - reached;
    });
    const spread = graph.op('ConvTranspose', [share, kernel], {
      group: channels,
      strides: window.strides,
      dilations: window.dilations,
      pads: window.pads,
      output_padding: extra,
    });
    const magnitude = graph.op('Pow', [graph.op('Abs', [x.name]), graph.scalar(p - 1, x)]);
    return [graph.op('Mul', [spread, graph.op('Mul', [graph.op('Sign', [x.name]), magnitude])])];
  },
};
