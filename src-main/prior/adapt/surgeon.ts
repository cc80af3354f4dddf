import type { Attributes } from '../differentiate/backward-graph.ts';
import { attributeType, type AttributeProto, type NodeProto, type TensorProto } from '../differentiate/onnx-schema.ts';
import { elementType, numericTensor } from '../differentiate/tensor-proto.ts';

/** Collects the nodes and constants of an adapter; names begin with `prefix`, which nothing in the file does. */
export class Surgeon {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly #prefix: string;
  #count = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** @param output  the name of the result, where it must have one of its own. */
  op(operator: string, input: readonly string[], attributes: Attributes = {}, output?: string): string {
    const name = output ?? `${this.#prefix}${operator}_${this.#count++}`;
    this.nodes.push({
      opType: operator,
      name: `${this.#prefix}node_${this.#count++}`,
      input: [...input],
      output: [name],
      attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    });
    return name;
  }

  constant(type: number, dims: readonly number[], values: readonly number[], name?: string): string {
    const given = name ?? `${this.#prefix}constant_${this.#count++}`;
    this.initializers.push(numericTensor(given, type, dims, values));
    return given;
  }

  int64(...values: number[]): string {
    return this.constant(elementType.int64, [values.length], values);
  }
}

function attribute(name: string, value: Attributes[string]): AttributeProto {
  if (typeof value === 'number') return { name, type: attributeType.int, i: value };
  if (typeof value === 'string') return { name, type: attributeType.string, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: attributeType.float, f: value.float };
  if ('tensor' in value) return { name, type: attributeType.tensor, t: value.tensor };
  return { name, type: attributeType.ints, ints: [...value] };
}
