import type { ForwardNode } from '../forward-node.ts';
import { readEinsum } from '../inference/contraction-shapes.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = Σ Π operands over the labels not in the result: for each operand, the same sum of v and the other operands. */
export const einsumGradient: OperatorGradient = {
  operator: 'Einsum',
  differentiate({ node, graph, v, wants }) {
    const { operands, result } = explicitLabels(node);
    return operands.map((labels, i) => {
      if (!wants(i)) return undefined;
      if (new Set(labels).size < labels.length) throw node.unsupported(`it takes a diagonal ("${labels}")`);
      const others = operands.filter((_, j) => j !== i);
      const names = node.proto.input.filter((_, j) => j !== i);
      // Labels of this operand alone were summed over: v has no such axis, so it is repeated along it.
      const reachable = [...labels].filter((label) => result.includes(label) || others.some((o) => o.includes(label)));
      const equation = `${[result, ...others].join(',')}->${reachable.join('')}`;
      const contracted = graph.op('Einsum', [v, ...names], { equation });
      if (reachable.length === labels.length) return contracted;
      const missing = [...labels].flatMap((label, axis) => (reachable.includes(label) ? [] : [axis]));
      const spread = graph.op('Unsqueeze', [contracted, graph.int64(...missing)]);
      return graph.op('Expand', [spread, graph.shape(node.input(i))]);
    });
  },
};

/** The equation with "..." spelt out in labels of its own. */
function explicitLabels(node: ForwardNode): { operands: string[]; result: string } {
  const { operands, result } = readEinsum(node);
  if (![...operands, result].some((labels) => labels.includes('...'))) return { operands, result };
  const used = operands.join('') + result;
  const free = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].filter((label) => !used.includes(label));
  const ranks = operands.map((labels, i) => node.inputShape(i).length - labels.replace('...', '').length);
  const rank = Math.max(...ranks);
  if (ranks.some((r, i) => operands[i].includes('...') && r !== rank)) {
    throw node.unsupported('its operands have different numbers of batch axes');
  }
  const batch = free.slice(0, rank).join('');
  return { operands: operands.map((labels) => labels.replace('...', batch)), result: result.replace('...', batch) };
}
