import type { BackwardGraph } from '../backward-graph.ts';
import type { ForwardNode } from '../forward-node.ts';
import { elementType } from '../tensor-proto.ts';
import type { GradientContext, OperatorGradient } from './operator-gradient.ts';

/**
 * Y = P V, P = softmax(s Q Kᵀ + mask) (operator set 23): with dS = P (v Vᵀ − Σ v Vᵀ P), Q has s dS K, K has s dSᵀ Q and V has
 * Pᵀ v.
 */
export const attentionGradient: OperatorGradient = {
  operator: 'Attention',
  differentiate(context) {
    const { node, graph, v, wants } = context;
    refuse(node, wants);
    const [q, k, values] = [0, 1, 2].map((i) => apart(graph, node, i));
    const g = splitHeads(graph, v, node, 0);
    const head = node.inputShape(0);
    const width = typeof head[3] === 'number' || head.length === 4 ? head[3] : undefined;
    const scale = scaleOf(context, q, width);
    const scores = graph.op('Mul', [graph.op('MatMul', [q, turned(graph, k)]), scale]);
    const p = graph.op('Softmax', [masked(context, scores)], { axis: -1 });
    const dP = graph.op('MatMul', [g, turned(graph, values)]);
    const along = graph.op('ReduceSum', [graph.op('Mul', [dP, p]), graph.int64(-1)], { keepdims: 1 });
    const dS = graph.op('Mul', [graph.op('Mul', [p, graph.op('Sub', [dP, along])]), scale]);
    return [
      wants(0) ? joinHeads(graph, graph.op('MatMul', [dS, k]), node, 0) : undefined,
      wants(1) ? joinHeads(graph, graph.op('MatMul', [turned(graph, dS), q]), node, 1) : undefined,
      wants(2) ? joinHeads(graph, graph.op('MatMul', [turned(graph, p), g]), node, 2) : undefined,
    ];
  },
};

function refuse(node: ForwardNode, wants: (i: number) => boolean): void {
  const queries = node.int('q_num_heads', 0);
  if (queries !== node.int('kv_num_heads', queries)) throw node.unsupported('groups of its heads share keys');
  const [q, k] = [node.inputShape(0), node.inputShape(1)];
  if (q.length === 4 && typeof q[1] === 'number' && typeof k[1] === 'number' && q[1] !== k[1]) {
    throw node.unsupported('groups of its heads share keys');
  }
  if (node.float('softcap', 0) !== 0) throw node.unsupported('it caps its scores');
  if (wants(3)) throw node.unsupported('its mask depends on the picture');
  if ([4, 5, 6].some((i) => node.hasInput(i))) throw node.unsupported('it has a past');
}

function apart(graph: BackwardGraph, node: ForwardNode, i: number): string {
  return splitHeads(graph, node.input(i).name, node, i);
}

/** [n, tokens, heads · width] → [n, heads, tokens, width]; with four axes as it is. */
function splitHeads(graph: BackwardGraph, x: string, node: ForwardNode, i: number): string {
  if (node.inputShape(i).length === 4) return x;
  const heads = node.int('q_num_heads', 1);
  return graph.op('Transpose', [graph.op('Reshape', [x, graph.int64(0, 0, heads, -1)])], { perm: [0, 2, 1, 3] });
}

function joinHeads(graph: BackwardGraph, x: string, node: ForwardNode, i: number): string {
  if (node.inputShape(i).length === 4) return x;
  return graph.op('Reshape', [graph.op('Transpose', [x], { perm: [0, 2, 1, 3] }), graph.int64(0, 0, -1)]);
}

function turned(graph: BackwardGraph, x: string): string {
  return graph.op('Transpose', [x], { perm: [0, 1, 3, 2] });
}

/** The given scale, or 1/√width of a head. */
function scaleOf({ node, graph }: GradientContext, q: string, width: unknown): string {
  const like = node.input(0);
  if (node.hasAttribute('scale')) return graph.scalar(node.float('scale', 1), like);
  if (typeof width === 'number') return graph.scalar(1 / Math.sqrt(width), like);
  const size = graph.op('Gather', [graph.op('Shape', [q]), graph.constant(elementType.int64, [], [3])]);
  return graph.op('Reciprocal', [graph.op('Sqrt', [graph.op('Cast', [size], { to: like.elementType ?? 1 })])]);
}

/** Large enough to leave nothing of a score after the exponential, small enough for half precision. */
const HIDDEN = -6e4;

function masked({ node, graph }: GradientContext, scores: string): string {
  const like = node.input(0);
  let result = scores;
  if (node.hasInput(3)) {
    const mask = node.input(3);
    result =
      mask.elementType === elementType.bool
        ? graph.op('Where', [mask.name, result, graph.scalar(HIDDEN, like)])
        : graph.op('Add', [result, mask.name]);
  }
  if (node.int('is_causal', 0) === 0) return result;
  const size = graph.op('Slice', [graph.op('Shape', [scores]), graph.int64(2), graph.int64(4), graph.int64(0)]);
  const ones = graph.op('Expand', [graph.scalar(1, like), size]);
  const visible = graph.op('Cast', [graph.op('Trilu', [ones], { upper: 0 })], { to: elementType.bool });
  return graph.op('Where', [visible, result, graph.scalar(HIDDEN, like)]);
}
