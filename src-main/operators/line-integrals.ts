import { zeros, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import type { IterationLimits } from './conjugate-gradient.ts';
import { IterativeOperator } from './iterative-operator.ts';
import { PaddedImage } from './padded-image.ts';

/** Rays closer than this to the zero beyond a line's ends are left out: rounding must not step outside the array. */
export const MARGIN = 1e-9;

/**
 * Line integrals of every channel, [c, h, w] → [c, views, detectors], by Joseph's method (1982): a ray steps over the
 * lines (rows or columns) that it crosses most steeply and interpolates linearly on each, the image being 0 outside. The
 * adjoint walks the same rays with the same weights, so it is the transpose to rounding. A⁺ and `solve` are
 * approximate, by conjugate gradients.
 */
export abstract class LineIntegralOperator extends IterativeOperator {
  #bound: number | undefined;

  constructor([c, h, w]: ImageShape, views: number, detectors: number, limits: IterationLimits) {
    super([c, h, w], [c, views, detectors], limits);
  }

  /** Writes the line integrals of one view to `rays`, which are 0. */
  protected abstract project(view: number, image: PaddedImage, rays: Float64Array): void;

  /** Adds `rays` to the pixels that they are drawn from, the transpose of `project`; `rays` may be changed. */
  protected abstract spread(view: number, image: PaddedImage, rays: Float64Array): void;

  /** √(‖A‖₁‖A‖∞), from the largest ray and the largest pixel sum because all weights are ≥ 0. */
  protected get normBound(): number {
    if (this.#bound === undefined) {
      const ones = (shape: ImageShape): Tensor => {
        const out = zeros([1, 1, shape[1], shape[2]]);
        out.data.fill(1);
        return out;
      };
      const largest = (x: Tensor): number => x.data.reduce((a, b) => Math.max(a, b), 0);
      this.#bound = Math.sqrt(
        largest(this.forward(ones(this.inputShape))) * largest(this.transpose(ones(this.outputShape))),
      );
    }
    return this.#bound;
  }

  protected override forward(x: Tensor): Tensor {
    const [n, c, h, w] = x.shape;
    const [, views, detectors] = this.outputShape;
    const out = zeros([n, c, views, detectors]);
    const image = new PaddedImage(h, w);
    const rays = new Float64Array(detectors);
    for (let plane = 0; plane < n * c; plane++) {
      image.load(x.data.subarray(plane * h * w, (plane + 1) * h * w));
      for (let view = 0; view < views; view++) {
        rays.fill(0);
        this.project(view, image, rays);
        out.data.set(rays, (plane * views + view) * detectors);
      }
    }
    return out;
  }

  protected override transpose(y: Tensor): Tensor {
    const [n, c, views, detectors] = y.shape;
    const [, h, w] = this.inputShape;
    const out = zeros([n, c, h, w]);
    const image = new PaddedImage(h, w);
    for (let plane = 0; plane < n * c; plane++) {
      image.clear();
      for (let view = 0; view < views; view++) {
        const start = (plane * views + view) * detectors;
        this.spread(view, image, Float64Array.from(y.data.subarray(start, start + detectors)));
      }
      image.store(out.data.subarray(plane * h * w, (plane + 1) * h * w));
    }
    return out;
  }
}
