import { add, multiply, subtract } from '../dimension.ts';
import type { Window } from '../inference/window-shapes.ts';
import type { TensorProto } from '../onnx-schema.ts';
import { tensorBytes, tensorDims } from '../tensor-proto.ts';
import type { GradientContext, OperatorGradient } from './operator-gradient.ts';
import { convolutionPads, knownWindow } from './window-padding.ts';

/**
 * y = W ∗ x. With stride 1, v convolved with the kernels turned round and input and output channels exchanged, a
 * constant prepared here: ONNX Runtime's Conv is 2 to 3 times as fast as its ConvTranspose on CPU. Other strides are
 * transposed convolutions with W as it is.
 */
export const convGradient: OperatorGradient = {
  operator: 'Conv',
  differentiate(context) {
    const { node, wants } = context;
    if (wants(1) || wants(2)) throw node.unsupported('its weights depend on the network input');
    const window = knownWindow(node);
    const pads = convolutionPads(node, window);
    const weight = context.constant(node.input(1).name);
    const rank = window.kernel.length;
    const turnedPads = pads.map((pad, i) => window.extents[i % rank] - 1 - pad);
    if (weight !== undefined && window.strides.every((s) => s === 1) && turnedPads.every((pad) => pad >= 0)) {
      return [turnedConvolution(context, window, weight, turnedPads)];
    }
    return [transposedConvolution(context, window, pads)];
  },
};

function turnedConvolution(
  { node, graph, v }: GradientContext,
  window: Window,
  weight: TensorProto,
  pads: number[],
): string {
  const group = node.int('group', 1);
  const dims = tensorDims(weight);
  const turned = [dims[1] * group, dims[0] / group, ...dims.slice(2)];
  const kernels = graph.rawConstant(weight.dataType ?? 1, turned, turnKernels(weight, group));
  return graph.op('Conv', [v, kernels], { kernel_shape: window.kernel, pads, dilations: window.dilations, group });
}

/** W[m, c, k…] of each group as W′[c, m, −k…], in the same element type. */
function turnKernels(weight: TensorProto, group: number): Uint8Array {
  const { bytes, bytesPerElement: size } = tensorBytes(weight);
  const [outputs, inputs, ...kernel] = tensorDims(weight);
  const taps = kernel.reduce((a, b) => a * b, 1);
  const perGroup = outputs / group;
  const turned = new Uint8Array(bytes.length);
  for (let m = 0; m < outputs; m++) {
    const g = Math.floor(m / perGroup);
    for (let c = 0; c < inputs; c++) {
      const from = (m * inputs + c) * taps;
      const to = ((g * inputs + c) * perGroup + (m - g * perGroup)) * taps;
      for (let t = 0; t < taps; t++) {
        const source = (from + t) * size;
        const target = (to + taps - 1 - t) * size;
        for (let b = 0; b < size; b++) turned[target + b] = bytes[source + b];
      }
    }
  }
  return turned;
}

function transposedConvolution({ node, graph, v }: GradientContext, window: Window, pads: number[]): string {
  const rank = window.kernel.length;
  const axes = window.kernel.map((_, axis) => axis);
  // Rows and columns at the end that no window reached get no gradient, but they have to be there.
  const unreached = axes.map((axis) => {
    const travelled = multiply(window.strides[axis], subtract(node.outputShape(0)[axis + 2], 1));
    const reached = add(travelled, window.extents[axis] - pads[axis] - pads[axis + rank]);
    return subtract(node.inputShape(0)[axis + 2], reached);
  });
  const isKnown = unreached.every((count) => typeof count === 'number');
  const gradient = graph.op('ConvTranspose', [v, node.input(1).name], {
    kernel_shape: window.kernel,
    strides: window.strides,
    pads,
    dilations: window.dilations,
    group: node.int('group', 1),
    output_padding: unreached.map((count, axis) => (typeof count === 'number' ? count : window.strides[axis] - 1)),
  });
  if (isKnown) return gradient;
  const spatial = graph.op('Slice', [graph.shape(node.input(0)), graph.int64(2), graph.int64(2 + rank)]);
  return graph.op('Slice', [
    gradient,
    graph.int64(...axes.map(() => 0)),
    spatial,
    graph.int64(...axes.map((a) => a + 2)),
  ]);
}
