import { LangevinError } from '../../errors.ts';
import { usedNames } from './network-graph.ts';
import {
  modelProtoType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type ValueInfoProto,
} from './onnx-schema.ts';
import type { VjpNames } from './vjp-interface.ts';

/** A differentiated network as two, so that one forward pass serves any number of vectors v. */
export interface SplitPasses {
  /** The network with the activations that its gradient needs as further outputs. */
  readonly forward: Uint8Array;
  /** Names of those outputs. */
  readonly kept: readonly string[];
  /**
   * v and the kept activations in, (∂D/∂x)ᵀ v out.
   * @param types  TensorProto.DataType of each kept value, which a runtime knows when it has loaded `forward`.
   */
  backward(types: ReadonlyMap<string, number>): Uint8Array;
}

/**
 * Cuts the result of `differentiate` where v enters: what depends on v becomes `backward`, everything before it
 * `forward`. What depends on weights alone (turned kernels) goes with the pass that uses it.
 * @throws internal for a file that `differentiate` did not make
 */
export function splitPasses(differentiated: Uint8Array, { v, vjp }: VjpNames): SplitPasses {
  const model = modelProtoType.decode(differentiated) as ModelProto;
  const graph = model.graph;
  if (!graph) throw new LangevinError('internal', 'A differentiated network has no graph.');
  const initializers = graph.initializer ?? [];
  const inputs = graph.input ?? [];
  const constants = new Set(initializers.map(({ name }) => name ?? ''));
  const dependsOnV = new Set([v]);
  const madeByConstants: NodeProto[] = [];
  const before: NodeProto[] = [];
  const after: NodeProto[] = [];
  for (const node of graph.node) {
    const used = usedNames(node);
    if (used.some((name) => dependsOnV.has(name))) {
      after.push(node);
      node.output.forEach((name) => dependsOnV.add(name));
    } else if (used.every((name) => constants.has(name))) {
      madeByConstants.push(node);
      node.output.forEach((name) => constants.add(name));
    } else {
      before.push(node);
    }
  }
  const wanted = new Set(after.flatMap(usedNames));
  const given = new Set(inputs.map(({ name }) => name));
  const kept = before.flatMap(({ output }) => output.filter((name) => name !== '' && wanted.has(name)));
  const outputs = (graph.output ?? []).filter(({ name }) => name !== vjp);
  const added = kept.filter((name) => !outputs.some((output) => output.name === name)).map((name) => ({ name }));

  const write = (part: readonly NodeProto[], ends: Pick<GraphProto, 'input' | 'output'>): Uint8Array => {
    const needed = [...part];
    const names = new Set(part.flatMap(usedNames));
    for (const node of [...madeByConstants].reverse()) {
      if (!node.output.some((name) => names.has(name))) continue;
      needed.unshift(node);
      usedNames(node).forEach((name) => names.add(name));
    }
    return modelProtoType
      .encode({
        ...model,
        graph: {
          name: graph.name,
          node: needed,
          initializer: initializers.filter(({ name }) => names.has(name ?? '')),
          ...ends,
        },
      })
      .finish();
  };
  return {
    forward: write(before, { input: inputs.filter(({ name }) => name !== v), output: [...outputs, ...added] }),
    kept,
    backward(types) {
      const stored: ValueInfoProto[] = kept.map((name) => ({
        name,
        type: { tensorType: { elemType: types.get(name) ?? 1 } },
      }));
      const direct = inputs.filter(({ name }) => given.has(name) && wanted.has(name));
      const output = (graph.output ?? []).filter(({ name }) => name === vjp);
      return write(after, { input: [...direct, ...stored], output });
    },
  };
}
