import { LangevinError } from '../../errors.ts';
import { inlineExternalData, type ExternalDataSource } from './external-data.ts';
import {
  modelProtoType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './onnx-schema.ts';
import { elementType, int64ToNumber, widenedTensor } from './tensor-proto.ts';
import { upgradeOperators } from './upgrade-operators.ts';

/** A network as the differentiation works on it: every constant is an initializer, operator set 13 or later. */
export interface NetworkGraph {
  readonly model: ModelProto;
  readonly opset: number;
  /** Inputs without initializers among them. */
  readonly inputs: readonly ValueInfoProto[];
  readonly outputs: readonly ValueInfoProto[];
  readonly valueInfo: readonly ValueInfoProto[];
  /** In topological order. */
  readonly nodes: readonly NodeProto[];
  readonly initializers: ReadonlyMap<string, TensorProto>;
}

/** First operator set whose nodes the gradients can be written in. */
const gradientOpset = 13;
const oldestOpset = 9;

/**
 * Reads an ONNX file.
 * @param reserved  names that the graph must leave free for new inputs and outputs; its own inner values are renamed.
 * @throws model-corrupt         when the bytes are not an ONNX model
 * @throws unsupported-operator  for operator sets before 9, and for control flow before 13
 */
export function readNetwork(
  bytes: Uint8Array,
  externalData: ExternalDataSource | undefined,
  reserved: readonly string[],
): NetworkGraph {
  const model = decode(bytes);
  const graph = model.graph;
  if (!graph || graph.node.length === 0) throw new LangevinError('model-corrupt', 'The ONNX file has no graph.');
  const declared = model.opsetImport?.find(({ domain }) => !domain || domain === 'ai.onnx')?.version;
  const opset = declared === undefined ? 0 : int64ToNumber(declared);
  if (opset < oldestOpset) {
    throw new LangevinError(
      'unsupported-operator',
      `The network uses ONNX operator set ${opset}; it can be differentiated from operator set ${oldestOpset} on. Export it again with a newer one (17 is best).`,
    );
  }
  if (opset < gradientOpset && graph.node.some((node) => subgraphs(node).length > 0)) {
    throw new LangevinError(
      'unsupported-operator',
      `The network has control flow in ONNX operator set ${opset}; export it again with operator set ${gradientOpset} or later.`,
    );
  }
  inlineExternalData(graph, externalData);
  const renamed = renameInnerValues(graph, reserved);
  const constants = new Map((renamed.initializer ?? []).map((tensor) => [tensor.name ?? '', tensor]));
  const nodes = foldConstants(upgradeOperators(renamed.node, opset), constants);
  return {
    model,
    opset: Math.max(opset, gradientOpset),
    inputs: (renamed.input ?? []).filter(({ name }) => !constants.has(name)),
    outputs: renamed.output ?? [],
    valueInfo: renamed.valueInfo ?? [],
    nodes,
    initializers: constants,
  };
}

function decode(bytes: Uint8Array): ModelProto {
  try {
    return modelProtoType.decode(bytes) as ModelProto;
  } catch (error) {
    throw new LangevinError('model-corrupt', 'The file is not an ONNX model, or it is damaged.', { cause: error });
  }
}

/** Writes the graph into an ONNX file with the producer and metadata of the model it was read from. */
export function writeNetwork(graph: NetworkGraph): Uint8Array {
  const { model } = graph;
  return modelProtoType
    .encode({
      irVersion: Math.max(int64ToNumber(model.irVersion ?? 0), 7),
      producerName: 'langevin',
      opsetImport: [
        { domain: '', version: graph.opset },
        ...(model.opsetImport ?? []).filter(({ domain }) => domain && domain !== 'ai.onnx'),
      ],
      metadataProps: model.metadataProps ?? [],
      functions: model.functions ?? [],
      graph: {
        name: `${model.graph?.name ?? 'network'} and its vector-Jacobian product`,
        node: graph.nodes,
        initializer: [...graph.initializers.values()],
        input: graph.inputs,
        output: graph.outputs,
      },
    })
    .finish();
}

/** Names that `node` reads, those that its subgraphs take from around them included. */
export function usedNames(node: NodeProto): string[] {
  const names = node.input.filter((name) => name !== '');
  for (const graph of subgraphs(node)) {
    for (const inner of graph.node) names.push(...usedNames(inner));
    names.push(...(graph.output ?? []).map(({ name }) => name));
  }
  return names;
}

function subgraphs(node: NodeProto): GraphProto[] {
  return (node.attribute ?? []).flatMap(({ g, graphs }) => [...(g ? [g] : []), ...(graphs ?? [])]);
}

/** Constant nodes become initializers, and so do weights that are stored as float16 and widened for the computation. */
function foldConstants(nodes: readonly NodeProto[], constants: Map<string, TensorProto>): NodeProto[] {
  return nodes.filter((node) => {
    const value = node.opType === 'Constant' ? constantValue(node) : widenedConstant(node, constants);
    if (value !== undefined) constants.set(node.output[0], { ...value, name: node.output[0] });
    return value === undefined;
  });
}

/** What a Cast to float32 makes of a float16 initializer: the shape rules and the converters look at weights themselves. */
function widenedConstant(node: NodeProto, constants: ReadonlyMap<string, TensorProto>): TensorProto | undefined {
  if (node.opType !== 'Cast') return undefined;
  const target = node.attribute?.find(({ name }) => name === 'to')?.i ?? 0;
  const source = constants.get(node.input[0]);
  if (source?.dataType !== elementType.float16 || int64ToNumber(target) !== elementType.float) return undefined;
  return widenedTensor(source);
}

/** The tensor of a Constant node; undefined for text and sparse ones. */
export function constantValue(node: NodeProto): TensorProto | undefined {
  const attribute = node.attribute?.[0];
  switch (attribute?.name) {
    case 'value':
      return attribute.t ? { ...attribute.t } : undefined;
    case 'value_float':
      return { dataType: 1, floatData: [attribute.f ?? 0] };
    case 'value_floats':
      return { dataType: 1, dims: [attribute.floats?.length ?? 0], floatData: attribute.floats ?? [] };
    case 'value_int':
      return { dataType: 7, int64Data: [attribute.i ?? 0] };
    case 'value_ints':
      return { dataType: 7, dims: [attribute.ints?.length ?? 0], int64Data: attribute.ints ?? [] };
    default:
      return undefined;
  }
}

/** Renames inner values that are called like one of `reserved`. */
function renameInnerValues(graph: GraphProto, reserved: readonly string[]): GraphProto {
  const isInput = new Set((graph.input ?? []).map(({ name }) => name));
  const initializers = new Set((graph.initializer ?? []).map(({ name }) => name));
  const inner = reserved.filter((name) => !isInput.has(name) || initializers.has(name));
  const all = new Set(graph.node.flatMap(({ input, output }) => [...input, ...output]));
  const freeName = (name: string): string => (all.has(name) ? freeName(`${name}'`) : name);
  const names = new Map(inner.filter((name) => all.has(name)).map((name) => [name, freeName(`${name}'`)]));
  return names.size === 0 ? graph : renameIn(graph, (name) => names.get(name) ?? name);
}

function renameIn(graph: GraphProto, rename: (name: string) => string): GraphProto {
  const info = (values: ValueInfoProto[] | undefined) => (values ?? []).map((v) => ({ ...v, name: rename(v.name) }));
  return {
    ...graph,
    node: graph.node.map((node) => ({
      ...node,
      input: node.input.map(rename),
      output: node.output.map(rename),
      attribute: (node.attribute ?? []).map((attribute) => ({
        ...attribute,
        ...(attribute.g ? { g: renameIn(attribute.g, rename) } : {}),
        ...(attribute.graphs?.length ? { graphs: attribute.graphs.map((g) => renameIn(g, rename)) } : {}),
      })),
    })),
    initializer: (graph.initializer ?? []).map((tensor) => ({ ...tensor, name: rename(tensor.name ?? '') })),
    input: info(graph.input),
    output: info(graph.output),
    valueInfo: info(graph.valueInfo),
  };
}
