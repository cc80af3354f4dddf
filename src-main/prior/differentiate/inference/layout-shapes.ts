import { floorDivide, multiply, product, type Dimension } from '../dimension.ts';
import { picked, readAxes, rearranged } from './known-elements.ts';
import { broadcastShapes, type RuleContext, type ShapeRule } from './shape-rule.ts';

const reshape: ShapeRule = ({ node, fresh }) => {
  const source = node.input(0).shape;
  const target = node.input(1).content;
  if (target === undefined) {
    const rank = node.input(1).shape?.[0];
    return rearranged(node, typeof rank === 'number' ? Array.from({ length: rank }, fresh) : undefined);
  }
  const copied = target.map((d, axis) => (d === 0 && node.int('allowzero', 0) === 0 ? (source?.[axis] ?? fresh()) : d));
  const open = copied.indexOf(-1);
  if (open >= 0) {
    const rest = product(copied.filter((_, axis) => axis !== open));
    copied[open] = source === undefined || rest === 0 ? fresh() : floorDivide(product(source), rest);
  }
  return rearranged(node, copied);
};

const squeeze: ShapeRule = ({ node }) => {
  const shape = node.input(0).shape;
  const axes = readAxes(node, 1)?.map((a) => node.axis(a));
  if (shape === undefined) return rearranged(node, undefined);
  if (axes === undefined && shape.some((d) => typeof d !== 'number')) return rearranged(node, undefined);
  return rearranged(
    node,
    shape.filter((d, axis) => !(axes === undefined ? d === 1 : axes.includes(axis))),
  );
};

const unsqueeze: ShapeRule = ({ node }) => {
  const shape = node.input(0).shape;
  const axes = readAxes(node, 1);
  if (shape === undefined || axes === undefined) return rearranged(node, undefined);
  const rank = shape.length + axes.length;
  const inserted = new Set(axes.map((a) => (a < 0 ? a + rank : a)));
  const rest = [...shape];
  return rearranged(
    node,
    Array.from({ length: rank }, (_, axis) => (inserted.has(axis) ? 1 : (rest.shift() ?? 1))),
  );
};

const flatten: ShapeRule = ({ node }) => {
  const shape = node.input(0).shape;
  if (shape === undefined) return rearranged(node, undefined);
  const axis = node.axis(node.int('axis', 1));
  return rearranged(node, [product(shape.slice(0, axis)), product(shape.slice(axis))]);
};

const transpose: ShapeRule = ({ node }) => {
  const shape = node.input(0).shape;
  if (shape === undefined) return picked(node, undefined, (index) => index);
  const perm = node.ints('perm') ?? shape.map((_, axis) => shape.length - 1 - axis);
  return picked(
    node,
    perm.map((axis) => shape[axis]),
    (index) => index.reduce<number[]>((source, i, axis) => Object.assign(source, { [perm[axis]]: i }), []),
  );
};

const expand: ShapeRule = ({ node, fresh }) => {
  const target = node.input(1);
  const rank = target.shape?.[0];
  const asked = target.content ?? (typeof rank === 'number' ? Array.from({ length: rank }, fresh) : undefined);
  const source = node.input(0).shape;
  const shape = broadcastShapes([source, asked]);
  return picked(node, shape, (index) =>
    index.slice(index.length - (source?.length ?? 0)).map((i, axis) => (source?.[axis] === 1 ? 0 : i)),
  );
};

const tile: ShapeRule = ({ node, fresh }) => {
  const source = node.input(0).shape;
  const repeats = node.input(1).content;
  const shape = source?.map((d, axis) => (repeats === undefined ? fresh() : multiply(d, repeats[axis])));
  return picked(node, shape, (index) => index.map((i, axis) => i % Number(source?.[axis])));
};

function blocks(
  context: RuleContext,
  rearrange: (n: Dimension, c: Dimension, h: Dimension, w: Dimension) => Dimension[],
) {
  const { elementType: type, shape } = context.node.input(0);
  return [
    { elementType: type, shape: shape === undefined ? undefined : rearrange(shape[0], shape[1], shape[2], shape[3]) },
  ];
}

/** Operators that change the shape around the elements. */
export const layoutShapes: Record<string, ShapeRule> = {
  Reshape: reshape,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Flatten: flatten,
  Transpose: transpose,
  Expand: expand,
  Tile: tile,
  DepthToSpace: (context) => {
    const b = context.node.int('blocksize', 1);
    return blocks(context, (n, c, h, w) => [n, floorDivide(c, b * b), multiply(h, b), multiply(w, b)]);
  },
  SpaceToDepth: (context) => {
    const b = context.node.int('blocksize', 1);
    return blocks(context, (n, c, h, w) => [n, multiply(c, b * b), floorDivide(h, b), floorDivide(w, b)]);
  },
};
