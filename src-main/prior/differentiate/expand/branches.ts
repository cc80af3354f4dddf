import type { ForwardNode } from '../forward-node.ts';
import { usedNames } from '../network-graph.ts';
import { attributeType, type GraphProto, type NodeProto, type TensorProto } from '../onnx-schema.ts';
import { renamed, type Namer } from './namer.ts';

/** The side of an If whose condition is known before the network runs; undefined where it is not. */
export function settledBranch(node: ForwardNode, namer: Namer): NodeProto[] | undefined {
  const condition = node.input(0).content;
  if (condition?.length !== 1 || typeof condition[0] !== 'number') return undefined;
  const branch = branchOf(node.proto, condition[0] === 0 ? 'else_branch' : 'then_branch');
  return branch && inlineBranch(branch, node.proto.output, namer);
}

/**
 * Both sides of an If whose condition does not depend on the picture, and a choice between their results.
 * @param dependsOnPicture  of a value.
 * @returns undefined where the condition does, or where the picture does not go through the node.
 */
export function bothBranches(
  { proto }: ForwardNode,
  namer: Namer,
  dependsOnPicture: (name: string) => boolean,
): NodeProto[] | undefined {
  const branches = [branchOf(proto, 'then_branch'), branchOf(proto, 'else_branch')];
  if (dependsOnPicture(proto.input[0]) || !usedNames(proto).some(dependsOnPicture)) return undefined;
  if (branches.some((branch) => branch === undefined)) return undefined;
  const sides = branches.map((branch) => {
    const results = proto.output.map((name) => namer.fresh(name));
    return { results, nodes: inlineBranch(branch!, results, namer) };
  });
  const choices = proto.output.map((output, i): NodeProto => ({
    opType: 'Where',
    name: `${output}/choice`,
    input: [proto.input[0], ...sides.map(({ results }) => results[i])],
    output: [output],
  }));
  return [...sides.flatMap(({ nodes }) => nodes), ...choices];
}

function branchOf({ attribute = [] }: NodeProto, name: string): GraphProto | undefined {
  return attribute.find((a) => a.name === name)?.g ?? undefined;
}

/** The nodes of a branch with names of their own; `outputs` are the names of its results. */
function inlineBranch(branch: GraphProto, outputs: readonly string[], namer: Namer): NodeProto[] {
  const own = new Map<string, string>();
  for (const name of branch.node.flatMap(({ output }) => output)) if (name !== '') own.set(name, namer.fresh(name));
  const constants = (branch.initializer ?? []).map((tensor): NodeProto => {
    const name = namer.fresh(tensor.name ?? 'constant');
    own.set(tensor.name ?? '', name);
    return constantNode(name, tensor);
  });
  const rename = (name: string): string => own.get(name) ?? name;
  const results = (branch.output ?? []).map(({ name }, i): NodeProto => ({
    opType: 'Identity',
    input: [rename(name)],
    output: [outputs[i]],
  }));
  return [...constants, ...branch.node.map((node) => renamed(node, rename)), ...results];
}

function constantNode(name: string, tensor: TensorProto): NodeProto {
  const t = { ...tensor, name };
  return {
    opType: 'Constant',
    input: [],
    output: [name],
    attribute: [{ name: 'value', type: attributeType.tensor, t }],
  };
}
