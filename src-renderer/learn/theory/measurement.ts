import { CheckedOperator } from '../../../src-main/operators/checked-operator.ts';
import { zeros, type Tensor } from '../../../src-main/tensor/tensor.ts';
import { knowledgeAt, type Component, type Mixture, type Point } from './mixture.ts';

/** y = a·x + n with n ~ N(0, σ_y²): one number measured of a picture of two pixels. */
export interface LinearMeasurement {
  readonly a: Point;
  readonly y: number;
  /** > 0. */
  readonly sigmaY: number;
}

/** The weighted sum a·x of the two pixels as an operator of the program: [n, 1, 1, 2] → [n, 1, 1, 1]. */
export class WeightedSum extends CheckedOperator {
  readonly name = 'weighted-sum';
  readonly norm: number;
  readonly rowGram: number;
  readonly #a: Point;

  constructor(a: Point) {
    super([1, 1, 2], [1, 1, 1]);
    this.#a = a;
    this.rowGram = a.x ** 2 + a.y ** 2;
    this.norm = Math.sqrt(this.rowGram);
  }

  protected forward(x: Tensor): Tensor {
    const out = zeros([x.shape[0], 1, 1, 1]);
    for (let n = 0; n < out.data.length; n++) out.data[n] = this.#a.x * x.data[2 * n] + this.#a.y * x.data[2 * n + 1];
    return out;
  }

  protected transpose(y: Tensor): Tensor {
    const out = zeros([y.shape[0], 1, 1, 2]);
    y.data.forEach((value, n) => out.data.set([this.#a.x * value, this.#a.y * value], 2 * n));
    return out;
  }

  protected invert(y: Tensor): Tensor {
    return this.transpose({ shape: y.shape, data: y.data.map((value) => value / this.rowGram) });
  }

  protected resolve(r: Tensor, sigmaY2: number, k: number): Tensor {
    return { shape: r.shape, data: r.data.map((value) => value / (sigmaY2 + k * this.rowGram)) };
  }
}

/**
 * The law of x0 given y, again a mixture: each component by the Kalman update, its weight times its evidence
 * N(y; a·μₖ, aᵀΣₖa + σ_y²).
 */
export function posteriorOf(mixture: Mixture, { a, y, sigmaY }: LinearMeasurement): Mixture {
  const logs: number[] = [];
  const components = mixture.map((component): Component => {
    const { weight, mean, covariance: c } = component;
    const cross = { x: c.xx * a.x + c.xy * a.y, y: c.xy * a.x + c.yy * a.y };
    const variance = a.x * cross.x + a.y * cross.y + sigmaY ** 2;
    const misfit = y - a.x * mean.x - a.y * mean.y;
    logs.push(Math.log(weight) - Math.log(variance) / 2 - misfit ** 2 / (2 * variance));
    return {
      weight,
      mean: { x: mean.x + (cross.x * misfit) / variance, y: mean.y + (cross.y * misfit) / variance },
      covariance: {
        xx: c.xx - cross.x ** 2 / variance,
        xy: c.xy - (cross.x * cross.y) / variance,
        yy: c.yy - cross.y ** 2 / variance,
      },
    };
  });
  const top = Math.max(...logs);
  const shares = logs.map((value) => Math.exp(value - top));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return components.map((component, k) => ({ ...component, weight: shares[k] / total }));
}

/**
 * ∇ log p_σ(y | x) of x = x0 + σ z in closed form, without the posterior: x0 given x is a mixture with shares rₖ(x), the
 * means Dₖ and covariances Vₖ of each component, so p(y | x) = Σ rₖ N(y; a·Dₖ, vₖ) with vₖ = aᵀVₖa + σ_y², and with qₖ
 * the shares given y as well,
 *
 *     ∇ log p(y | x) = Σ qₖ (gₖ + (y − a·Dₖ) Vₖ a/(σ² vₖ)) − Σ rₖ gₖ        (∂Dₖ/∂x = Vₖ/σ²)
 */
export function likelihoodScore(mixture: Mixture, measurement: LinearMeasurement, point: Point, sigma: number): Point {
  const { a, y, sigmaY } = measurement;
  const terms = mixture.map((component) => {
    const { logDensity, score, denoised, spread } = knowledgeAt([component], point, sigma);
    const along = { x: spread.xx * a.x + spread.xy * a.y, y: spread.xy * a.x + spread.yy * a.y };
    const variance = a.x * along.x + a.y * along.y + sigmaY ** 2;
    const misfit = y - a.x * denoised.x - a.y * denoised.y;
    const factor = misfit / (variance * sigma ** 2);
    return {
      log: logDensity - Math.log(variance) / 2 - misfit ** 2 / (2 * variance),
      gradient: { x: score.x + factor * along.x, y: score.y + factor * along.y },
    };
  });
  const top = Math.max(...terms.map((term) => term.log));
  let [total, gx, gy] = [0, 0, 0];
  for (const { log, gradient } of terms) {
    const share = Math.exp(log - top);
    total += share;
    gx += share * gradient.x;
    gy += share * gradient.y;
  }
  const { score } = knowledgeAt(mixture, point, sigma);
  return { x: gx / total - score.x, y: gy / total - score.y };
}
