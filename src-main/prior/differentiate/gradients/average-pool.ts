import type { BackwardGraph } from '../backward-graph.ts';
import { multiply, sameDimension } from '../dimension.ts';
import type { ForwardNode } from '../forward-node.ts';
import type { Window } from '../inference/window-shapes.ts';
import { elementType } from '../tensor-proto.ts';
import type { OperatorGradient } from './operator-gradient.ts';
import { applyAdjoint, identityMatrix } from './separable-map.ts';
import { knownWindow } from './window-padding.ts';

/**
 * y = means over windows, a separable linear map. Windows that tile x give every pixel its share of v; others go by the
 * transposed matrix of each axis.
 */
export const averagePoolGradient: OperatorGradient = {
  operator: 'AveragePool',
  differentiate({ node, graph, v }) {
    const window = knownWindow(node);
    if (tiles(node, window)) return [shareOut(graph, node, v, window.kernel)];
    const rank = node.inputShape(0).length;
    return [
      window.kernel.reduce((gradient, _, i) => {
        const responses = poolIdentity(graph, node, window, i);
        return applyAdjoint(graph, gradient, responses, i + 2, rank);
      }, v),
    ];
  },
};

/** Whether the windows cover every pixel of x exactly once. */
function tiles(node: ForwardNode, window: Window): boolean {
  return window.kernel.every((k, i) => {
    const plain = window.strides[i] === k && window.dilations[i] === 1 && window.pads.every((pad) => pad === 0);
    return plain && sameDimension(multiply(k, node.outputShape(0)[i + 2]), node.inputShape(0)[i + 2]);
  });
}

function shareOut(graph: BackwardGraph, node: ForwardNode, v: string, kernel: readonly number[]): string {
  const count = kernel.reduce((a, b) => a * b, 1);
  const share = graph.op('Mul', [v, graph.scalar(1 / count, node.input(0))]);
  const scales = graph.constant(elementType.float, [kernel.length + 2], [1, 1, ...kernel]);
  return graph.op('Resize', [share, '', scales], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
}

/** What the node makes of unit vectors along spatial axis `i`: [size of x, size of y]. */
function poolIdentity(graph: BackwardGraph, node: ForwardNode, window: Window, i: number): string {
  const rows = graph.op('Unsqueeze', [identityMatrix(graph, node.input(0), i + 2), graph.int64(0)]);
  const pooled = graph.op('AveragePool', [rows], {
    kernel_shape: [window.kernel[i]],
    strides: [window.strides[i]],
    ...(window.autoPad === 'NOTSET'
      ? { pads: [window.pads[i], window.pads[i + window.kernel.length]] }
      : { auto_pad: window.autoPad }),
    ...(window.dilations[i] === 1 ? {} : { dilations: [window.dilations[i]] }),
    ceil_mode: node.int('ceil_mode', 0),
    count_include_pad: node.int('count_include_pad', 0),
  });
  return graph.op('Squeeze', [pooled, graph.int64(0)]);
}
