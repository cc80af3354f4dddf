import { multiply, symbol, type Dimension } from '../dimension.ts';
import { ForwardNode, type Value } from '../forward-node.ts';
import type { NodeProto, TensorProto, ValueInfoProto } from '../onnx-schema.ts';
import type { NetworkGraph } from '../network-graph.ts';
import { int64ToNumber } from '../tensor-proto.ts';
import { contractionShapes } from './contraction-shapes.ts';
import { elementwiseShapes } from './elementwise-shapes.ts';
import { layoutShapes } from './layout-shapes.ts';
import { selectionShapes } from './selection-shapes.ts';
import type { ShapeRule } from './shape-rule.ts';
import { describeConstant, elementwiseContent, productContent, sizeShapes } from './size-arithmetic.ts';
import { windowShapes } from './window-shapes.ts';

const rules: Readonly<Record<string, ShapeRule>> = {
  ...elementwiseShapes,
  ...windowShapes,
  ...layoutShapes,
  ...selectionShapes,
  ...contractionShapes,
  ...sizeShapes,
};

/**
 * Types, shapes and (for sizes) contents of all values of a graph, as far as they follow from its constants.
 * @param graph   x is taken as [n, c, h, w]; where the file leaves them open, h and w are multiples of `stride`, and
 *                the time input has as many samples as x.
 */
export function inferValues(graph: NetworkGraph, x: string, time: string, stride: number): Map<string, Value> {
  const inference = new Inference(graph, x, time, stride);
  for (const node of graph.nodes) inference.describe(node);
  return inference.values;
}

/** The same, node by node, for a graph that is rewritten as it is read. */
export class Inference {
  /** What is known so far. */
  readonly values = new Map<string, Value>();
  readonly #opset: number;
  readonly #declared: ReadonlyMap<string, ValueInfoProto>;
  #symbols = 0;

  /** @see inferValues; the nodes of the graph are not read. */
  constructor(graph: NetworkGraph, x: string, time: string, stride: number) {
    this.#opset = graph.opset;
    this.#declared = new Map(graph.valueInfo.map((info) => [info.name, info]));
    for (const tensor of graph.initializers.values()) this.addConstant(tensor);
    const named = new Map<string, Dimension>();
    const dimension = (name: string | undefined, factor: number): Dimension => {
      if (!name) return multiply(factor, this.#fresh());
      const known = named.get(name) ?? multiply(factor, this.#fresh());
      named.set(name, known);
      return known;
    };
    const describeInput = (input: ValueInfoProto): Value => {
      const type = input.type?.tensorType;
      const declared = type?.shape?.dim ?? (input.name === x ? [{}, {}, {}, {}] : undefined);
      const shape = declared?.map((d, axis): Dimension => {
        if (Object.hasOwn(d, 'dimValue')) return int64ToNumber(d.dimValue ?? 0);
        if (input.name === time && axis === 0) return this.values.get(x)?.shape?.[0] ?? dimension(d.dimParam, 1);
        return dimension(d.dimParam, input.name === x && axis >= 2 ? stride : 1);
      });
      return { name: input.name, elementType: type?.elemType, shape, content: undefined };
    };
    const xFirst = [...graph.inputs].sort((a, b) => Number(b.name === x) - Number(a.name === x));
    for (const input of xFirst) this.values.set(input.name, describeInput(input));
  }

  addConstant(tensor: TensorProto): void {
    const name = tensor.name ?? '';
    this.values.set(name, { name, ...describeConstant(tensor) });
  }

  /** The next node in topological order. */
  describe(proto: NodeProto): void {
    const node = new ForwardNode(proto, this.#opset, this.values);
    const facts = rules[node.operator]?.({ node, fresh: () => this.#fresh() }) ?? [];
    proto.output.forEach((name, i) => {
      if (name === '') return;
      const fallback = this.#declaredFacts(name);
      const shape = facts[i]?.shape ?? fallback.shape;
      const content =
        facts[i]?.content ?? (i === 0 ? (elementwiseContent(node, shape) ?? productContent(node)) : undefined);
      this.values.set(name, { name, elementType: facts[i]?.elementType ?? fallback.elementType, shape, content });
    });
  }

  #fresh(): Dimension {
    return symbol(`s${this.#symbols++}`);
  }

  #declaredFacts(name: string): Partial<Value> {
    const type = this.#declared.get(name)?.type?.tensorType;
    const shape = type?.shape?.dim?.map((d) =>
      Object.hasOwn(d, 'dimValue') ? int64ToNumber(d.dimValue ?? 0) : this.#fresh(),
    );
    return { elementType: type?.elemType, shape };
  }
}
