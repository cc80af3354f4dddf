import { usedNames, type NetworkGraph } from '../network-graph.ts';
import type { AttributeProto, GraphProto, NodeProto } from '../onnx-schema.ts';

/** Names for values that an expansion adds, none of which the graph has. */
export class Namer {
  readonly #taken: Set<string>;
  #count = 0;

  constructor(graph: NetworkGraph) {
    this.#taken = new Set([
      ...graph.nodes.flatMap((node) => [...usedNames(node), ...node.output]),
      ...graph.initializers.keys(),
      ...graph.inputs.map(({ name }) => name),
    ]);
  }

  fresh(base: string): string {
    for (;;) {
      const name = `${base}/expanded_${this.#count++}`;
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      return name;
    }
  }
}

/** A node under other names for what goes in and out; graphs within it likewise, their own values left as they are. */
export function renamed(node: NodeProto, rename: (name: string) => string): NodeProto {
  const given = (name: string): string => (name === '' ? '' : rename(name));
  return {
    ...node,
    input: node.input.map(given),
    output: node.output.map(given),
    attribute: (node.attribute ?? []).map((attribute): AttributeProto => {
      if (!attribute.g && !attribute.graphs?.length) return attribute;
      return {
        ...attribute,
        ...(attribute.g ? { g: renamedGraph(attribute.g, rename) } : {}),
        ...(attribute.graphs?.length ? { graphs: attribute.graphs.map((g) => renamedGraph(g, rename)) } : {}),
      };
    }),
  };
}

function renamedGraph(graph: GraphProto, rename: (name: string) => string): GraphProto {
  const own = new Set([
    ...graph.node.flatMap(({ output }) => output),
    ...(graph.input ?? []).map(({ name }) => name),
    ...(graph.initializer ?? []).map(({ name }) => name ?? ''),
  ]);
  const outer = (name: string): string => (own.has(name) ? name : rename(name));
  return {
    ...graph,
    node: graph.node.map((node) => renamed(node, outer)),
    output: (graph.output ?? []).map((info) => ({ ...info, name: outer(info.name) })),
  };
}
