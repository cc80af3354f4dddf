import { LangevinError } from '../../errors.ts';
import { modelProtoType, type ModelProto, type ValueInfoProto } from '../differentiate/onnx-schema.ts';
import { int64ToNumber } from '../differentiate/tensor-proto.ts';

/** An input or output as the file declares it. */
export interface DeclaredValue {
  readonly name: string;
  /** TensorProto.DataType; 0 where it is no tensor. */
  readonly type: number;
  /** A number, or the name of a free size ('' where it has none); undefined where not even the rank is declared. */
  readonly dims: readonly (number | string)[] | undefined;
}

export interface FileSignature {
  readonly inputs: readonly DeclaredValue[];
  readonly outputs: readonly DeclaredValue[];
}

/**
 * The file as protobuf.
 * @param file  its name, for the message.
 * @throws model-corrupt
 */
export function readOnnxFile(file: string, bytes: Uint8Array): ModelProto {
  try {
    const model = modelProtoType.decode(bytes) as unknown as ModelProto;
    if (!model.graph) throw new Error('it has no graph');
    return model;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LangevinError('model-corrupt', `${file} is not an ONNX network that can be loaded: ${reason}`, {
      cause: error,
    });
  }
}

/** What goes in, without weights that old files list among the inputs, and what comes out. */
export function fileSignature({ graph }: ModelProto): FileSignature {
  const weights = new Set((graph?.initializer ?? []).map(({ name }) => name));
  return {
    inputs: (graph?.input ?? []).filter(({ name }) => !weights.has(name)).map(declared),
    outputs: (graph?.output ?? []).map(declared),
  };
}

function declared({ name, type }: ValueInfoProto): DeclaredValue {
  // protobufjs gives null for what is not there.
  const shape = type?.tensorType?.shape ?? undefined;
  const dims = (shape?.dim ?? []).map((d) => {
    const size = Object.hasOwn(d, 'dimValue') ? int64ToNumber(d.dimValue ?? 0) : 0;
    // Some exporters write −1 or 0 for what is free.
    return size > 0 ? size : (d.dimParam ?? '');
  });
  return { name, type: type?.tensorType?.elemType ?? 0, dims: shape === undefined ? undefined : dims };
}

/** As in `"sample" [n, 3, 32, 32]`. */
export function describeValue({ name, dims }: DeclaredValue): string {
  return `"${name}" [${dims === undefined ? '?' : dims.map((d) => (d === '' ? '?' : d)).join(', ')}]`;
}
