import type { ForwardNode } from '../../differentiate/forward-node.ts';
import { floatType, integers, text, texts, float, type AttrValue } from './graph-def.ts';
import { permute, unconvertible, type Placement } from './placement.ts';

/** Conv of two spatial axes and one group, as Conv2D on [n, h, w, c] with the bias joined in. */
export function convolution(node: ForwardNode, at: Placement): void {
  const [x, weight] = node.proto.input;
  const kernel = at.numbers(weight);
  if (kernel === undefined) throw unconvertible(node, 'its weights are computed by the network');
  if (kernel.dims.length !== 4) throw unconvertible(node, `it has ${kernel.dims.length - 2} spatial axes`);
  if (node.int('group', 1) !== 1) throw unconvertible(node, `it has ${node.int('group', 1)} groups`);
  const [outChannels, inChannels, height, width] = kernel.dims;
  const { graph } = at;
  // [out, in, h, w] → [h, w, in, out]
  const filter = graph.constant(
    permute(kernel.data, kernel.dims, [2, 3, 1, 0]),
    [height, width, inChannels, outChannels],
    weight,
  );
  const strides = node.ints('strides') ?? [1, 1];
  const dilations = node.ints('dilations') ?? [1, 1];
  const attributes: Record<string, AttrValue> = {
    T: floatType,
    data_format: text('NHWC'),
    strides: integers([1, ...strides, 1]),
    dilations: integers([1, ...dilations, 1]),
    ...padding(node, [height, width], strides, dilations),
  };
  const input = at.find(x, 'last');
  const name = node.proto.output[0];
  const converted = node.hasInput(2)
    ? graph.node(
        '_FusedConv2D',
        [input, filter, at.find(node.proto.input[2], 'first')],
        { ...attributes, fused_ops: texts(['BiasAdd']), num_args: { i: '1' }, epsilon: float(0) },
        name,
      )
    : graph.node('Conv2D', [input, filter], attributes, name);
  at.place(name, 'last', converted);
}

function padding(
  node: ForwardNode,
  kernel: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
): Record<string, AttrValue> {
  const automatic = node.string('auto_pad', 'NOTSET');
  if (automatic === 'SAME_LOWER') throw unconvertible(node, 'auto_pad SAME_LOWER has no counterpart');
  const pads = node.ints('pads') ?? [0, 0, 0, 0];
  const none = automatic === 'VALID' || (automatic === 'NOTSET' && pads.every((pad) => pad === 0));
  if (none) return { padding: text('VALID') };
  const centred = [0, 1].every((axis) => {
    const reach = dilations[axis] * (kernel[axis] - 1);
    return strides[axis] === 1 && pads[axis] === pads[axis + 2] && 2 * pads[axis] === reach;
  });
  if (automatic === 'SAME_UPPER' || centred) return { padding: text('SAME') };
  const [top, left, bottom, right] = pads;
  return { padding: text('EXPLICIT'), explicit_paddings: integers([0, 0, top, bottom, left, right, 0, 0]) };
}
