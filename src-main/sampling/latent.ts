import { invalidArgument, LangevinError } from '../errors.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import { scale, type Tensor } from '../tensor/tensor.ts';
import { priorDenoiser } from './denoiser.ts';
import type { Tolerances } from './dormand-prince.ts';
import { probabilityFlow, type FlowOptions } from './flow.ts';

/** Between which noise levels the flow runs, and how exactly. */
export interface LatentSettings extends Required<Tolerances> {
  /** Level that counts as the picture. */
  readonly sigmaMin: number;
  /** Level that counts as pure noise. */
  readonly sigmaMax: number;
}

export interface EncodedLatent {
  /** x_T/√(σmax² + σ_d²): for pictures of the prior a draw of the standard normal law. */
  readonly latent: Tensor;
  /** Network passes of each sample. */
  readonly evaluations: readonly number[];
}

/**
 * The latent of pictures, x0 → x_T along the probability-flow ODE (Song et al. 2021, §4.3), scaled to unit variance.
 * @param x  [n, c, h, w] on [−1, 1].
 * @throws invalid-argument for levels or tolerances; cancelled between evaluations.
 */
export async function encodeLatent(
  network: ScoreNetwork,
  x: Tensor,
  { sigmaMin, sigmaMax, rtol, atol }: LatentSettings,
  options: Pick<FlowOptions, 'signal' | 'onStep'> = {},
): Promise<EncodedLatent> {
  const levels = checkedRange(sigmaMin, sigmaMax);
  const flow = { from: levels.sigmaMin, to: levels.sigmaMax };
  const { state, evaluations } = await probabilityFlow(priorDenoiser(network), x, flow, { rtol, atol, ...options });
  return { latent: scale(1 / latentScale(network, sigmaMax), state), evaluations };
}

/** The pictures of latents: the inverse of `encodeLatent`. */
export async function decodeLatent(
  network: ScoreNetwork,
  latent: Tensor,
  { sigmaMin, sigmaMax, rtol, atol }: LatentSettings,
  options: Pick<FlowOptions, 'signal' | 'onStep'> = {},
): Promise<{ readonly x: Tensor; readonly evaluations: readonly number[] }> {
  const levels = checkedRange(sigmaMin, sigmaMax);
  const state = scale(latentScale(network, sigmaMax), latent);
  const flow = { from: levels.sigmaMax, to: levels.sigmaMin };
  const { state: x, evaluations } = await probabilityFlow(priorDenoiser(network), state, flow, {
    rtol,
    atol,
    ...options,
  });
  return { x, evaluations };
}

/** Standard deviation of the state at σmax under the prior. */
function latentScale({ manifest }: ScoreNetwork, sigmaMax: number): number {
  return Math.hypot(sigmaMax, manifest.sigmaData);
}

function checkedRange(sigmaMin: number, sigmaMax: number): { sigmaMin: number; sigmaMax: number } {
  if (!(sigmaMin > 0 && sigmaMin < sigmaMax)) {
    throw invalidArgument('sigmaMin', `a positive number below sigmaMax = ${sigmaMax}`, sigmaMin);
  }
  return { sigmaMin, sigmaMax };
}

/**
 * Between two latents along a great circle (Shoemake 1985): what lies between two normal vectors in many dimensions has
 * their length again, which a straight line does not.
 * @param position  0 is a, 1 is b.
 * @throws invalid-shape for latents of different shapes
 */
export function slerp(a: Tensor, b: Tensor, position: number): Tensor {
  if (a.shape.some((side, i) => side !== b.shape[i])) {
    throw new LangevinError(
      'invalid-shape',
      `Latents of different shapes have nothing between them: [${a.shape.join(', ')}] and [${b.shape.join(', ')}].`,
    );
  }
  if (position === 0) return scale(1, a);
  if (position === 1) return scale(1, b);
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.data.length; i++) {
    ab += a.data[i] * b.data[i];
    aa += a.data[i] ** 2;
    bb += b.data[i] ** 2;
  }
  const cosine = aa > 0 && bb > 0 ? Math.min(1, Math.max(-1, ab / Math.sqrt(aa * bb))) : 1;
  const angle = Math.acos(cosine);
  // Parallel vectors have no circle of their own; a straight line is the same there.
  const [wa, wb] =
    Math.sin(angle) < 1e-6
      ? [1 - position, position]
      : [Math.sin((1 - position) * angle) / Math.sin(angle), Math.sin(position * angle) / Math.sin(angle)];
  return { shape: a.shape, data: a.data.map((value, i) => wa * value + wb * b.data[i]) };
}
