import type { OperatorGradient } from './operator-gradient.ts';

/** Blocks of pixels moved into channels: v moved back. */
export const spaceToDepthGradient: OperatorGradient = {
  operator: 'SpaceToDepth',
  differentiate: ({ node, graph, v }) => [
    graph.op('DepthToSpace', [v], { blocksize: node.int('blocksize', 1), mode: 'DCR' }),
  ],
};
