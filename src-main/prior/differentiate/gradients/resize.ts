import type { BackwardGraph, Attributes } from '../backward-graph.ts';
import { sameDimension } from '../dimension.ts';
import type { ForwardNode } from '../forward-node.ts';
import { elementType } from '../tensor-proto.ts';
import type { OperatorGradient } from './operator-gradient.ts';
import { applyAdjoint, identityMatrix } from './separable-map.ts';

/**
 * y = x enlarged or reduced along some axes, a separable linear map. Repeating pixels a whole number of times is undone
 * by sums over blocks; any other mode and ratio by the transposed matrix of each axis.
 */
export const resizeGradient: OperatorGradient = {
  operator: 'Resize',
  differentiate({ node, graph, v }) {
    checkModes(node);
    const shape = node.inputShape(0);
    const axes = node.ints('axes')?.map((a) => node.axis(a)) ?? shape.map((_, axis) => axis);
    const ratios = repetitions(node, axes);
    if (ratios !== undefined) return [sumBlocks(graph, node, v, ratios)];
    const resized = axes.filter((axis) => !sameDimension(shape[axis], node.outputShape(0)[axis]));
    return [
      resized.reduce((gradient, axis) => {
        const responses = resizeIdentity(graph, node, axis, axes.indexOf(axis));
        return applyAdjoint(graph, gradient, responses, axis, shape.length);
      }, v),
    ];
  },
};

function checkModes(node: ForwardNode): void {
  const coordinates = node.string('coordinate_transformation_mode', 'half_pixel');
  if (coordinates === 'tf_crop_and_resize') throw node.unsupported(`mode "${coordinates}" is not covered`);
  const aspect = node.string('keep_aspect_ratio_policy', 'stretch');
  if (aspect !== 'stretch') throw node.unsupported(`keep_aspect_ratio_policy "${aspect}" is not covered`);
}

/** How often each spatial pixel is repeated per axis, where the node does just that; else undefined. */
function repetitions(node: ForwardNode, axes: readonly number[]): number[] | undefined {
  const shape = node.inputShape(0);
  const scales = node.hasInput(2) ? node.input(2).content : undefined;
  if (node.string('mode', 'nearest') !== 'nearest' || scales === undefined || shape.length < 3) return undefined;
  const ratios = shape.map((_, axis) => (axes.includes(axis) ? scales[axes.indexOf(axis)] : 1));
  const coordinates = node.string('coordinate_transformation_mode', 'half_pixel');
  const rounding = node.string('nearest_mode', 'round_prefer_floor');
  const isWhole = (ratio: unknown): ratio is number =>
    typeof ratio === 'number' && Number.isInteger(ratio) && ratio >= 1;
  const fromCorner = coordinates === 'asymmetric' && rounding === 'floor';
  const fromCentre = coordinates.endsWith('half_pixel') && rounding.startsWith('round');
  if (!(fromCorner || fromCentre) || !ratios.every(isWhole) || ratios[0] !== 1 || ratios[1] !== 1) return undefined;
  return ratios.slice(2);
}

function sumBlocks(graph: BackwardGraph, node: ForwardNode, v: string, ratios: readonly number[]): string {
  const mean = graph.op('AveragePool', [v], { kernel_shape: ratios, strides: ratios });
  return graph.op('Mul', [
    mean,
    graph.scalar(
      ratios.reduce((a, b) => a * b, 1),
      node.input(0),
    ),
  ]);
}

/** What the node makes of unit vectors along `axis`: [size of x, size of y]. @param index  of the axis in the node. */
function resizeIdentity(graph: BackwardGraph, node: ForwardNode, axis: number, index: number): string {
  const [x, y] = [node.input(0), node.output(0)];
  const picture = graph.op('Unsqueeze', [identityMatrix(graph, x, axis), graph.int64(0, 1)]);
  const attributes = resizeAttributes(node);
  const hasSizes = node.hasInput(3);
  const one = graph.int64(1);
  const target = hasSizes
    ? graph.op('Concat', [one, one, graph.size(x, axis), graph.size(y, axis)], { axis: 0 })
    : graph.op(
        'Concat',
        [
          graph.constant(elementType.float, [3], [1, 1, 1]),
          graph.op('Gather', [node.input(2).name, graph.int64(index)]),
        ],
        { axis: 0 },
      );
  const inputs = hasSizes ? [picture, '', '', target] : [picture, '', target];
  return graph.op('Squeeze', [graph.op('Resize', inputs, attributes), graph.int64(0, 1)]);
}

function resizeAttributes(node: ForwardNode): Attributes {
  return {
    mode: node.string('mode', 'nearest'),
    coordinate_transformation_mode: node.string('coordinate_transformation_mode', 'half_pixel'),
    nearest_mode: node.string('nearest_mode', 'round_prefer_floor'),
    cubic_coeff_a: { float: node.float('cubic_coeff_a', -0.75) },
    exclude_outside: node.int('exclude_outside', 0),
    ...(node.int('antialias', 0) === 1 ? { antialias: 1 } : {}),
  };
}
