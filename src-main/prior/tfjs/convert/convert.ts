import type { ExternalDataSource } from '../../differentiate/external-data.ts';
import { ForwardNode } from '../../differentiate/forward-node.ts';
import { inferValues } from '../../differentiate/inference/infer-values.ts';
import { readNetwork } from '../../differentiate/network-graph.ts';
import { elementType } from '../../differentiate/tensor-proto.ts';
import type { NetworkInterface } from '../../differentiate/vjp-interface.ts';
import { GraphDef, shapeAttr, type AttrValue } from './graph-def.ts';
import { operatorConversions } from './operators.ts';
import { Placement, unconvertible } from './placement.ts';

export interface ConvertOptions extends NetworkInterface {
  /** The manifest's stride: height and width of x are multiples of this. */
  readonly stride: number;
  readonly channels: number;
  /** Needed for models with external data only. */
  readonly externalData?: ExternalDataSource;
}

/** A TensorFlow.js graph model: the text of model.json and the one weight file it names. */
export interface ConvertedModel {
  readonly json: string;
  readonly weightsFile: string;
  readonly weights: Uint8Array;
}

const weightsFile = 'weights.bin';

/**
 * A score network from ONNX to TensorFlow.js, with the same float32 weights. Inputs and outputs keep their names;
 * pictures become [n, h, w, c], the order that every backend of TensorFlow.js convolves. The result consists of
 * operators that TensorFlow.js differentiates.
 *
 * @param model  bytes of an ONNX file, operator set 9 or later.
 * @throws model-corrupt         when the bytes are not an ONNX model
 * @throws unsupported-operator  naming a node that has no counterpart; see `operatorConversions`
 */
export function convertToTfjs(model: Uint8Array, options: ConvertOptions): ConvertedModel {
  const { inputs, output, stride, channels } = options;
  const network = readNetwork(model, options.externalData, []);
  const values = inferValues(network, inputs.x, inputs.time, stride);
  const graph = new GraphDef();
  const placement = new Placement(graph, values, network.initializers);
  const pictureShape = [-1, -1, -1, channels];
  placement.place(inputs.x, 'last', graph.placeholder(inputs.x, pictureShape));
  placement.place(inputs.time, 'first', graph.placeholder(inputs.time, [-1]));

  for (const proto of network.nodes) {
    const node = new ForwardNode(proto, network.opset, values);
    // Whole numbers are sizes, which the conversions take from what is known of the shapes.
    if (node.output().elementType === elementType.int64) continue;
    const convert = operatorConversions[node.operator];
    if (convert === undefined) throw unconvertible(node, 'this operator is not converted');
    const unknown = [...proto.input, ...proto.output].find((name) => name !== '' && !values.get(name)?.shape);
    if (unknown !== undefined) throw unconvertible(node, `the rank of "${unknown}" is not known before it runs`);
    convert(node, placement);
  }
  return writeModel(graph, placement.find(output, 'last'), options, pictureShape);
}

function writeModel(
  graph: GraphDef,
  result: string,
  { inputs, output }: ConvertOptions,
  pictureShape: readonly number[],
): ConvertedModel {
  const { nodes, weights } = graph.behind(result);
  const info = (name: string, dims: readonly number[]) => ({
    name: `${name}:0`,
    dtype: 'DT_FLOAT',
    tensorShape: (shapeAttr(dims) as Extract<AttrValue, { shape: unknown }>).shape,
  });
  const specs = [...weights].map(([name, { shape, dtype }]) => ({ name, shape, dtype }));
  const json = {
    format: 'graph-model',
    generatedBy: 'langevin',
    convertedBy: 'langevin models convert',
    signature: {
      inputs: { [inputs.x]: info(inputs.x, pictureShape), [inputs.time]: info(inputs.time, [-1]) },
      outputs: { [output]: info(result, pictureShape) },
    },
    modelTopology: { node: nodes, library: {}, versions: { producer: 1 } },
    weightsManifest: [{ paths: [weightsFile], weights: specs }],
  };
  return { json: JSON.stringify(json), weightsFile, weights: joined([...weights.values()].map(({ data }) => data)) };
}

function joined(arrays: readonly (Float32Array | Int32Array)[]): Uint8Array {
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  return bytes;
}
