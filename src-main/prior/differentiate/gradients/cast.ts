import type { OperatorGradient } from './operator-gradient.ts';

/** A change of floating type: v in the type of x. */
export const castGradient: OperatorGradient = {
  operator: 'Cast',
  differentiate({ node, graph, v }) {
    const type = node.input(0).elementType;
    if (type === undefined) throw node.unsupported(`the type of "${node.input(0).name}" is not known`);
    return [type === node.output(0).elementType ? v : graph.op('Cast', [v], { to: type })];
  },
};
