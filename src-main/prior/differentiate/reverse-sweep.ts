import { LangevinError } from '../../errors.ts';
import { activeValues } from './activity.ts';
import type { BackwardGraph } from './backward-graph.ts';
import { ForwardNode, type Value } from './forward-node.ts';
import { gradientRegistry } from './gradients/registry.ts';
import type { NetworkGraph } from './network-graph.ts';
import type { NodeProto } from './onnx-schema.ts';

/**
 * Reverse-mode differentiation: walks the nodes from `output` back to `x`, adding to `graph` the nodes that turn the
 * gradient of each node's output into those of its inputs.
 *
 * @param v  name of the gradient with respect to `output`.
 * @returns the name of the gradient with respect to `x`.
 * @throws unsupported-operator  naming the node
 * @throws unsupported-combination when the output does not depend on x
 */
export function reverseSweep(
  network: NetworkGraph,
  values: ReadonlyMap<string, Value>,
  graph: BackwardGraph,
  names: { x: string; output: string; v: string },
): string {
  const active = activeValues(network.nodes, values, names.x, names.output);
  if (!active.has(names.x) || !active.has(names.output)) {
    throw new LangevinError(
      'unsupported-combination',
      `The network's output "${names.output}" does not depend on its input "${names.x}" in a way that has a gradient.`,
    );
  }
  const gradients = new Map([[names.output, names.v]]);
  for (const proto of [...network.nodes].reverse()) {
    const outputGradients = proto.output.map((name) => (active.has(name) ? gradients.get(name) : undefined));
    if (outputGradients.every((gradient) => gradient === undefined)) continue;
    const node = new ForwardNode(proto, network.opset, values);
    differentiateNode(graph, node, outputGradients, active).forEach((gradient, i) => {
      const name = proto.input[i];
      if (gradient === undefined || !active.has(name)) return;
      const sum = gradients.get(name);
      gradients.set(name, sum === undefined ? gradient : graph.op('Add', [sum, gradient]));
    });
  }
  const gradient = gradients.get(names.x);
  if (gradient === undefined) throw new LangevinError('internal', `No gradient reached "${names.x}".`);
  return gradient;
}

function differentiateNode(
  graph: BackwardGraph,
  node: ForwardNode,
  outputGradients: readonly (string | undefined)[],
  active: ReadonlySet<string>,
): readonly (string | undefined)[] {
  const gradient = gradientRegistry.get(node.operator);
  if (gradient === undefined) throw node.unsupported('this operator has no gradient');
  const [v, ...others] = outputGradients;
  if (gradient.manyOutputs !== true && others.some((other) => other !== undefined)) {
    throw node.unsupported('an output other than its first is used');
  }
  return gradient.differentiate({
    node,
    graph,
    v: v ?? '',
    outputGradients,
    wants: (i) => active.has(node.proto.input[i] ?? ''),
  });
}

/** The forward nodes, with the further outputs that gradients asked of them. */
export function withAddedOutputs(nodes: readonly NodeProto[], graph: BackwardGraph): NodeProto[] {
  return nodes.map((node) => {
    const output = graph.addedOutputs.get(node);
    return output === undefined ? node : { ...node, output };
  });
}
