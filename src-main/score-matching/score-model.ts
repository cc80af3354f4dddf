import type { RandomGenerator } from '../tensor/random.ts';
import { Mlp, type MlpPass } from './mlp.ts';

/** Scores of a batch of points with what is needed to learn from them. */
export interface ScorePass {
  /** n × 2. */
  readonly scores: Float64Array;
  /** (∂s/∂x) v for each direction v, n × 2. */
  readonly slopes: readonly Float64Array[];
  readonly pass: MlpPass;
  /** Factor of the network in the score, of each sample. */
  readonly factors: Float64Array;
}

const WIDTH = 48;
const SIZES = [3, WIDTH, WIDTH, 2] as const;

/**
 * A score s(x; σ) of pictures of two pixels, learnt. With the preconditioning of Karras et al. 2022 (table 1, EDM),
 * s = (D − x)/σ² of D = c_skip x + c_out F(c_in x; ln σ/4):
 *
 *     s(x; σ) = −x/(σ² + σ_d²) + σ_d/(σ √(σ² + σ_d²)) F(x/√(σ² + σ_d²); ln σ/4)
 *
 * so that F has targets of order one at every level, and an F of 0 is the score of N(0, σ_d²) with noise.
 */
export class ScoreModel {
  readonly network: Mlp;
  /** Standard deviation of the data. */
  readonly sigmaData: number;

  constructor(parameters: Float64Array, sigmaData: number) {
    this.network = new Mlp(SIZES, parameters);
    this.sigmaData = sigmaData;
  }

  static seeded(random: RandomGenerator, sigmaData: number): ScoreModel {
    return new ScoreModel(Mlp.seeded(SIZES, random).parameters, sigmaData);
  }

  /**
   * @param points      n × 2.
   * @param sigmas      noise level of each point, > 0.
   * @param directions  v, each n × 2.
   */
  pass(points: Float64Array, sigmas: ArrayLike<number>, directions: readonly Float64Array[] = []): ScorePass {
    const count = points.length / 2;
    const { sigmaData } = this;
    const inputs = new Float64Array(3 * count);
    const lifted = directions.map(() => new Float64Array(3 * count));
    const factors = new Float64Array(count);
    for (let n = 0; n < count; n++) {
      const spread = Math.hypot(sigmas[n], sigmaData);
      factors[n] = sigmaData / (sigmas[n] * spread);
      inputs[3 * n + 2] = Math.log(sigmas[n]) / 4;
      for (let c = 0; c < 2; c++) {
        inputs[3 * n + c] = points[2 * n + c] / spread;
        lifted.forEach((lift, k) => (lift[3 * n + c] = directions[k][2 * n + c] / spread));
      }
    }
    const pass = this.network.pass(inputs, lifted);
    const scored = (out: Float64Array, x: Float64Array): Float64Array =>
      out.map((value, i) => {
        const n = i >> 1;
        return factors[n] * value - x[i] / (sigmas[n] ** 2 + sigmaData ** 2);
      });
    return {
      scores: scored(pass.outputs, points),
      slopes: pass.slopes.map((slope, k) => scored(slope, directions[k])),
      pass,
      factors,
    };
  }

  /** Gradient by the parameters of a function of scores and slopes, from its derivatives by both. */
  gradient({ pass, factors }: ScorePass, byScores: Float64Array, bySlopes: readonly Float64Array[]): Float64Array {
    const scaled = (by: Float64Array): Float64Array => by.map((value, i) => factors[i >> 1] * value);
    return this.network.gradient(pass, scaled(byScores), bySlopes.map(scaled));
  }
}
