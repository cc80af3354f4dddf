import { LangevinError } from '../../errors.ts';
import type { Dimension } from './dimension.ts';
import type { AttributeProto, NodeProto, TensorProto } from './onnx-schema.ts';
import { int64ToNumber } from './tensor-proto.ts';

/** What is known, before running the model, of a tensor in its graph. */
export interface Value {
  readonly name: string;
  /** TensorProto.DataType; undefined where an operator outside the known ones made it. */
  readonly elementType: number | undefined;
  /** Undefined where the rank is not known. */
  readonly shape: readonly Dimension[] | undefined;
  /** The elements in row-major order, where they are few and follow from constants and sizes alone. */
  readonly content: readonly Dimension[] | undefined;
}

/** A node of the model with what is known of its inputs and outputs. */
export class ForwardNode {
  readonly proto: NodeProto;
  readonly operator: string;
  /** Version of the default operator set. */
  readonly opset: number;
  readonly #values: ReadonlyMap<string, Value>;
  readonly #attributes: ReadonlyMap<string, AttributeProto>;

  constructor(proto: NodeProto, opset: number, values: ReadonlyMap<string, Value>) {
    this.proto = proto;
    this.operator = operatorName(proto);
    this.opset = opset;
    this.#values = values;
    this.#attributes = new Map((proto.attribute ?? []).map((a) => [a.name, a]));
  }

  get inputCount(): number {
    return this.proto.input.length;
  }

  get outputCount(): number {
    return this.proto.output.length;
  }

  /** Whether optional input `i` is given. */
  hasInput(i: number): boolean {
    return (this.proto.input[i] ?? '') !== '';
  }

  input(i: number): Value {
    return this.#value(this.proto.input[i] ?? '');
  }

  output(i = 0): Value {
    return this.#value(this.proto.output[i] ?? '');
  }

  #value(name: string): Value {
    return this.#values.get(name) ?? { name, elementType: undefined, shape: undefined, content: undefined };
  }

  hasAttribute(name: string): boolean {
    return this.#attributes.has(name);
  }

  int(name: string, fallback: number): number {
    const i = this.#attributes.get(name)?.i;
    return i === undefined ? fallback : int64ToNumber(i);
  }

  ints(name: string): number[] | undefined {
    return this.#attributes.get(name)?.ints?.map(int64ToNumber);
  }

  float(name: string, fallback: number): number {
    return this.#attributes.get(name)?.f ?? fallback;
  }

  floats(name: string): number[] | undefined {
    return this.#attributes.get(name)?.floats;
  }

  string(name: string, fallback: string): string {
    const s = this.#attributes.get(name)?.s;
    return s === undefined ? fallback : new TextDecoder().decode(s);
  }

  tensor(name: string): TensorProto | undefined {
    return this.#attributes.get(name)?.t ?? undefined;
  }

  /** Input `i` as constant integers, or undefined where they depend on sizes or are computed by the network. */
  integers(i: number): number[] | undefined {
    const content = this.input(i).content;
    return content?.every((d) => typeof d === 'number') ? [...(content as number[])] : undefined;
  }

  /** The shape of input `i`. @throws unsupported-operator where not even its rank is known. */
  inputShape(i: number): readonly Dimension[] {
    return this.input(i).shape ?? this.#unknownRank(this.input(i));
  }

  outputShape(i = 0): readonly Dimension[] {
    return this.output(i).shape ?? this.#unknownRank(this.output(i));
  }

  #unknownRank(value: Value): never {
    throw this.unsupported(`the rank of "${value.name}" is not known`);
  }

  /** Axis `axis` of input 0, counted from the front. */
  axis(axis: number, rank = this.inputShape(0).length): number {
    return axis < 0 ? axis + rank : axis;
  }

  unsupported(reason: string): LangevinError {
    return new LangevinError(
      'unsupported-operator',
      `The network cannot be differentiated: node "${this.proto.name || this.proto.output[0]}" (${this.operator}): ${reason}.`,
    );
  }
}

/** Operator type, with its domain where that is not ONNX's own. */
export function operatorName(node: NodeProto): string {
  const domain = node.domain ?? '';
  return domain === '' || domain === 'ai.onnx' ? node.opType : `${domain}.${node.opType}`;
}
