import { sumToOperand } from './broadcasting.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** Y = α A′ B′ + β C, where ′ is an optional transpose: α v B′ᵀ, α A′ᵀ v (transposed back), β v. */
export const gemmGradient: OperatorGradient = {
  operator: 'Gemm',
  differentiate({ node, graph, v, wants }) {
    const [a, b] = [node.input(0).name, node.input(1).name];
    const [transA, transB] = [node.int('transA', 0), node.int('transB', 0)];
    const alpha = { float: node.float('alpha', 1) };
    const forA = (): string =>
      transA === 0
        ? graph.op('Gemm', [v, b], { alpha, transB: 1 - transB })
        : graph.op('Gemm', [b, v], { alpha, transA: transB, transB: 1 });
    const forB = (): string =>
      transB === 0
        ? graph.op('Gemm', [a, v], { alpha, transA: 1 - transA })
        : graph.op('Gemm', [v, a], { alpha, transA: 1, transB: transA });
    const forC = (): string => {
      const beta = node.float('beta', 1);
      const summed = sumToOperand(graph, v, node.output(0), node.input(2));
      return beta === 1 ? summed : graph.op('Mul', [summed, graph.scalar(beta, node.output(0))]);
    };
    return [wants(0) ? forA() : undefined, wants(1) ? forB() : undefined, wants(2) ? forC() : undefined];
  },
};
