import { attributeType, type AttributeProto, type NodeProto } from './onnx-schema.ts';
import { elementType, int64ToNumber, numericTensor } from './tensor-proto.ts';

/**
 * Rewrites nodes of operator sets 9 to 12 in the form they have from operator set 13 on, in which the gradients are
 * written: attributes that became inputs, Softmax over flattened axes, Upsample.
 */
export function upgradeOperators(nodes: readonly NodeProto[], opset: number): readonly NodeProto[] {
  return opset >= 13 ? nodes : nodes.flatMap((node) => upgrades[node.opType]?.(new OldNode(node), opset) ?? [node]);
}

class OldNode {
  readonly node: NodeProto;
  #count = 0;

  constructor(node: NodeProto) {
    this.node = node;
  }

  attribute(name: string): AttributeProto | undefined {
    return this.node.attribute?.find((a) => a.name === name);
  }

  /** The node without the attributes named, with the constants they held as further inputs. */
  withInputs(...given: ({ type: number; dims: number[]; values: number[]; from: string } | undefined)[]): NodeProto[] {
    const dropped = new Set(given.map((g) => g?.from));
    const constants = given.map((g) => (g === undefined ? undefined : this.constant(g.type, g.dims, g.values)));
    const input = [this.node.input[0], ...constants.map((c) => c?.output[0] ?? '')];
    const attribute = (this.node.attribute ?? []).filter(({ name }) => !dropped.has(name));
    return [...constants.filter((c) => c !== undefined), { ...this.node, input, attribute }];
  }

  constant(type: number, dims: number[], values: number[]): NodeProto {
    const name = `${this.node.output[0]}/upgraded_${this.#count++}`;
    const t = numericTensor(name, type, dims, values);
    return {
      opType: 'Constant',
      input: [],
      output: [name],
      attribute: [{ name: 'value', type: attributeType.tensor, t }],
    };
  }

  ints(name: string) {
    const values = this.attribute(name)?.ints?.map(int64ToNumber);
    return values && { type: elementType.int64, dims: [values.length], values, from: name };
  }

  float(name: string) {
    const attribute = this.attribute(name);
    return attribute && { type: elementType.float, dims: [], values: [attribute.f ?? 0], from: name };
  }

  name(suffix: string): string {
    return `${this.node.output[0]}/${suffix}`;
  }
}

type Upgrade = (old: OldNode, opset: number) => NodeProto[] | undefined;

const axesToInput: Upgrade = (old) =>
  old.attribute('axes') === undefined ? undefined : old.withInputs(old.ints('axes'));

/** Before 13, Softmax acted on all axes from `axis` (by default 1) on as if they were one. */
const flattenedSoftmax: Upgrade = (old) => {
  const { node } = old;
  const axis = int64ToNumber(old.attribute('axis')?.i ?? 1);
  if (axis === -1) return undefined;
  const [shape, flat, soft] = ['shape', 'flat', 'soft'].map((suffix) => old.name(suffix));
  const axisOf = (i: number): AttributeProto[] => [{ name: 'axis', type: attributeType.int, i }];
  return [
    { opType: 'Shape', input: [node.input[0]], output: [shape] },
    { opType: 'Flatten', input: [node.input[0]], output: [flat], attribute: axisOf(axis) },
    { opType: node.opType, name: node.name ?? '', input: [flat], output: [soft], attribute: axisOf(-1) },
    { opType: 'Reshape', input: [soft, shape], output: node.output },
  ];
};

/** Upsample, and Resize before 11: scales from pixel corners, rounded down. */
const asymmetricResize: Upgrade = (old, opset) => {
  const { node } = old;
  if (node.opType === 'Resize' && opset >= 11) return undefined;
  const scales = old.attribute('scales')?.floats;
  const text = (name: string, value: string): AttributeProto => ({
    name,
    type: attributeType.string,
    s: new TextEncoder().encode(value),
  });
  const constant = scales && old.constant(elementType.float, [scales.length], scales);
  const mode = old.attribute('mode');
  return [
    ...(constant === undefined ? [] : [constant]),
    {
      ...node,
      opType: 'Resize',
      input: [node.input[0], '', constant?.output[0] ?? node.input[1]],
      attribute: [
        ...(mode === undefined ? [] : [mode]),
        text('coordinate_transformation_mode', 'asymmetric'),
        text('nearest_mode', 'floor'),
      ],
    },
  ];
};

const upgrades: Readonly<Record<string, Upgrade>> = {
  Squeeze: axesToInput,
  Unsqueeze: axesToInput,
  ReduceSum: axesToInput,
  Split: (old) => (old.attribute('split') === undefined ? undefined : old.withInputs(old.ints('split'))),
  Softmax: flattenedSoftmax,
  LogSoftmax: flattenedSoftmax,
  Clip: (old, opset) => (opset >= 11 ? undefined : old.withInputs(old.float('min'), old.float('max'))),
  Pad: (old, opset) => (opset >= 11 ? undefined : old.withInputs(old.ints('pads'), old.float('value'))),
  Slice: (old, opset) =>
    opset >= 10 ? undefined : old.withInputs(old.ints('starts'), old.ints('ends'), old.ints('axes')),
  // The ratio became an input; it has no effect in inference.
  Dropout: ({ node }) => [{ ...node, opType: 'Identity', output: [node.output[0]], attribute: [] }],
  Upsample: asymmetricResize,
  Resize: asymmetricResize,
};
