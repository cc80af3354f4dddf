import { sameDimension, maximum, type Dimension } from '../dimension.ts';
import type { ForwardNode, Value } from '../forward-node.ts';

/** What a rule tells of one output; what it leaves out is not known. */
export type Facts = Partial<Omit<Value, 'name'>>;

export interface RuleContext {
  readonly node: ForwardNode;
  /** A dynamic size of which nothing is known. */
  fresh(): Dimension;
}

/** Infers what is known of a node's outputs from its inputs and attributes. */
export type ShapeRule = (context: RuleContext) => Facts[];

/** Numpy broadcasting of the shapes; undefined when the rank of one is not known. */
export function broadcastShapes(shapes: readonly (readonly Dimension[] | undefined)[]): Dimension[] | undefined {
  const known = shapes.filter((shape) => shape !== undefined);
  if (known.length !== shapes.length) return undefined;
  const rank = Math.max(0, ...known.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) =>
    known
      .map((shape) => shape[axis - (rank - shape.length)] ?? 1)
      .reduce((a, b) => (sameDimension(a, b) ? a : broadcastDimension(a, b)), 1),
  );
}

function broadcastDimension(a: Dimension, b: Dimension): Dimension {
  if (a === 1) return b;
  if (b === 1) return a;
  if (typeof a === 'number') return a;
  if (typeof b === 'number') return b;
  return maximum(a, b);
}
