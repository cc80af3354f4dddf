import { numericTensor, elementType } from '../tensor-proto.ts';
import type { OperatorGradient } from './operator-gradient.ts';
import { knownWindow } from './window-padding.ts';

/** y = maxima over windows: v put back to where the node says that the maxima were. */
export const maxPoolGradient: OperatorGradient = {
  operator: 'MaxPool',
  differentiate({ node, graph, v }) {
    if (node.int('storage_order', 0) === 1) throw node.unsupported('storage_order 1 is not covered');
    const window = knownWindow(node);
    const overlaps = window.extents.some((extent, i) => extent > window.strides[i]);
    if (overlaps && graph.opset < 16) {
      throw node.unsupported('overlapping windows need operator set 16; export the network again with a newer one');
    }
    const x = node.input(0);
    const flat = (name: string): string => graph.op('Reshape', [name, graph.int64(-1)]);
    const count = graph.op('Reshape', [graph.op('Size', [x.name]), graph.int64(1)]);
    const zero = numericTensor('', x.elementType ?? elementType.float, [1], [0]);
    const zeros = graph.op('ConstantOfShape', [count], { value: { tensor: zero } });
    const places = flat(graph.forwardOutput(node.proto, 1));
    const scattered = graph.op('ScatterElements', [zeros, places, flat(v)], {
      axis: 0,
      ...(overlaps ? { reduction: 'add' } : {}),
    });
    return [graph.op('Reshape', [scattered, graph.shape(x)])];
  },
};
