import { LangevinError } from '../../../errors.ts';
import { locallyConstant } from '../activity.ts';
import { ForwardNode, operatorName } from '../forward-node.ts';
import { Inference } from '../inference/infer-values.ts';
import { constantValue, usedNames, type NetworkGraph } from '../network-graph.ts';
import type { NodeProto, TensorProto } from '../onnx-schema.ts';
import { bothBranches, settledBranch } from './branches.ts';
import { hasSpelling, spellOut } from './fused-operators.ts';
import { LocalFunctions } from './local-functions.ts';
import { Namer } from './namer.ts';

/** A file of functions that call each other twice, forty deep, would otherwise fill the memory. */
const mostNodes = 250_000;

/**
 * The graph with everything spelt out that gradients are not written for: functions of the model's own, operators that ONNX
 * Runtime's optimiser fused, and branches: one whose condition is known (often a question about a size) is taken, of one that
 * does not depend on the picture both sides are computed and one is chosen.
 * @throws model-corrupt for functions that call themselves, or grow without end
 */
export function expandGraph(graph: NetworkGraph, x: string, time: string, stride: number): NetworkGraph {
  const functions = new LocalFunctions(graph.model);
  const isPlain = (node: NodeProto): boolean => node.opType !== 'If' && !hasSpelling(operatorName(node));
  if (functions.isEmpty && graph.nodes.every(isPlain)) return graph;
  const inference = new Inference(graph, x, time, stride);
  const namer = new Namer(graph);
  const initializers = new Map(graph.initializers);
  const nodes: NodeProto[] = [];
  const dependent = new Set([x]);

  const add = (node: NodeProto): void => {
    const constant = node.opType === 'Constant' && operatorName(node) === 'Constant' ? constantValue(node) : undefined;
    if (constant !== undefined) {
      const named: TensorProto = { ...constant, name: node.output[0] };
      initializers.set(node.output[0], named);
      inference.addConstant(named);
      return;
    }
    nodes.push(node);
    if (nodes.length > mostNodes) {
      throw new LangevinError('model-corrupt', `The network grows beyond ${mostNodes} nodes when it is spelt out.`);
    }
    inference.describe(node);
    const isConstant = locallyConstant.has(operatorName(node));
    if (!isConstant && usedNames(node).some((name) => dependent.has(name)))
      node.output.forEach((name) => dependent.add(name));
  };
  const expand = (node: NodeProto, callers: readonly string[]): void => {
    const called = functions.find(node);
    if (called !== undefined) {
      const name = operatorName(node);
      if (callers.includes(name)) {
        throw new LangevinError('model-corrupt', `The function ${name} of the network calls itself.`);
      }
      for (const inner of functions.inline(node, called, namer)) expand(inner, [...callers, name]);
      return;
    }
    const forward = new ForwardNode(node, graph.opset, inference.values);
    const parts =
      node.opType === 'If'
        ? (settledBranch(forward, namer) ?? bothBranches(forward, namer, (name) => dependent.has(name)))
        : spellOut(forward, namer);
    if (parts === undefined) add(node);
    else for (const part of parts) expand(part, callers);
  };
  for (const node of graph.nodes) expand(node, []);
  return { ...graph, nodes, initializers, model: { ...graph.model, functions: [] } };
}
