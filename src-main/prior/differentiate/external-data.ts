import { LangevinError } from '../../errors.ts';
import type { GraphProto, NodeProto, TensorProto } from './onnx-schema.ts';
import { tensorBytes, tensorSize } from './tensor-proto.ts';

/** The bytes of a file beside the model, by the location that the model calls it by: a relative POSIX path. */
export type ExternalDataSource = (location: string) => Uint8Array;

/**
 * External data from files that are at hand.
 * @param model  its name, for the message.
 */
export function externalDataOf(
  model: string,
  files: readonly { readonly path: string; readonly data: Uint8Array }[],
): ExternalDataSource {
  return (location) => {
    const found = files.find(({ path }) => path === location);
    if (found !== undefined) return found.data;
    throw new LangevinError(
      'file-not-found',
      `The network ${model} keeps weights in "${location}", which its manifest does not list.`,
    );
  };
}

/** TensorProto.DataLocation.EXTERNAL. */
const external = 1;

/**
 * Files beside a model that keep its weights, in the order they are met.
 * @throws model-corrupt for a location outside the model's folder.
 */
export function externalLocations(graph: GraphProto): string[] {
  const locations = new Set<string>();
  for (const tensor of tensorsOf(graph)) if (tensor.dataLocation === external) locations.add(locationOf(tensor));
  return [...locations];
}

function locationOf({ name = '', externalData = [] }: TensorProto): string {
  const location = externalData.find(({ key }) => key === 'location')?.value ?? '';
  if (staysInside(location)) return location;
  throw new LangevinError(
    'model-corrupt',
    `The weights "${name}" are kept in "${location}", outside the model's folder; such a model is refused.`,
  );
}

/** Protobuf messages must stay below 2 GiB; a margin is left for the rest of the file. */
const inlineLimit = 2 ** 31 - 2 ** 26;

/**
 * Moves tensors kept in other files into the graph, subgraphs included.
 * @throws model-corrupt           for a location outside the model's folder or a range outside the file
 * @throws file-not-found          when there is external data and no source for it
 * @throws unsupported-combination when all of it together exceeds what one ONNX file can hold
 */
export function inlineExternalData(graph: GraphProto, source: ExternalDataSource | undefined): void {
  let total = 0;
  for (const tensor of tensorsOf(graph)) {
    if (tensor.dataLocation === external) {
      const bytes = readExternal(tensor, source);
      tensor.rawData = bytes;
      tensor.dataLocation = 0;
      tensor.externalData = [];
      tensorBytes(tensor);
    }
    total += tensor.rawData?.length ?? 0;
  }
  if (total > inlineLimit) {
    throw new LangevinError(
      'unsupported-combination',
      `The network has ${(total / 2 ** 30).toFixed(1)} GiB of weights; differentiated networks are limited to 2 GiB. ` +
        'Use a solver without gradients, or a half-precision export.',
    );
  }
}

function readExternal(tensor: TensorProto, source: ExternalDataSource | undefined): Uint8Array {
  const entries = new Map((tensor.externalData ?? []).map(({ key, value }) => [key, value ?? '']));
  const location = locationOf(tensor);
  if (source === undefined) {
    throw new LangevinError(
      'file-not-found',
      `The weights "${tensor.name ?? ''}" are kept in the file "${location}", which was not given. List it under externalFiles in the model's manifest.`,
    );
  }
  const file = source(location);
  const offset = Number(entries.get('offset') ?? 0);
  const length = Number(entries.get('length') ?? file.length - offset);
  const fits = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!fits || offset + length > file.length) {
    throw new LangevinError(
      'model-corrupt',
      `The weights "${tensor.name ?? ''}" (${tensorSize(tensor)} values) lie at bytes ${offset} to ${offset + length} of "${location}", which has ${file.length} bytes.`,
    );
  }
  return file.subarray(offset, offset + length);
}

/** Whether a location is a plain path below the model's folder. */
function staysInside(location: string): boolean {
  const absolute = /^([\\/]|[A-Za-z]:)/.test(location);
  return location !== '' && !location.includes('\0') && !absolute && !location.split(/[\\/]/).includes('..');
}

function* tensorsOf(graph: GraphProto): Generator<TensorProto> {
  yield* graph.initializer ?? [];
  for (const node of graph.node) yield* nodeTensors(node);
}

function* nodeTensors(node: NodeProto): Generator<TensorProto> {
  for (const attribute of node.attribute ?? []) {
    if (attribute.t) yield attribute.t;
    yield* attribute.tensors ?? [];
    if (attribute.g) yield* tensorsOf(attribute.g);
    for (const graph of attribute.graphs ?? []) yield* tensorsOf(graph);
  }
}
