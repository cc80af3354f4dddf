import { operatorName, type Value } from './forward-node.ts';
import { usedNames } from './network-graph.ts';
import type { NodeProto } from './onnx-schema.ts';
import { isFloating } from './tensor-proto.ts';

/** Operators whose derivative is zero wherever it exists: their outputs are constants to the gradient. */
export const locallyConstant: ReadonlySet<string> = new Set([
  'Ceil',
  'ConstantOfShape',
  'EyeLike',
  'Floor',
  'Hardmax',
  'OneHot',
  'RandomNormalLike',
  'RandomUniformLike',
  'Round',
  'Shape',
  'Sign',
  'Size',
]);

/**
 * Names of the values on a path from `x` to `output` along which gradients flow: floating-point values that depend on x
 * by more than its shape. Parameters and the time branch are not among them.
 */
export function activeValues(
  nodes: readonly NodeProto[],
  values: ReadonlyMap<string, Value>,
  x: string,
  output: string,
): Set<string> {
  const dependent = new Set([x]);
  for (const node of nodes) {
    if (locallyConstant.has(operatorName(node)) || !usedNames(node).some((name) => dependent.has(name))) continue;
    for (const name of node.output) {
      const type = values.get(name)?.elementType;
      // A value of unknown type may carry a gradient; if it does, the operator that made it is named as unsupported.
      if (name !== '' && (type === undefined || isFloating(type))) dependent.add(name);
    }
  }
  const needed = new Set([output]);
  for (const node of [...nodes].reverse()) {
    if (node.output.some((name) => needed.has(name) && dependent.has(name))) {
      for (const name of usedNames(node)) needed.add(name);
    }
  }
  return new Set([...dependent].filter((name) => needed.has(name)));
}
