import type { BackwardGraph } from '../backward-graph.ts';
import type { Value } from '../forward-node.ts';
import { elementType } from '../tensor-proto.ts';
import { scatterElements } from './scattering.ts';
import type { GradientContext, OperatorGradient } from './operator-gradient.ts';

/**
 * y = x read between its pixels at the places of a grid in [−1, 1], linearly, zero outside or held at the border. For x, v
 * shared out among the four pixels around each place; for the grid, v times the slopes between them.
 */
export const gridSampleGradient: OperatorGradient = {
  operator: 'GridSample',
  differentiate(context) {
    const { node, graph, v, wants } = context;
    const mode = node.string('mode', 'linear');
    if (!['linear', 'bilinear'].includes(mode)) throw node.unsupported(`its mode is ${mode}`);
    const padding = node.string('padding_mode', 'zeros');
    if (padding === 'reflection') throw node.unsupported('it reflects at the border');
    if (node.inputShape(0).length !== 4) throw node.unsupported('it does not sample pictures');
    const columns = axisPlaces(context, 0, 3);
    const rows = axisPlaces(context, 1, 2);
    const corners = [0, 1].flatMap((down) => [0, 1].map((right) => ({ down, right })));
    const [x, grid] = [node.input(0), node.input(1)];
    const width = graph.size(x, 3);
    const parts = corners.map(({ down, right }) => {
      const [row, column] = [rows.corners[down], columns.corners[right]];
      const inside = graph.op('Mul', [row.inside, column.inside]);
      const index = graph.op('Add', [graph.op('Mul', [row.index, width]), column.index]);
      return { row, column, inside, index, down, right };
    });
    // Per place, without channels: [n, places].
    const perChannel = (value: string): string => graph.op('Unsqueeze', [value, graph.int64(1)]);
    const flatV = graph.op('Reshape', [v, graph.int64(0, 0, -1)]);
    const flat = { ...x, name: graph.op('Reshape', [x.name, graph.int64(0, 0, -1)]), shape: undefined };
    const spread = (value: string): string => graph.op('Expand', [perChannel(value), graph.op('Shape', [flatV])]);
    const forX = (): string => {
      const scattered = parts.map(({ row, column, inside, index }) => {
        const weight = graph.op('Mul', [graph.op('Mul', [row.weight, column.weight]), inside]);
        return scatterElements(graph, node, flat, spread(index), graph.op('Mul', [flatV, perChannel(weight)]), 2);
      });
      return graph.op('Reshape', [scattered.reduce((a, b) => graph.op('Add', [a, b])), graph.shape(x)]);
    };
    const forGrid = (): string => {
      const slopes = [columns, rows].map((axis, which) => {
        const terms = parts.map(({ row, column, inside, index, down, right }) => {
          const values = graph.op('GatherElements', [flat.name, spread(index)], { axis: 2 });
          const other = which === 0 ? row.weight : column.weight;
          const sign = (which === 0 ? right : down) === 0 ? -1 : 1;
          const factor = graph.op('Mul', [graph.op('Mul', [other, inside]), graph.scalar(sign, grid)]);
          return graph.op('Mul', [graph.op('Mul', [values, flatV]), perChannel(factor)]);
        });
        const sum = graph.op('ReduceSum', [terms.reduce((a, b) => graph.op('Add', [a, b])), graph.int64(1)], {
          keepdims: 0,
        });
        return graph.op('Unsqueeze', [graph.op('Mul', [sum, axis.slope]), graph.int64(2)]);
      });
      return graph.op('Reshape', [graph.op('Concat', slopes, { axis: 2 }), graph.shape(grid)]);
    };
    return [wants(0) ? forX() : undefined, wants(1) ? forGrid() : undefined];
  },
};

/** One of the two pixels along an axis that a place lies between: all [n, places]. */
interface Corner {
  readonly weight: string;
  /** int64, inside the picture. */
  readonly index: string;
  /** 1 where the pixel is in the picture, 0 elsewhere. */
  readonly inside: string;
}

interface AxisPlaces {
  readonly corners: readonly [Corner, Corner];
  /** Pixels per unit of the grid; 0 where the place is held at the border. */
  readonly slope: string;
}

function axisPlaces({ node, graph }: GradientContext, coordinate: number, axis: number): AxisPlaces {
  const [x, grid] = [node.input(0), node.input(1)];
  const one = graph.scalar(1, grid);
  const taken = graph.op('Gather', [grid.name, graph.constant(elementType.int64, [], [coordinate])], { axis: 3 });
  const flat = graph.op('Reshape', [taken, graph.int64(0, -1)]);
  const size = graph.op('Cast', [graph.size(x, axis)], { to: grid.elementType ?? 1 });
  const last = graph.op('Sub', [size, one]);
  const half = (value: string): string => graph.op('Mul', [value, graph.scalar(0.5, grid)]);
  const aligned = node.int('align_corners', 0) === 1;
  // From [−1, 1] to pixels: between the centres of the outermost ones, or their outer edges.
  const scale = half(aligned ? last : size);
  const place = graph.op('Add', [graph.op('Mul', [flat, scale]), half(last)]);
  const isHeld = node.string('padding_mode', 'zeros') === 'border';
  const position = isHeld ? clip(graph, place, last, grid) : place;
  const below = graph.op('Floor', [position]);
  const fraction = graph.op('Sub', [position, below]);
  const corner = (offset: number): Corner => {
    const at = offset === 0 ? below : graph.op('Add', [below, one]);
    const held = clip(graph, at, last, grid);
    return {
      weight: offset === 0 ? graph.op('Sub', [one, fraction]) : fraction,
      index: graph.op('Cast', [held], { to: elementType.int64 }),
      inside: graph.op('Cast', [graph.op('Equal', [held, at])], { to: grid.elementType ?? 1 }),
    };
  };
  const moves = graph.op('Cast', [graph.op('Equal', [position, place])], { to: grid.elementType ?? 1 });
  return { corners: [corner(0), corner(1)], slope: graph.op('Mul', [moves, scale]) };
}

function clip(graph: BackwardGraph, value: string, last: string, like: Value): string {
  return graph.op('Max', [graph.op('Min', [value, last]), graph.scalar(0, like)]);
}
