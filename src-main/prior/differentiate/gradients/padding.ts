import type { BackwardGraph } from '../backward-graph.ts';
import type { Dimension } from '../dimension.ts';

/** Beyond the end of any axis, in 32 bits because some providers have no wider integers. */
const farEnd = 2 ** 31 - 1;

/** A number of elements: a constant, or the name of a one-element int64 tensor. */
export type Amount = number | string;

/** Zeros to add along one axis. */
export interface Margin {
  readonly axis: number;
  readonly before: Amount;
  readonly after: Amount;
}

/** `gradient` surrounded by zeros. @param rank  of `gradient`. */
export function padWithZeros(graph: BackwardGraph, gradient: string, rank: number, margins: readonly Margin[]): string {
  const amounts = new Array<Amount>(2 * rank).fill(0);
  for (const { axis, before, after } of margins) {
    amounts[axis] = before;
    amounts[axis + rank] = after;
  }
  if (amounts.every((amount) => amount === 0)) return gradient;
  const pads = amounts.every((amount) => typeof amount === 'number')
    ? graph.int64(...amounts)
    : graph.op(
        'Concat',
        amounts.map((amount) => asTensor(graph, amount)),
        { axis: 0 },
      );
  return graph.op('Pad', [gradient, pads], { mode: 'constant' });
}

/** Sum of amounts, the second ones negated. */
export function amountDifference(graph: BackwardGraph, plus: Amount, ...minus: Amount[]): Amount {
  return minus.reduce((rest, amount) => {
    if (typeof rest === 'number' && typeof amount === 'number') return rest - amount;
    if (amount === 0) return rest;
    return graph.op('Sub', [asTensor(graph, rest), asTensor(graph, amount)]);
  }, plus);
}

/** The size of one axis of a gradient: the constant it is known to be, or taken at run time. */
export function axisSize(graph: BackwardGraph, name: string, axis: number, known?: Dimension): Amount {
  if (typeof known === 'number') return known;
  return graph.op('Gather', [graph.op('Shape', [name]), graph.int64(axis)]);
}

export function asTensor(graph: BackwardGraph, amount: Amount): string {
  return typeof amount === 'number' ? graph.int64(amount) : amount;
}

/** Elements [from, to) of `x` along one axis; `to` undefined: to the end. */
export function sliceAxis(graph: BackwardGraph, x: string, axis: number, from: Amount, to?: Amount): string {
  const end = to === undefined ? graph.int64(farEnd) : asTensor(graph, to);
  return graph.op('Slice', [x, asTensor(graph, from), end, graph.int64(axis)]);
}

/** `x` with one axis in reverse order. */
export function reverseAxis(graph: BackwardGraph, x: string, axis: number): string {
  const start = graph.int64(-1);
  const end = graph.int64(-farEnd);
  return graph.op('Slice', [x, start, end, graph.int64(axis), graph.int64(-1)]);
}
