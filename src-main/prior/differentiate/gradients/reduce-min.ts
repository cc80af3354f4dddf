import type { OperatorGradient } from './operator-gradient.ts';
import { knownReductionAxes, shareAmongEqual, withReducedAxes } from './reducing.ts';

/** y = min x: v, shared equally among the elements that attain y. */
export const reduceMinGradient: OperatorGradient = {
  operator: 'ReduceMin',
  differentiate({ node, graph, v }) {
    const [kept, y] = [v, node.output(0).name].map((name) => withReducedAxes(graph, node, name));
    return [shareAmongEqual(graph, kept, node.input(0), y, knownReductionAxes(node))];
  },
};
