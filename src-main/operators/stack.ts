import { z } from 'zod';
import { LangevinError } from '../errors.ts';
import { sample, zeros, type Tensor } from '../tensor/tensor.ts';
import { expectShape, imageSize } from './checked-operator.ts';
import { iterationLimits, type IterationLimits } from './conjugate-gradient.ts';
import { defineOperator, operatorSpec } from './definition.ts';
import { IterativeOperator } from './iterative-operator.ts';
import type { LinearOperator } from './operator.ts';

/**
 * Several measurements of one image, such as grey *and* masked: y = (A₁x, A₂x, …). The parts may differ in shape, so
 * the measurement is one line per sample, [n, 1, 1, total], holding the parts one after the other; `join` and `split`
 * convert. One σ_y serves all of it: scale parts of other noise to it (see ScaledOperator).
 */
export class StackOperator extends IterativeOperator {
  readonly name = 'stack';
  readonly parts: readonly LinearOperator[];

  /** @throws invalid-shape for an empty list or parts of different inputs. */
  constructor(parts: readonly LinearOperator[], limits: IterationLimits = iterationLimits.parse(undefined)) {
    const first = parts[0];
    if (first === undefined) throw new LangevinError('invalid-shape', 'A stack needs at least one operator.');
    for (const part of parts) {
      if (part.inputShape.some((d, i) => d !== first.inputShape[i])) {
        throw new LangevinError(
          'invalid-shape',
          `The parts of a stack must take the same image, but ${first.name} takes [${first.inputShape.join(', ')}] ` +
            `and ${part.name} takes [${part.inputShape.join(', ')}].`,
        );
      }
    }
    super(first.inputShape, [1, 1, parts.reduce((sum, part) => sum + imageSize(part.outputShape), 0)], limits);
    this.parts = parts;
  }

  protected get normBound(): number {
    return Math.hypot(...this.parts.map((part) => part.norm));
  }

  /**
   * One measurement of the stack from those of its parts.
   * @throws invalid-shape when a measurement does not fit its part, or their numbers of samples differ.
   */
  join(measurements: readonly Tensor[]): Tensor {
    const n = measurements[0]?.shape[0] ?? 0;
    if (measurements.length !== this.parts.length || measurements.some((y) => y.shape[0] !== n)) {
      throw new LangevinError(
        'invalid-shape',
        `A stack of ${this.parts.length} operators needs as many measurements of equally many samples, not ` +
          `${measurements.map((y) => `[${y.shape.join(', ')}]`).join(', ')}.`,
      );
    }
    const out = zeros([n, ...this.outputShape]);
    let offset = 0;
    measurements.forEach((y, i) => {
      const part = this.parts[i];
      expectShape(y, part.outputShape, `Measurement ${i + 1} of the stack`);
      const size = imageSize(part.outputShape);
      for (let s = 0; s < n; s++) out.data.set(sample(y, s).data, s * this.outputShape[2] + offset);
      offset += size;
    });
    return out;
  }

  /** The measurements of the parts; the inverse of `join`. */
  split(y: Tensor): Tensor[] {
    expectShape(y, this.outputShape, 'The measurement of stack');
    let offset = 0;
    return this.parts.map((part) => {
      const size = imageSize(part.outputShape);
      const out = zeros([y.shape[0], ...part.outputShape]);
      for (let s = 0; s < y.shape[0]; s++) {
        const start = s * this.outputShape[2] + offset;
        out.data.set(y.data.subarray(start, start + size), s * size);
      }
      offset += size;
      return out;
    });
  }

  protected override forward(x: Tensor): Tensor {
    return this.join(this.parts.map((part) => part.apply(x)));
  }

  protected override transpose(y: Tensor): Tensor {
    const out = zeros([y.shape[0], ...this.inputShape]);
    this.split(y).forEach((measurement, i) => {
      const image = this.parts[i].adjoint(measurement).data;
      for (let j = 0; j < image.length; j++) out.data[j] += image[j];
    });
    return out;
  }
}

export const stackDefinition = defineOperator({
  name: 'stack',
  summary: 'Several measurements of the same picture at once.',
  options: z.strictObject({ operators: z.array(operatorSpec).min(1), solver: iterationLimits }),
  create: (inputShape, { operators, solver }, build) =>
    new StackOperator(
      operators.map((spec) => build(spec, inputShape)),
      solver,
    ),
});
