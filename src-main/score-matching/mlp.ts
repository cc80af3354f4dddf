import { LangevinError } from '../errors.ts';
import type { RandomGenerator } from '../tensor/random.ts';

/** What a pass through the network keeps for the way back. Rows are samples. */
export interface MlpPass {
  readonly count: number;
  /** n × outputs. */
  readonly outputs: Float64Array;
  /** Derivatives of the outputs along each direction that was given, n × outputs. */
  readonly slopes: readonly Float64Array[];
  /** Inputs of each layer, and their derivatives along each direction. */
  readonly activations: readonly Float64Array[];
  readonly tangents: readonly (readonly Float64Array[])[];
  /** φ′(z) and φ″(z) of each hidden layer, and dz along each direction. */
  readonly firsts: readonly Float64Array[];
  readonly seconds: readonly Float64Array[];
  readonly lifts: readonly (readonly Float64Array[])[];
}

/**
 * A fully connected network with SiLU units, φ(z) = z/(1 + e⁻ᶻ), and a linear last layer, in double precision. Beside
 * its outputs it gives their derivatives along directions of the inputs (forward mode), and differentiates a function of
 * both by the parameters (reverse mode over forward mode): what objectives need that hold the divergence of a score.
 */
export class Mlp {
  /** Widths from inputs to outputs. */
  readonly sizes: readonly number[];
  /** Layer by layer: weights (outputs × inputs, row by row), then biases. */
  readonly parameters: Float64Array;

  /** @throws invalid-argument for parameters that are not as many as the widths ask for. */
  constructor(sizes: readonly number[], parameters: Float64Array) {
    if (parameters.length !== parameterCount(sizes)) {
      throw new LangevinError(
        'invalid-argument',
        `A network of widths ${sizes.join(', ')} has ${parameterCount(sizes)} parameters, not ${parameters.length}.`,
      );
    }
    this.sizes = sizes;
    this.parameters = parameters;
  }

  /** Weights from N(0, 1/inputs) (LeCun et al. 1998), those of the last layer and the biases 0. */
  static seeded(sizes: readonly number[], random: RandomGenerator): Mlp {
    const parameters = new Float64Array(parameterCount(sizes));
    let at = 0;
    for (let layer = 0; layer + 1 < sizes.length; layer++) {
      const [inputs, outputs] = [sizes[layer], sizes[layer + 1]];
      const std = layer + 2 < sizes.length ? 1 / Math.sqrt(inputs) : 0;
      for (let i = 0; i < inputs * outputs; i++) parameters[at + i] = std * random.normal();
      at += (inputs + 1) * outputs;
    }
    return new Mlp(sizes, parameters);
  }

  /**
   * @param inputs      n × inputs.
   * @param directions  each n × inputs: along which the outputs are differentiated.
   */
  pass(inputs: Float64Array, directions: readonly Float64Array[] = []): MlpPass {
    const { sizes, parameters } = this;
    const count = inputs.length / sizes[0];
    const activations = [inputs];
    const tangents = [directions];
    const firsts: Float64Array[] = [];
    const seconds: Float64Array[] = [];
    const lifts: (readonly Float64Array[])[] = [];
    let offset = 0;
    for (let layer = 0; ; layer++) {
      const [from, to] = [sizes[layer], sizes[layer + 1]];
      const biases = offset + from * to;
      const z = multiply(activations[layer], parameters, offset, count, from, to);
      for (let i = 0; i < z.length; i++) z[i] += parameters[biases + (i % to)];
      const dz = tangents[layer].map((tangent) => multiply(tangent, parameters, offset, count, from, to));
      offset = biases + to;
      if (layer + 2 === sizes.length) {
        return { count, outputs: z, slopes: dz, activations, tangents, firsts, seconds, lifts };
      }
      const first = new Float64Array(z.length);
      const second = new Float64Array(z.length);
      for (let i = 0; i < z.length; i++) {
        const gate = 1 / (1 + Math.exp(-z[i]));
        const bend = gate * (1 - gate);
        first[i] = gate + z[i] * bend;
        second[i] = bend * (2 + z[i] * (1 - 2 * gate));
        z[i] *= gate;
      }
      firsts.push(first);
      seconds.push(second);
      lifts.push(dz);
      activations.push(z);
      tangents.push(dz.map((lift) => lift.map((value, i) => value * first[i])));
    }
  }

