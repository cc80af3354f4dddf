import type { ExternalDataSource } from './external-data.ts';
import { inferValues } from './inference/infer-values.ts';
import { readNetwork, type NetworkGraph } from './network-graph.ts';
import { bytesPerElement } from './tensor-proto.ts';
import type { Value } from './forward-node.ts';
import type { NetworkInterface } from './vjp-interface.ts';
import type { ValueInfoProto } from './onnx-schema.ts';

/**
 * Bytes of the largest tensor that a network makes of pictures of a size: by the shapes of its values, without running it.
 * Transposed convolutions count with the columns that they are computed from (ONNX Runtime's CPU kernel makes all of them
 * at once). Values whose shape does not follow from the graph are left out.
 */
export type LargestTensor = (batch: number, height: number, width: number) => number;

type SizesOf = (name: string) => number;

/**
 * @param model  bytes of an ONNX file; of a differentiated one, the activations of its gradient count, too.
 * @param pictures  names of the inputs of the shape [n, channels, h, w].
 * @throws model-corrupt, unsupported-operator  as `readNetwork`
 */
export function largestTensor(
  model: Uint8Array,
  { inputs }: NetworkInterface,
  pictures: readonly string[],
  channels: number,
  externalData?: ExternalDataSource,
): LargestTensor {
  return bySize(model, inputs, pictures, channels, externalData, largest);
}

/**
 * Bytes of some values together, such as of all that a gradient keeps (`SplitPasses.kept`), for pictures of a size.
 * @param model, pictures, throws  as `largestTensor`
 */
export function totalOf(
  names: readonly string[],
  model: Uint8Array,
  { inputs }: NetworkInterface,
  pictures: readonly string[],
  channels: number,
  externalData?: ExternalDataSource,
): LargestTensor {
  return bySize(model, inputs, pictures, channels, externalData, (_, sizeOf) =>
    names.reduce((sum, name) => sum + sizeOf(name), 0),
  );
}

function bySize(
  model: Uint8Array,
  inputs: NetworkInterface['inputs'],
  pictures: readonly string[],
  channels: number,
  externalData: ExternalDataSource | undefined,
  measure: (graph: NetworkGraph, sizeOf: SizesOf, values: ReadonlyMap<string, Value>) => number,
): LargestTensor {
  const graph = readNetwork(model, externalData, []);
  const known = new Map<string, number>();
  return (batch, height, width) => {
    const key = [batch, height, width].join();
    const found = known.get(key);
    if (found !== undefined) return found;
    const sized = withShapes(graph, new Map(pictures.map((name) => [name, [batch, channels, height, width]])));
    const withTime = withShapes(sized, new Map([[inputs.time, [batch]]]));
    const values = inferValues(withTime, inputs.x, inputs.time, 1);
    const sizeOf = (name: string): number => {
      const { shape, elementType } = values.get(name) ?? {};
      if (shape === undefined || !shape.every((d) => typeof d === 'number')) return 0;
      return shape.reduce<number>((a, b) => a * (b as number), bytesPerElement[elementType ?? 1] ?? 4);
    };
    const bytes = measure(withTime, sizeOf, values);
    known.set(key, bytes);
    return bytes;
  };
}

function largest(graph: NetworkGraph, sizeOf: SizesOf, values: ReadonlyMap<string, Value>): number {
  let most = 0;
  for (const { opType, input, output } of graph.nodes) {
    for (const name of output) most = Math.max(most, sizeOf(name));
    if (opType === 'ConvTranspose')
      most = Math.max(most, columns(values.get(input[0])?.shape, values.get(input[1])?.shape));
  }
  return most;
}

/** Of one sample, float32: [channels of the result × kernel] × [pixels of the input]. */
function columns(x: readonly unknown[] | undefined, weight: readonly unknown[] | undefined): number {
  const sizes = [...(weight?.slice(1) ?? []), ...(x?.slice(2) ?? [])];
  return sizes.every((d) => typeof d === 'number') ? sizes.reduce<number>((a, b) => a * (b as number), 4) : 0;
}

function withShapes(graph: NetworkGraph, shapes: ReadonlyMap<string, readonly number[]>): NetworkGraph {
  const inputs = graph.inputs.map((info): ValueInfoProto => {
    const shape = shapes.get(info.name);
    if (shape === undefined) return info;
    const tensorType = { ...info.type?.tensorType, shape: { dim: shape.map((dimValue) => ({ dimValue })) } };
    return { ...info, type: { ...info.type, tensorType } };
  });
  return { ...graph, inputs };
}
