import { sumToOperand } from './broadcasting.ts';
import { keepWhere } from './masking.ts';
import type { GradientContext, InputGradients } from './operator-gradient.ts';

/** y = max or min of several operands: v goes to the first that attains y. */
export function extremumGradient({ node, graph, v, wants }: GradientContext): InputGradients {
  const y = node.output(0);
  let taken: string | undefined;
  return node.proto.input.map((_, i) => {
    const attains = graph.op('Equal', [node.input(i).name, y.name]);
    const first = taken === undefined ? attains : graph.op('And', [attains, graph.op('Not', [taken])]);
    taken = taken === undefined ? attains : graph.op('Or', [taken, attains]);
    return wants(i) ? sumToOperand(graph, keepWhere(graph, first, v, y), y, node.input(i)) : undefined;
  });
}
