import { sampleSize, tensor, type Tensor } from '../tensor/tensor.ts';
import type { Manifest } from './manifest.ts';
import type { Linearization, ScoreNetwork } from './score-network.ts';

/** Within which values D is held: `Manifest.clip`. */
export type Clip = NonNullable<Manifest['clip']>;

/** D of one batch, held, and what that makes of a cotangent. */
interface Held {
  readonly denoised: Tensor;
  /** (∂held/∂D)ᵀ v */
  pull(v: Tensor): Tensor;
}

/**
 * The network with D held as the schedulers of many DDPMs do with their x̂0, because at high noise the error of an ε network
 * is multiplied by σ: within ±clip (`clip_sample`), or by dynamic thresholding (Saharia et al. 2022, §2.3): within ±s and
 * divided by s, the quantile of |D| over one sample, 1 ≤ s ≤ most. The product with the Jacobian is that of the held D.
 */
export function clippedNetwork(network: ScoreNetwork, clip: Clip): ScoreNetwork {
  const { vjp, linearize } = network;
  const hold = (denoised: Tensor): Held =>
    typeof clip === 'number' ? heldWithin(denoised, clip) : heldByQuantile(denoised, clip);
  const linearized = async (x: Tensor, sigma: Float32Array): Promise<Linearization> => {
    if (linearize !== undefined) {
      const { denoised, recomputes, pull } = await linearize.call(network, x, sigma);
      const held = hold(denoised);
      return { denoised: held.denoised, recomputes, pull: (v) => pull(held.pull(v)) };
    }
    const held = hold(await network.denoise(x, sigma));
    return {
      denoised: held.denoised,
      recomputes: true,
      pull: async (v) => (await vjp!.call(network, x, sigma, held.pull(v))).vjp,
    };
  };
  return {
    ...network,
    denoise: async (x, sigma) => hold(await network.denoise(x, sigma)).denoised,
    ...(vjp === undefined
      ? {}
      : {
          async vjp(x: Tensor, sigma: Float32Array, v: Tensor) {
            const { denoised, pull } = await linearized(x, sigma);
            return { denoised, vjp: await pull(v) };
          },
        }),
    ...(linearize === undefined ? {} : { linearize: linearized }),
    dispose: () => network.dispose(),
  };
}

function heldWithin({ shape, data }: Tensor, bound: number): Held {
  return {
    denoised: tensor(
      shape,
      data.map((value) => Math.max(-bound, Math.min(bound, value))),
    ),
    pull: (v) =>
      tensor(
        v.shape,
        v.data.map((value, i) => (Math.abs(data[i]) < bound ? value : 0)),
      ),
  };
}

/** One order statistic of |D| that the quantile is made of: where it stands, and its share. */
interface Statistic {
  readonly at: number;
  readonly share: number;
}

function heldByQuantile({ shape, data }: Tensor, { quantile, most }: Exclude<Clip, number>): Held {
  const size = sampleSize(shape);
  const thresholds = Array.from({ length: shape[0] }, (_, k) =>
    threshold(data.subarray(k * size, (k + 1) * size), quantile, most),
  );
  const denoised = new Float32Array(data.length);
  for (const [k, { s }] of thresholds.entries()) {
    for (let i = k * size; i < (k + 1) * size; i++) denoised[i] = Math.max(-s, Math.min(s, data[i])) / s;
  }
  return {
    denoised: tensor(shape, denoised),
    pull(v) {
      const result = new Float32Array(data.length);
      for (const [k, { s, from }] of thresholds.entries()) {
        // Of D/s inside: v/s from D, and −Σ v D/s² from s, which moves with the values that it is a quantile of.
        let bySlope = 0;
        for (let i = k * size; i < (k + 1) * size; i++) {
          if (Math.abs(data[i]) >= s) continue;
          result[i] = v.data[i] / s;
          bySlope -= (v.data[i] * data[i]) / (s * s);
        }
        for (const { at, share } of from) result[k * size + at] += bySlope * share * Math.sign(data[k * size + at]);
      }
      return tensor(shape, result);
    },
  };
}

/** @returns s, and the values that it moves with: none where it is held at one of its bounds. */
function threshold(
  sample: Float32Array,
  quantile: number,
  most: number,
): { readonly s: number; readonly from: readonly Statistic[] } {
  const ascending = sample.map(Math.abs).sort();
  const place = quantile * (ascending.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, ascending.length - 1);
  const s = ascending[below] + (place - below) * (ascending[above] - ascending[below]);
  if (s <= 1) return { s: 1, from: [] };
  if (s >= most) return { s: most, from: [] };
  const where = (value: number): number => sample.findIndex((one) => Math.abs(one) === value);
  return {
    s,
    from: [
      { at: where(ascending[below]), share: 1 - (place - below) },
      { at: where(ascending[above]), share: place - below },
    ],
  };
}
