import type { BackwardGraph } from '../backward-graph.ts';
import { add, multiply, subtract } from '../dimension.ts';
import type { Window } from '../inference/window-shapes.ts';
import type { GradientContext, OperatorGradient } from './operator-gradient.ts';
import { reverseAxis } from './padding.ts';
import { convolutionPads, knownWindow } from './window-padding.ts';

/**
 * y = W ∗ x. With stride 1, v convolved with the kernels turned round and input and output channels exchanged: ONNX
 * Runtime's Conv is 2 to 3 times as fast as its ConvTranspose on CPU. Other strides are transposed convolutions with W
 * as it is.
 */
export const convGradient: OperatorGradient = {
  operator: 'Conv',
  differentiate(context) {
    const { node, wants } = context;
    if (wants(1) || wants(2)) throw node.unsupported('its weights depend on the network input');
    const window = knownWindow(node);
    const pads = convolutionPads(node, window);
    const turnedPads = pads.map((pad, i) => window.extents[i % window.kernel.length] - 1 - pad);
    const dims = node.input(1).shape;
    const isPlain = window.strides.every((stride) => stride === 1) && turnedPads.every((pad) => pad >= 0);
    if (isPlain && typeof dims?.[0] === 'number' && typeof dims[1] === 'number') {
      return [turnedConvolution(context, window, [dims[0], dims[1]], turnedPads)];
    }
    return [transposedConvolution(context, window, pads)];
  },
};

/** @param channels  [outputs, inputs per group] of W. */
function turnedConvolution(
  { node, graph, v }: GradientContext,
  window: Window,
  channels: readonly [number, number],
  pads: readonly number[],
): string {
  const group = node.int('group', 1);
  const kernels = turnedKernels(graph, node.input(1).name, window.kernel, channels, group);
  return graph.op('Conv', [v, kernels], { kernel_shape: window.kernel, pads, dilations: window.dilations, group });
}

/**
 * W[m, c, k…] of each group as W′[c, m, −k…]. Made by nodes: ONNX Runtime computes what depends on constants alone once,
 * when it loads the model, and the file does not hold the weights twice.
 */
function turnedKernels(
  graph: BackwardGraph,
  weight: string,
  kernel: readonly number[],
  [outputs, inputs]: readonly [number, number],
  group: number,
): string {
  const axes = kernel.map((_, axis) => axis);
  const grouped =
    group === 1 ? weight : graph.op('Reshape', [weight, graph.int64(group, outputs / group, inputs, ...kernel)]);
  const perm = group === 1 ? [1, 0, ...axes.map((a) => a + 2)] : [0, 2, 1, ...axes.map((a) => a + 3)];
  const exchanged = graph.op('Transpose', [grouped], { perm });
  const joined =
    group === 1 ? exchanged : graph.op('Reshape', [exchanged, graph.int64(group * inputs, outputs / group, ...kernel)]);
  return axes.filter((axis) => kernel[axis] > 1).reduce((turned, axis) => reverseAxis(graph, turned, axis + 2), joined);
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
