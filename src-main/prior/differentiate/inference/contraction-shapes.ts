import type { Dimension } from '../dimension.ts';
import type { ForwardNode } from '../forward-node.ts';
import { elementType } from '../tensor-proto.ts';
import { readAxes } from './known-elements.ts';
import { broadcastShapes, type Facts, type ShapeRule } from './shape-rule.ts';

const matMul: ShapeRule = ({ node }) => {
  const [a, b] = [node.input(0).shape, node.input(1).shape];
  const type = node.input(0).elementType;
  if (a === undefined || b === undefined) return [{ elementType: type }];
  const batch = broadcastShapes([a.slice(0, -2), b.slice(0, -2)]) ?? [];
  const rows = a.length > 1 ? [a[a.length - 2]] : [];
  const columns = b.length > 1 ? [b[b.length - 1]] : [];
  return [{ elementType: type, shape: [...batch, ...rows, ...columns] }];
};

const gemm: ShapeRule = ({ node }) => {
  const [a, b] = [node.input(0).shape, node.input(1).shape];
  const shape = a && b && [a[node.int('transA', 0) === 0 ? 0 : 1], b[node.int('transB', 0) === 0 ? 1 : 0]];
  return [{ elementType: node.input(0).elementType, shape }];
};

/** The axis labels of an Einsum: one string per operand and one for the result; blanks removed. */
export function readEinsum(node: ForwardNode): { operands: string[]; result: string } {
  const [left, right] = node.string('equation', '').replaceAll(' ', '').split('->');
  const operands = left.split(',');
  if (right !== undefined) return { operands, result: right };
  // Without "->": the labels that occur once, in alphabetical order.
  const labels = [...left.replaceAll(',', '').replaceAll('.', '')];
  const once = labels.filter((label) => labels.filter((other) => other === label).length === 1).sort();
  return { operands, result: (left.includes('...') ? '...' : '') + once.join('') };
}

const einsum: ShapeRule = ({ node }) => {
  const { operands, result } = readEinsum(node);
  const type = node.input(0).elementType;
  if (result.includes('.')) return [{ elementType: type }];
  const sizes = new Map<string, Dimension>();
  operands.forEach((labels, i) =>
    [...labels].forEach((label, axis) => {
      const size = node.input(i).shape?.[axis];
      if (size !== undefined && (sizes.get(label) ?? 1) === 1) sizes.set(label, size);
    }),
  );
  const shape = [...result].map((label) => sizes.get(label));
  return [{ elementType: type, shape: shape.every((d) => d !== undefined) ? (shape as Dimension[]) : undefined }];
};

const reduce: ShapeRule = ({ node }) => [reduced(node, node.input(0).elementType)];

function reduced(node: ForwardNode, type: number | undefined): Facts {
  const shape = node.input(0).shape;
  if (shape === undefined) return { elementType: type };
  const axes = reductionAxes(node);
  if (axes === undefined) return { elementType: type };
  const keep = node.int('keepdims', 1) === 1;
  return { elementType: type, shape: shape.flatMap((d, axis) => (!axes.includes(axis) ? [d] : keep ? [1] : [])) };
}

/** The axes a Reduce… node sums over, from the front; undefined where they or the rank are not known. */
export function reductionAxes(node: ForwardNode): number[] | undefined {
  const shape = node.input(0).shape;
  if (shape === undefined) return undefined;
  const axes = readAxes(node, 1);
  if (axes === undefined && node.hasInput(1)) return undefined;
  if (axes !== undefined && axes.length > 0) return axes.map((a) => node.axis(a));
  return node.int('noop_with_empty_axes', 0) === 1 ? [] : shape.map((_, axis) => axis);
}

const argument: ShapeRule = ({ node }) => {
  const shape = node.input(0).shape;
  const axis = shape === undefined ? 0 : node.axis(node.int('axis', 0));
  const keep = node.int('keepdims', 1) === 1;
  return [
    {
      elementType: elementType.int64,
      shape: shape?.flatMap((d, a) => (a !== axis ? [d] : keep ? [1] : [])),
    },
  ];
};

const attention: ShapeRule = ({ node }) => {
  const { elementType: type, shape } = node.input(0);
  const values = node.input(2).shape;
  if (shape === undefined || values === undefined) return [{ elementType: type }];
  return [{ elementType: type, shape: [...shape.slice(0, -1), values[values.length - 1]] }];
};

const dft: ShapeRule = ({ node, fresh }) => {
  const { elementType: type, shape } = node.input(0);
  const isWhole = node.int('onesided', 0) === 0 && !node.hasInput(1);
  return [
    { elementType: type, shape: shape && [...(isWhole ? shape.slice(0, -1) : shape.slice(0, -1).map(fresh)), 2] },
  ];
};

/** Operators that sum over axes. */
export const contractionShapes: Record<string, ShapeRule> = {
  Attention: attention,
  DFT: dft,
  MatMul: matMul,
  Gemm: gemm,
  Einsum: einsum,
  ReduceSum: reduce,
  ReduceMean: reduce,
  ReduceMax: reduce,
  ReduceMin: reduce,
  ReduceProd: reduce,
  ReduceL1: reduce,
  ReduceL2: reduce,
  ReduceSumSquare: reduce,
  ReduceLogSumExp: reduce,
  ReduceLogSum: reduce,
  ArgMax: argument,
  ArgMin: argument,
};
