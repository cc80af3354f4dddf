import {
  add,
  ceilDivide,
  floor,
  floorDivide,
  maximum,
  minimum,
  multiply,
  product,
  provablyAtLeast,
  sameDimension,
  subtract,
  type Dimension,
} from '../dimension.ts';
import type { ForwardNode, Value } from '../forward-node.ts';
import { elementType, isFloating, tensorDims, tensorNumbers, tensorSize } from '../tensor-proto.ts';
import type { TensorProto } from '../onnx-schema.ts';
import { staticShape } from './known-elements.ts';
import type { ShapeRule } from './shape-rule.ts';

/** Tensors larger than this are data, not sizes. */
const contentLimit = 1024;

/** What is known of a constant. */
export function describeConstant(tensor: TensorProto): Omit<Value, 'name'> {
  const content = tensorSize(tensor) <= contentLimit ? tensorNumbers(tensor) : undefined;
  return { elementType: tensor.dataType, shape: tensorDims(tensor), content };
}

const shapeOf: ShapeRule = ({ node }) => {
  const shape = node.input(0).shape;
  const part = shape?.slice(node.int('start', 0), node.hasAttribute('end') ? node.int('end', 0) : undefined);
  return [{ elementType: elementType.int64, shape: part && [part.length], content: part }];
};

const sizeOf: ShapeRule = ({ node }) => {
  const shape = node.input(0).shape;
  return [{ elementType: elementType.int64, shape: [], content: shape && [product(shape)] }];
};

const constantOfShape: ShapeRule = ({ node, fresh }) => {
  const value = node.tensor('value');
  const rank = node.input(0).shape?.[0];
  const shape =
    node.input(0).content ?? (typeof rank === 'number' ? Array.from({ length: rank }, () => fresh()) : undefined);
  const size = staticShape(shape)?.reduce((a, b) => a * b, 1);
  const fill = value === undefined ? 0 : (tensorNumbers(value)?.[0] ?? 0);
  return [
    {
      elementType: value?.dataType ?? elementType.float,
      shape,
      content: size !== undefined && size <= contentLimit ? new Array<number>(size).fill(fill) : undefined,
    },
  ];
};

/** Operators that turn shapes into values and back. */
export const sizeShapes: Record<string, ShapeRule> = {
  Shape: shapeOf,
  Size: sizeOf,
  ConstantOfShape: constantOfShape,
};

type Arithmetic = (operands: Dimension[], node: ForwardNode) => Dimension | undefined;

function onNumbers(f: (a: number, b: number) => number): Arithmetic {
  return ([a, b]) => (typeof a === 'number' && (b === undefined || typeof b === 'number') ? f(a, b ?? 0) : undefined);
}

const arithmetic: Record<string, Arithmetic> = {
  Identity: ([a]) => a,
  Add: ([a, b]) => add(a, b),
  Sub: ([a, b]) => subtract(a, b),
  Mul: ([a, b]) => multiply(a, b),
  Div: ([a, b], node) => {
    if (isFloating(node.input(0).elementType)) return typeof b === 'number' ? multiply(a, 1 / b) : undefined;
    return b === 0 || (typeof a === 'number' && a < 0) ? undefined : floorDivide(a, b);
  },
  Mod: onNumbers((a, b) => a - b * Math.floor(a / b)),
  Neg: ([a]) => multiply(-1, a),
  Floor: ([a]) => floor(a),
  Ceil: ([a]) => ceilDivide(a, 1),
  Sqrt: onNumbers(Math.sqrt),
  Min: (operands) => operands.reduce(minimum),
  Max: (operands) => operands.reduce(maximum),
  Equal: ([a, b]) => {
    if (sameDimension(a, b)) return 1;
    return provablyAtLeast(subtract(a, 1), b) || provablyAtLeast(subtract(b, 1), a) ? 0 : undefined;
  },
  Greater: onNumbers((a, b) => (a > b ? 1 : 0)),
  Less: onNumbers((a, b) => (a < b ? 1 : 0)),
  Not: onNumbers((a) => (a === 0 ? 1 : 0)),
  Where: ([condition, a, b]) => (typeof condition !== 'number' ? undefined : condition !== 0 ? a : b),
  Cast: ([a], node) => {
    const to = node.int('to', elementType.float);
    if (to === elementType.bool) return typeof a === 'number' ? Number(a !== 0) : undefined;
    if (isFloating(to)) return a;
    return typeof a === 'number' ? Math.trunc(a) : floor(a);
  },
};

/**
 * The elements of an elementwise node's output, where those of its inputs are known and few.
 * @param shape  the output's.
 */
export function elementwiseContent(
  node: ForwardNode,
  shape: readonly Dimension[] | undefined,
): Dimension[] | undefined {
  const compute = arithmetic[node.operator];
  const dims = staticShape(shape);
  if (compute === undefined || dims === undefined) return undefined;
  const size = dims.reduce((a, b) => a * b, 1);
  const operands = node.proto.input.map((_, i) => node.input(i));
  if (size > contentLimit || operands.some(({ content }) => content === undefined)) return undefined;
  const content = Array.from({ length: size }, (_, flat) =>
    compute(
      operands.map((operand) => (operand.content ?? [])[broadcastIndex(flat, dims, staticShape(operand.shape) ?? [])]),
      node,
    ),
  );
  return content.every((d) => d !== undefined) ? (content as Dimension[]) : undefined;
}

/** The product of the elements, for ReduceProd over a whole shape. */
export function productContent(node: ForwardNode): Dimension[] | undefined {
  const { content, shape } = node.input(0);
  return node.operator === 'ReduceProd' && shape?.length === 1 && content !== undefined
    ? [product(content)]
    : undefined;
}

/** Where element `flat` of a tensor of shape `dims` comes from in an operand that was broadcast to it. */
function broadcastIndex(flat: number, dims: readonly number[], operand: readonly number[]): number {
  let [rest, at, stride] = [flat, 0, 1];
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const i = rest % dims[axis];
    rest = Math.floor(rest / dims[axis]);
    const size = operand[axis - (dims.length - operand.length)] ?? 1;
    if (size !== 1) {
      at += i * stride;
      stride *= size;
    }
  }
  return at;
}
