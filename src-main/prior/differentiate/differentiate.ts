import { invalidArgument } from '../../errors.ts';
import { BackwardGraph } from './backward-graph.ts';
import { expandGraph } from './expand/expand-graph.ts';
import type { ExternalDataSource } from './external-data.ts';
import { inferValues } from './inference/infer-values.ts';
import { readNetwork, usedNames, writeNetwork, type NetworkGraph } from './network-graph.ts';
import type { NodeProto } from './onnx-schema.ts';
import { reverseSweep, withAddedOutputs } from './reverse-sweep.ts';
import { vjpNames, type NetworkInterface } from './vjp-interface.ts';

export interface DifferentiateOptions extends NetworkInterface {
  /**
   * Height and width of x are multiples of this (the manifest's stride; 1 when not given). With it, sizes before and
   * after a down- and upsampling are known to agree, which saves the gradient the case that they do not.
   */
  readonly stride?: number;
  /** Needed for models with external data only. */
  readonly externalData?: ExternalDataSource;
}

/**
 * Reverse-mode differentiation of a score network, from ONNX file to ONNX file.
 *
 * The result has the inputs of the network and one more, v, of the shape of its output; and the outputs
 *
 *     output = D(x, time)          vjp = (∂D/∂x)ᵀ v
 *
 * under the names of `vjpNames(options)`. Everything is one graph of standard ONNX operators, run by ONNX Runtime on
 * any provider; the activations of the forward pass are used again by the gradient. Only nodes between x and the
 * output are differentiated: parameters and the time branch are constants. Dynamic batch and sizes stay dynamic.
 * External data is taken into the file; functions of the model's own, fused operators and branches that are settled are
 * spelt out.
 *
 * @param model  bytes of an ONNX file, operator set 9 or later (13 to 22 as they are, older ones upgraded).
 * @throws model-corrupt           when the bytes are not an ONNX model, or external data leaves the model's folder
 * @throws invalid-argument        when the model has no such inputs or output
 * @throws file-not-found          when external data is needed and not given
 * @throws unsupported-operator    naming a node between x and the output that has no gradient
 * @throws unsupported-combination when the output does not depend on x, or the weights exceed 2 GiB
 */
export function differentiate(model: Uint8Array, options: DifferentiateOptions): Uint8Array {
  const { inputs, output, stride = 1 } = options;
  const names = vjpNames(options);
  const read = readNetwork(model, options.externalData, [names.v, names.vjp]);
  checkInterface(read, options);
  const network = expandGraph(read, inputs.x, inputs.time, stride);
  const pruned = { ...network, nodes: nodesBehind(network.nodes, [output]) };
  const values = inferValues(pruned, inputs.x, inputs.time, stride);
  const taken = new Set([...values.keys(), ...pruned.nodes.flatMap(usedNames)]);
  const graph = new BackwardGraph(network.opset, (name) => taken.has(name));
  const gradient = reverseSweep(pruned, values, graph, { x: inputs.x, output, v: names.v });
  const result: NodeProto = { opType: 'Identity', name: names.vjp, input: [gradient], output: [names.vjp] };
  return writeNetwork(assemble(pruned, graph, result, options));
}

function checkInterface(network: NetworkGraph, { inputs, output }: NetworkInterface): void {
  const given = network.inputs.map(({ name }) => name);
  const made = network.outputs.map(({ name }) => name);
  for (const [key, name] of Object.entries(inputs)) {
    if (!given.includes(name)) throw invalidArgument(`inputs.${key}`, `one of the inputs ${given.join(', ')}`, name);
  }
  if (!made.includes(output)) throw invalidArgument('output', `one of the outputs ${made.join(', ')}`, output);
  const { v, vjp } = vjpNames({ inputs, output });
  const clash = given.find((name) => name === v || name === vjp);
  if (clash !== undefined) throw invalidArgument('the names of the inputs', `other names than ${v} and ${vjp}`, clash);
}

/** The network and its gradient as one graph without anything that neither output needs. */
function assemble(
  network: NetworkGraph,
  graph: BackwardGraph,
  result: NodeProto,
  options: NetworkInterface,
): NetworkGraph {
  const names = vjpNames(options);
  const nodes = nodesBehind(
    [...withAddedOutputs(network.nodes, graph), ...graph.nodes, result],
    [options.output, names.vjp],
  );
  const used = new Set(nodes.flatMap(usedNames));
  const initializers = new Map([...network.initializers, ...graph.initializers].filter(([name]) => used.has(name)));
  const output = network.outputs.filter(({ name }) => name === options.output);
  const x = network.inputs.filter(({ name }) => name === options.inputs.x);
  return {
    ...network,
    nodes,
    initializers,
    inputs: [...network.inputs, ...output.map((info) => ({ ...info, name: names.v }))],
    outputs: [...output, ...x.map((info) => ({ ...info, name: names.vjp }))],
  };
}

/** The nodes that `outputs` are computed from, in their order. */
function nodesBehind(nodes: readonly NodeProto[], outputs: readonly string[]): NodeProto[] {
  const needed = new Set(outputs);
  const kept: NodeProto[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.output.some((name) => needed.has(name))) continue;
    kept.push(node);
    for (const name of usedNames(node)) needed.add(name);
  }
  return kept.reverse();
}
