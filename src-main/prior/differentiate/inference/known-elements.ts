import type { Dimension } from '../dimension.ts';
import type { ForwardNode } from '../forward-node.ts';
import type { Facts } from './shape-rule.ts';

/** Axes given as attribute (operator sets before 13) or as a constant input; undefined where neither is known. */
export function readAxes(node: ForwardNode, input: number): number[] | undefined {
  return node.ints('axes') ?? (node.hasInput(input) ? node.integers(input) : undefined);
}

/** Concrete size of `shape`, or undefined where one is dynamic. */
export function staticShape(shape: readonly Dimension[] | undefined): number[] | undefined {
  return shape?.every((d) => typeof d === 'number') ? [...(shape as number[])] : undefined;
}

/** Same type as input 0, the given shape, and the content of input 0 in unchanged order. */
export function rearranged(node: ForwardNode, shape: Dimension[] | undefined): Facts[] {
  const { elementType: type, content } = node.input(0);
  return [{ elementType: type, shape, content: staticShape(shape) === undefined ? undefined : content }];
}

/** Output elements picked from input 0: `from` maps an output index to an input index. */
export function picked(
  node: ForwardNode,
  shape: Dimension[] | undefined,
  from: (index: number[]) => number[],
): Facts[] {
  const { elementType: type, content, shape: source } = node.input(0);
  const [target, dims] = [staticShape(shape), staticShape(source)];
  if (content === undefined || target === undefined || dims === undefined) return [{ elementType: type, shape }];
  return [{ elementType: type, shape, content: indices(target).map((index) => content[flatIndex(from(index), dims)]) }];
}

/** All indices of a tensor in row-major order. */
function indices(dims: readonly number[]): number[][] {
  return dims.reduce<number[][]>(
    (outer, d) => outer.flatMap((index) => Array.from({ length: d }, (_, i) => [...index, i])),
    [[]],
  );
}

export function flatIndex(index: readonly number[], dims: readonly number[]): number {
  return index.reduce((flat, i, axis) => flat * dims[axis] + i, 0);
}
