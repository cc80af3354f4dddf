import type { BackwardGraph } from '../backward-graph.ts';
import type { Dimension } from '../dimension.ts';
import type { Value } from '../forward-node.ts';
import { sumToOperand } from './broadcasting.ts';
import type { OperatorGradient } from './operator-gradient.ts';

/** y = A B, batched and broadcast as numpy does: v Bᵀ and Aᵀ v. */
export const matMulGradient: OperatorGradient = {
  operator: 'MatMul',
  differentiate({ node, graph, v, wants }) {
    const a = asMatrix(graph, node.input(0), node.inputShape(0), 'row');
    const b = asMatrix(graph, node.input(1), node.inputShape(1), 'column');
    const batch = node
      .outputShape(0)
      .slice(0, node.outputShape(0).length - (a.isVector ? 0 : 1) - (b.isVector ? 0 : 1));
    const inserted = [...(a.isVector ? [-2] : []), ...(b.isVector ? [-1] : [])];
    // Both axes are inserted at once where both operands are vectors: -2 and -1 then mean the axes of the result.
    const matrix = inserted.length === 0 ? v : graph.op('Unsqueeze', [v, graph.int64(...inserted)]);
    const finish = (gradient: string, operand: Matrix): string => {
      const result = {
        name: gradient,
        elementType: undefined,
        content: undefined,
        shape: [...batch, ...operand.matrix],
      };
      const target = { ...operand.value, shape: [...operand.batch, ...operand.matrix], name: operand.name };
      const summed = sumToOperand(graph, gradient, result, target);
      return operand.isVector ? graph.op('Squeeze', [summed, graph.int64(operand.axis)]) : summed;
    };
    return [
      wants(0) ? finish(graph.op('MatMul', [matrix, transposed(graph, b)]), a) : undefined,
      wants(1) ? finish(graph.op('MatMul', [transposed(graph, a), matrix]), b) : undefined,
    ];
  },
};

interface Matrix {
  readonly name: string;
  readonly value: Value;
  readonly batch: readonly Dimension[];
  /** The last two sizes. */
  readonly matrix: readonly Dimension[];
  /** Whether the operand is a vector that stands for a row or a column. */
  readonly isVector: boolean;
  /** The axis that a vector lacks. */
  readonly axis: number;
}

function asMatrix(graph: BackwardGraph, value: Value, shape: readonly Dimension[], vectorAs: 'row' | 'column'): Matrix {
  if (shape.length > 1) {
    return { name: value.name, value, batch: shape.slice(0, -2), matrix: shape.slice(-2), isVector: false, axis: 0 };
  }
  const axis = vectorAs === 'row' ? 0 : 1;
  const matrix = vectorAs === 'row' ? [1, shape[0]] : [shape[0], 1];
  const name = graph.op('Unsqueeze', [value.name, graph.int64(axis)]);
  return { name, value, batch: [], matrix, isVector: true, axis };
}

function transposed(graph: BackwardGraph, { name, batch }: Matrix): string {
  const rank = batch.length + 2;
  const perm = Array.from({ length: rank }, (_, axis) => axis);
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  return graph.op('Transpose', [name], { perm });
}
