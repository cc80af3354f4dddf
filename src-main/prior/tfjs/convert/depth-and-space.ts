import { floorDivide, multiply, type Dimension } from '../../differentiate/dimension.ts';
import type { ForwardNode } from '../../differentiate/forward-node.ts';
import { floatType, intType } from './graph-def.ts';
import { inLayout, unconvertible, type Placement } from './placement.ts';
import { reshaped } from './reshape.ts';

// DepthToSpace and SpaceToDepth are written as reshaping and transposing, since TensorFlow.js does not differentiate
// the operators of these names.

/** [n, h, w, block · block · c] (mode DCR) or [n, h, w, c · block · block] (CRD) → [n, h · block, w · block, c]. */
export function depthToSpace(node: ForwardNode, at: Placement): void {
  const block = node.int('blocksize', 1);
  const [n, h, w, depth] = inLayout('last', node.inputShape(0));
  const c = floorDivide(depth, block * block);
  const depthFirst = node.string('mode', 'DCR') === 'DCR';
  rearrange(node, at, {
    from: [n, h, w, depth],
    split: depthFirst ? [n, h, w, block, block, c] : [n, h, w, c, block, block],
    order: depthFirst ? [0, 1, 3, 2, 4, 5] : [0, 1, 4, 2, 5, 3],
    to: [n, multiply(h, block), multiply(w, block), c],
  });
}

/** [n, h · block, w · block, c] → [n, h, w, block · block · c]. */
export function spaceToDepth(node: ForwardNode, at: Placement): void {
  const block = node.int('blocksize', 1);
  const [n, height, width, c] = inLayout('last', node.inputShape(0));
  const [h, w] = [floorDivide(height, block), floorDivide(width, block)];
  rearrange(node, at, {
    from: [n, height, width, c],
    split: [n, h, block, w, block, c],
    order: [0, 1, 3, 2, 4, 5],
    to: [n, h, w, multiply(c, block * block)],
  });
}

interface Rearrangement {
  readonly from: readonly Dimension[];
  readonly split: readonly Dimension[];
  readonly order: readonly number[];
  readonly to: readonly Dimension[];
}

function rearrange(node: ForwardNode, at: Placement, { from, split, order, to }: Rearrangement): void {
  const { graph } = at;
  const name = node.proto.output[0];
  const parts = reshaped(graph, at.find(node.proto.input[0], 'last'), from, split, `${name}/split`);
  const moved =
    parts && graph.node('Transpose', [parts, graph.ints(order)], { T: floatType, Tperm: intType }, `${name}/moved`);
  const movedSizes = order.map((axis) => split[axis]);
  const joined = moved && reshaped(graph, moved, movedSizes, to, name);
  if (joined === undefined) throw unconvertible(node, 'its sizes do not follow from those of its input');
  at.place(name, 'last', joined);
}
