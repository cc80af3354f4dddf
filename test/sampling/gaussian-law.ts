import type { Sde } from '../../src-main/sampling/sde.ts';

/**
 * The exact law of a sampler's output for a Gaussian prior, one eigenvector (or independent pixel) at a time. Every
 * update is affine in the state and the noise, so mean and variance follow a recursion with no sampling error and no
 * assumption about the number of steps. The rules are written in the SDE's own state x̃ = α x, as the papers have
 * them, and not in the σ-space of the implementation.
 */

/** One mode of the prior: x0 ~ N(mean, variance). */
export interface Mode {
  readonly mean: number;
  readonly variance: number;
}

export type LawPredictor =
  'euler-maruyama' | 'reverse-diffusion' | 'ancestral' | 'ddim' | 'renoise' | 'euler' | 'heun' | 'dpm++2m';

export interface LawOptions {
  readonly sde: Sde;
  readonly sigmas: ArrayLike<number>;
  readonly predictor: LawPredictor;
  readonly eta?: number;
  readonly correctorSteps?: number;
  readonly snr?: number;
  /** Variance at sigmas[0], mean 0; σ² by default. */
  readonly initialVariance?: number;
}

/** Joint law of the state x and of the estimate before it (for the two-step rule). */
interface Joint {
  mean: number;
  variance: number;
  previousMean: number;
  previousVariance: number;
  covariance: number;
}

/**
 * Mean and variance of every mode at the end. `modes` share the Langevin corrector's step size, which depends on
 * ‖z‖/‖s‖ over the whole picture: taken at E‖s‖² and E‖z‖², right to O(1/d) for pictures of d pixels; each mode
 * stands for an equal share of them.
 */
export function samplerLaw(modes: readonly Mode[], options: LawOptions): Mode[] {
  const { sde, sigmas, correctorSteps = 0, snr = 0, initialVariance = sigmas[0] ** 2 } = options;
  const joints = modes.map<Joint>(() => ({
    mean: 0,
    variance: initialVariance,
    previousMean: 0,
    previousVariance: 0,
    covariance: 0,
  }));
  let previousSigma: number | undefined;
  for (let i = 0; i < sigmas.length - 1; i++) {
    const [sigma, sigmaNext] = [sigmas[i], sigmas[i + 1]];
    for (let c = 0; c < correctorSteps; c++) {
      const meanSquareScore =
        modes.reduce((sum, mode, k) => {
          const total = mode.variance + sigma ** 2;
          return sum + (joints[k].variance + (joints[k].mean - mode.mean) ** 2) / total ** 2;
        }, 0) / modes.length;
      const a = sigmaNext > 0 ? (sde.alpha(sde.timeOf(sigma)) / sde.alpha(sde.timeOf(sigmaNext))) ** 2 : undefined;
      const epsilon = (2 * (a ?? sde.alpha(sde.timeOf(sigma)) ** 2) * snr ** 2) / meanSquareScore;
      modes.forEach((mode, k) => {
        const total = mode.variance + sigma ** 2;
        move(joints[k], 1 - epsilon / total, 0, (epsilon / total) * mode.mean, 2 * epsilon);
      });
    }
    modes.forEach((mode, k) => predict(joints[k], mode, sigma, sigmaNext, previousSigma, options));
    previousSigma = sigma;
  }
  return joints.map(({ mean, variance }) => ({ mean, variance }));
}

