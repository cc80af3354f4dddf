import { invalidArgument } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** log p_σ(y | x) of each sample, and its gradient with respect to x. */
export interface ClassEvidence {
  readonly logProbability: Float64Array;
  /** ∇ₓ log p_σ(y | x), the shape of x. */
  readonly gradient: Tensor;
}

/** A noise-conditional classifier: which of `classes` the clean picture behind a noisy one belongs to. */
export interface NoiseClassifier {
  readonly name: string;
  readonly classes: number;
  /**
   * log p_σ(y | x) for the noisy state x = x0 + σ z, [n, c, h, w].
   * @param y  the class, 0 … classes − 1.
   * @throws invalid-argument for a class that does not exist; model-corrupt when the network fails or answers in
   *         another shape, as it does for pictures of a size it was not made for.
   */
  evidence(x: Tensor, sigma: Float32Array, y: number): Promise<ClassEvidence>;
  dispose(): Promise<void>;
}

/** @throws invalid-argument when the classifier has no class of this number. */
export function checkClass({ name, classes }: Pick<NoiseClassifier, 'name' | 'classes'>, y: number): void {
  if (Number.isInteger(y) && y >= 0 && y < classes) return;
  throw invalidArgument('the class', `an integer from 0 to ${classes - 1} (${name} has ${classes} classes)`, y);
}
