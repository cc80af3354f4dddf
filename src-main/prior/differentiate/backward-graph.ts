import type { Value } from './forward-node.ts';
import { attributeType, type AttributeProto, type NodeProto, type TensorProto } from './onnx-schema.ts';
import { elementType, numericTensor } from './tensor-proto.ts';

/** Attribute values: whole numbers are INT(S); other numbers are marked, since 1.0 and 1 look alike. */
export type Attributes = Readonly<
  Record<string, number | string | readonly number[] | { readonly float: number } | { readonly tensor: TensorProto }>
>;

/**
 * The nodes and constants that gradients add behind a network. Values are named by strings, as in ONNX. Equal nodes
 * and equal small constants are made once.
 */
export class BackwardGraph {
  readonly nodes: NodeProto[] = [];
  readonly initializers = new Map<string, TensorProto>();
  readonly opset: number;
  /** Outputs asked of nodes of the forward network that do not have them: node → output names. */
  readonly addedOutputs = new Map<NodeProto, string[]>();
  readonly #taken: (name: string) => boolean;
  readonly #made = new Map<string, string[]>();
  #count = 0;

  /** @param taken  names of the forward network. */
  constructor(opset: number, taken: (name: string) => boolean) {
    this.opset = opset;
    this.#taken = taken;
  }

  /** A node with one output. */
  op(operator: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.ops(operator, inputs, 1, attributes)[0];
  }

  ops(operator: string, inputs: readonly string[], outputs: number, attributes: Attributes = {}): string[] {
    const key = JSON.stringify([operator, inputs, outputs, attributes]);
    const made = this.#made.get(key);
    if (made !== undefined) return made;
    const output = Array.from({ length: outputs }, () => this.#name(operator));
    this.nodes.push({
      opType: operator,
      name: output[0],
      input: [...inputs],
      output,
      attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
    });
    this.#made.set(key, output);
    return output;
  }

  /** A constant of TensorProto.DataType `type`. */
  constant(type: number, dims: readonly number[], values: readonly number[]): string {
    const key = JSON.stringify(['constant', type, dims, values]);
    const made = this.#made.get(key);
    if (made !== undefined) return made[0];
    const name = this.#name('constant');
    this.initializers.set(name, numericTensor(name, type, dims, values));
    this.#made.set(key, [name]);
    return name;
  }

  /** A one-dimensional int64 constant. */
  int64(...values: number[]): string {
    return this.constant(elementType.int64, [values.length], values);
  }

  /** A scalar of the element type of `like`. */
  scalar(value: number, like: Value): string {
    return this.constant(like.elementType ?? elementType.float, [], [value]);
  }

  /** The shape of a value, at run time. */
  shape(value: Value): string {
    return this.op('Shape', [value.name]);
  }

  /** The size of one axis as a one-element int64 tensor. */
  size(value: Value, axis: number): string {
    const known = value.shape?.[axis];
    if (typeof known === 'number') return this.int64(known);
    return this.op('Gather', [this.shape(value), this.int64(axis)]);
  }

  /** Output `index` of a node of the forward network, which may not have asked for it so far. */
  forwardOutput(node: NodeProto, index: number): string {
    const outputs = this.addedOutputs.get(node) ?? [...node.output];
    while (outputs.length <= index) outputs.push('');
    if (outputs[index] === '') outputs[index] = this.#name(node.opType);
    this.addedOutputs.set(node, outputs);
    return outputs[index];
  }

  #name(operator: string): string {
    const name = `vjp/${operator}_${this.#count++}`;
    return this.#taken(name) ? this.#name(operator) : name;
  }
}

function attributeProto(name: string, value: Attributes[string]): AttributeProto {
  if (typeof value === 'number') return { name, type: attributeType.int, i: value };
  if (typeof value === 'string') return { name, type: attributeType.string, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: attributeType.float, f: value.float };
  if ('tensor' in value) return { name, type: attributeType.tensor, t: value.tensor };
  return { name, type: attributeType.ints, ints: [...value] };
}