  /**
   * Gradient by the parameters of a function of outputs and slopes.
   * @param byOutputs  its derivatives by `outputs`.
   * @param bySlopes   its derivatives by each of `slopes`.
   */
  gradient(pass: MlpPass, byOutputs: Float64Array, bySlopes: readonly Float64Array[]): Float64Array {
    const { sizes, parameters } = this;
    const gradient = new Float64Array(parameters.length);
    let byZ = byOutputs;
    let byLifts = bySlopes;
    let offset = parameters.length;
    for (let layer = sizes.length - 2; ; layer--) {
      const [from, to] = [sizes[layer], sizes[layer + 1]];
      offset -= (from + 1) * to;
      const biases = offset + from * to;
      for (let i = 0; i < byZ.length; i++) gradient[biases + (i % to)] += byZ[i];
      accumulate(gradient, offset, byZ, pass.activations[layer], pass.count, from, to);
      byLifts.forEach((byLift, k) =>
        accumulate(gradient, offset, byLift, pass.tangents[layer][k], pass.count, from, to),
      );
      if (layer === 0) return gradient;
      const byInputs = transposed(byZ, parameters, offset, pass.count, from, to);
      const byTangents = byLifts.map((byLift) => transposed(byLift, parameters, offset, pass.count, from, to));
      const [first, second, lifts] = [pass.firsts[layer - 1], pass.seconds[layer - 1], pass.lifts[layer - 1]];
      // a = φ(z) and ȧ = φ′(z) ż both depend on z.
      for (let i = 0; i < byInputs.length; i++) {
        let sum = byInputs[i] * first[i];
        for (let k = 0; k < byTangents.length; k++) sum += byTangents[k][i] * second[i] * lifts[k][i];
        byInputs[i] = sum;
      }
      byZ = byInputs;
      byLifts = byTangents.map((byTangent) => byTangent.map((value, i) => value * first[i]));
    }
  }
}

function parameterCount(sizes: readonly number[]): number {
  let count = 0;
  for (let layer = 0; layer + 1 < sizes.length; layer++) count += (sizes[layer] + 1) * sizes[layer + 1];
  return count;
}

/** X Wᵀ: n × from times the weights at `offset`. */
function multiply(x: Float64Array, weights: Float64Array, offset: number, count: number, from: number, to: number) {
  const out = new Float64Array(count * to);
  for (let n = 0; n < count; n++) {
    for (let o = 0; o < to; o++) {
      const row = offset + o * from;
      let sum = 0;
      for (let i = 0; i < from; i++) sum += weights[row + i] * x[n * from + i];
      out[n * to + o] = sum;
    }
  }
  return out;
}

/** G W: n × to times the weights at `offset`. */
function transposed(g: Float64Array, weights: Float64Array, offset: number, count: number, from: number, to: number) {
  const out = new Float64Array(count * from);
  for (let n = 0; n < count; n++) {
    for (let o = 0; o < to; o++) {
      const value = g[n * to + o];
      const row = offset + o * from;
      for (let i = 0; i < from; i++) out[n * from + i] += value * weights[row + i];
    }
  }
  return out;
}

/** Adds Gᵀ X to the gradient at `offset`. */
function accumulate(
  gradient: Float64Array,
  offset: number,
  g: Float64Array,
  x: Float64Array,
  count: number,
  from: number,
  to: number,
): void {
  for (let n = 0; n < count; n++) {
    for (let o = 0; o < to; o++) {
      const value = g[n * to + o];
      const row = offset + o * from;
      for (let i = 0; i < from; i++) gradient[row + i] += value * x[n * from + i];
    }
  }
}
