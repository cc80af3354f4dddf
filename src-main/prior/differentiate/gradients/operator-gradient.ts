import type { BackwardGraph } from '../backward-graph.ts';
import type { ForwardNode } from '../forward-node.ts';

/** What a gradient is given: the node y = f(x…) and the gradient of the objective with respect to its outputs. */
export interface GradientContext {
  readonly node: ForwardNode;
  /** Where the gradient's nodes go. */
  readonly graph: BackwardGraph;
  /** v = ∂L/∂y, of the shape and type of output 0. */
  readonly v: string;
  /** ∂L/∂ of every output; undefined where the objective does not depend on it. */
  readonly outputGradients: readonly (string | undefined)[];
  /** Whether ∂L/∂ input i is asked for: inputs that do not depend on the network's x are constants here. */
  wants(i: number): boolean;
}

/** ∂L/∂ of the inputs, in their order; undefined for those not asked for. */
export type InputGradients = readonly (string | undefined)[];

/** The gradient of one ONNX operator, as nodes that compute (∂f/∂x)ᵀ v. */
export interface OperatorGradient {
  /** Operator type; preceded by its domain and a dot where that is not ONNX's own. */
  readonly operator: string;
  /** Whether the gradients of outputs other than the first are used. */
  readonly manyOutputs?: boolean;
  /** @throws unsupported-operator for attributes or shapes it does not cover. */
  differentiate(context: GradientContext): InputGradients;
}

/** The gradient of an elementwise y = f(x); `v`, `x` and `y` are names. */
export function unaryGradient(
  operator: string,
  differentiate: (context: GradientContext, v: string, x: string, y: string) => string,
): OperatorGradient {
  return {
    operator,
    differentiate: (context) => [
      differentiate(context, context.v, context.node.input(0).name, context.node.output(0).name),
    ],
  };
}
