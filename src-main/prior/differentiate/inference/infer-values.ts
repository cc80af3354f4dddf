import { multiply, symbol, type Dimension } from '../dimension.ts';
import { ForwardNode, type Value } from '../forward-node.ts';
import type { ValueInfoProto } from '../onnx-schema.ts';
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
  const values = new Map<string, Value>();
  const named = new Map<string, Dimension>();
  let symbols = 0;
  const fresh = (): Dimension => symbol(`s${symbols++}`);

  for (const [name, tensor] of graph.initializers) values.set(name, { name, ...describeConstant(tensor) });

  const dimension = (name: string | undefined, factor: number): Dimension => {
    if (!name) return multiply(factor, fresh());
    const known = named.get(name) ?? multiply(factor, fresh());
    named.set(name, known);
    return known;
  };
  const describeInput = (input: ValueInfoProto): Value => {
    const type = input.type?.tensorType;
    const declared = type?.shape?.dim ?? (input.name === x ? [{}, {}, {}, {}] : undefined);
    const shape = declared?.map((d, axis): Dimension => {
      if (Object.hasOwn(d, 'dimValue')) return int64ToNumber(d.dimValue ?? 0);
      if (input.name === time && axis === 0) return values.get(x)?.shape?.[0] ?? dimension(d.dimParam, 1);
      return dimension(d.dimParam, input.name === x && axis >= 2 ? stride : 1);
    });
    return { name: input.name, elementType: type?.elemType, shape, content: undefined };
  };
  const xFirst = [...graph.inputs].sort((a, b) => Number(b.name === x) - Number(a.name === x));
  for (const input of xFirst) values.set(input.name, describeInput(input));

  const declared = new Map(graph.valueInfo.map((info) => [info.name, info]));
  const declaredFacts = (name: string): Partial<Value> => {
    const type = declared.get(name)?.type?.tensorType;
    const shape = type?.shape?.dim?.map((d) =>
      Object.hasOwn(d, 'dimValue') ? int64ToNumber(d.dimValue ?? 0) : fresh(),
    );
    return { elementType: type?.elemType, shape };
  };

  for (const proto of graph.nodes) {
    const node = new ForwardNode(proto, graph.opset, values);
    const facts = rules[node.operator]?.({ node, fresh }) ?? [];
    proto.output.forEach((name, i) => {
      if (name === '') return;
      const fallback = declaredFacts(name);
      const shape = facts[i]?.shape ?? fallback.shape;
      const content =
        facts[i]?.content ?? (i === 0 ? (elementwiseContent(node, shape) ?? productContent(node)) : undefined);
      values.set(name, { name, elementType: facts[i]?.elementType ?? fallback.elementType, shape, content });
    });
  }
  return values;
}