function predict(
  joint: Joint,
  { mean: mu, variance: lambda }: Mode,
  sigma: number,
  sigmaNext: number,
  previousSigma: number | undefined,
  { sde, predictor, eta = 0 }: LawOptions,
): void {
  // D(x) = k x + (1 − k) μ.
  const k = lambda / (lambda + sigma ** 2);
  const denoised: [number, number] = [k, (1 - k) * mu];
  if (sigmaNext === 0) {
    move(joint, k, 0, (1 - k) * mu, 0);
    return;
  }
  const t = sde.timeOf(sigma);
  const next = sde.timeOf(sigmaNext);
  const [alpha, alphaNext] = [sde.alpha(t), sde.alpha(next)];
  // Score of x̃ at time t: −(x̃ − α μ)/(α² (λ + σ²)) = scoreFactor (x̃ − α μ).
  const scoreFactor = -1 / (alpha ** 2 * (lambda + sigma ** 2));
  /** x̃′ = own x̃ + gain s̃ + √noise z, brought to x-space. */
  const inState = (own: number, gain: number, noise: number): void =>
    move(
      joint,
      ((own + gain * scoreFactor) * alpha) / alphaNext,
      0,
      (-gain * scoreFactor * alpha * mu) / alphaNext,
      noise / alphaNext ** 2,
      denoised,
    );
  switch (predictor) {
    case 'euler-maruyama': {
      const dt = next - t;
      const g2 = sde.diffusion2(t);
      return inState(1 + sde.drift(t) * dt, -g2 * dt, -g2 * dt);
    }
    case 'reverse-diffusion': {
      if (sde.drift(t) === 0) return inState(1, sigma ** 2 - sigmaNext ** 2, sigma ** 2 - sigmaNext ** 2);
      const a = alpha / alphaNext;
      // Variance that the forward transition adds: std² − a² std′²; β = 1 − a² for VP.
      const added = sde.name === 'vp' ? 1 - a * a : (alpha * sigma) ** 2 - (a * alphaNext * sigmaNext) ** 2;
      return inState(2 - a, added, added);
    }
    case 'ancestral': {
      if (sde.name === 'vp') {
        const beta = 1 - (alpha / alphaNext) ** 2;
        return inState(1 / Math.sqrt(1 - beta), beta / Math.sqrt(1 - beta), beta);
      }
      // Posterior q(x̃′ | x̃, x0) of the forward transition, x0 replaced by D.
      const a = alpha / alphaNext;
      const std2 = (alpha * sigma) ** 2;
      const nextStd2 = (alphaNext * sigmaNext) ** 2;
      const added = std2 - a * a * nextStd2;
      const fromState = (a * nextStd2) / std2;
      const fromPicture = (alphaNext * added) / std2;
      const own = (fromState * alpha + fromPicture * k) / alphaNext;
      const constant = (fromPicture * (1 - k) * mu) / alphaNext;
      return move(joint, own, 0, constant, (nextStd2 * added) / std2 / alphaNext ** 2, denoised);
    }
    case 'ddim': {
      // x̃′ = α′ D + √(std′² − c̃²) ε̂ + c̃ z with the paper's c̃ = η √((1 − ᾱ′)/(1 − ᾱ)) √(1 − ᾱ/ᾱ′) in σ-space.
      const added = eta * Math.sqrt((sigmaNext / sigma) ** 2 * (sigma ** 2 - sigmaNext ** 2));
      const share = Math.sqrt(sigmaNext ** 2 - added ** 2) / sigma;
      return move(joint, k + share * (1 - k), 0, (1 - k) * mu * (1 - share), added ** 2, denoised);
    }
    case 'renoise': {
      const kept = (sigmaNext * Math.sqrt(1 - eta * eta)) / sigma;
      return move(joint, k + kept * (1 - k), 0, (1 - k) * mu * (1 - kept), (eta * sigmaNext) ** 2, denoised);
    }
    case 'euler': {
      const own = 1 + ((sigmaNext - sigma) * (1 - k)) / sigma;
      return move(joint, own, 0, (1 - own) * mu, 0, denoised);
    }
    case 'heun': {
      const h = sigmaNext - sigma;
      const slope = (1 - k) / sigma;
      const slopeNext = (1 - lambda / (lambda + sigmaNext ** 2)) / sigmaNext;
      const own = 1 + (h / 2) * (slope + slopeNext * (1 + h * slope));
      return move(joint, own, 0, (1 - own) * mu, 0, denoised);
    }
    case 'dpm++2m': {
      const ratio = sigmaNext / sigma;
      if (previousSigma === undefined) {
        return move(joint, ratio + (1 - ratio) * k, 0, (1 - ratio) * (1 - k) * mu, 0, denoised);
      }
      const r = Math.log(previousSigma / sigma) / Math.log(sigma / sigmaNext);
      const [now, before] = [(1 - ratio) * (1 + 1 / (2 * r)), -(1 - ratio) / (2 * r)];
      return move(joint, ratio + now * k, before, now * (1 - k) * mu, 0, denoised);
    }
  }
}

/** x ← own x + before p + constant + √noise z, and then p ← denoised[0] x + denoised[1] of the old x. */
function move(
  joint: Joint,
  own: number,
  before: number,
  constant: number,
  noise: number,
  denoised?: [number, number],
): void {
  const { mean, variance, previousMean, previousVariance, covariance } = joint;
  joint.mean = own * mean + before * previousMean + constant;
  joint.variance = own * own * variance + 2 * own * before * covariance + before * before * previousVariance + noise;
  if (denoised === undefined) {
    joint.covariance = own * covariance + before * previousVariance;
  } else {
    const [k, offset] = denoised;
    joint.previousMean = k * mean + offset;
    joint.previousVariance = k * k * variance;
    joint.covariance = k * (own * variance + before * covariance);
  }
}
