import { sumToOperand } from './broadcasting.ts';
import { keepWhere } from './masking.ts';
import type { GradientContext, OperatorGradient } from './operator-gradient.ts';

/** y = aᵇ: v b aᵇ⁻¹ and v y ln a (0 where a = 0), summed over broadcast axes. */
export const powGradient: OperatorGradient = {
  operator: 'Pow',
  differentiate(context) {
    const { node, graph, v, wants } = context;
    const [a, b, y] = [node.input(0), node.input(1), node.output(0)];
    const forB = (): string => {
      const slope = graph.op('Mul', [y.name, graph.op('Log', [a.name])]);
      const guarded = keepWhere(graph, graph.op('Greater', [a.name, graph.scalar(0, a)]), slope, a);
      const gradient = sumToOperand(graph, graph.op('Mul', [v, guarded]), y, b);
      return a.elementType === b.elementType ? gradient : graph.op('Cast', [gradient], { to: b.elementType ?? 1 });
    };
    return [
      wants(0) ? sumToOperand(graph, graph.op('Mul', [v, slopeOfBase(context)]), y, a) : undefined,
      wants(1) ? forB() : undefined,
    ];
  },
};

/** b aᵇ⁻¹, with the exponents 2 and 3 spelt out: they are common, and a general power is slow. */
function slopeOfBase({ node, graph }: GradientContext): string {
  const [a, b] = [node.input(0), node.input(1)];
  const exponent = b.content?.length === 1 ? b.content[0] : undefined;
  if (exponent === 2) return graph.op('Mul', [a.name, graph.scalar(2, a)]);
  if (exponent === 3) return graph.op('Mul', [graph.op('Mul', [a.name, a.name]), graph.scalar(3, a)]);
  const cast = a.elementType === b.elementType ? b.name : graph.op('Cast', [b.name], { to: a.elementType ?? 1 });
  const reduced = graph.op('Sub', [cast, graph.scalar(1, a)]);
  return graph.op('Mul', [cast, graph.op('Pow', [a.name, reduced])]);
}
