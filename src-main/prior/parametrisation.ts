import { LangevinError } from '../errors.ts';
import type { Manifest } from './manifest.ts';

/**
 * How one evaluation of a network N gives the denoiser in σ-space (DESIGN §2):
 *
 *     D(x; σ) = skip · x + gain · N(inputScale · x, time)
 *     Jᵀ v    = skip · v + gain · inputScale · J_Nᵀ v
 *
 * where x = x0 + σ z. Every SDE, time input and prediction kind of the manifest has this form.
 */
export interface Preconditioning {
  readonly inputScale: number;
  readonly time: number;
  readonly skip: number;
  readonly gain: number;
}

/**
 * The conversion for `manifest`, as a function of σ > 0.
 *
 * State: the training SDE's noisy picture is x̃ = α x with noise of standard deviation α σ; α = 1 (VE, EDM),
 * 1/√(1 + σ²) (VP), (√(σ² + 4) − σ)/2 (sub-VP; Song et al. 2021, eq. 29 with std = 1 − α²).
 *
 * Output of N, and D from it:
 * - denoised: x0.                           D = N
 * - epsilon:  the unit noise z.             D = x − σ N
 * - score:    ∇ log p̃(x̃) of the state x̃.    D = x + α σ² N  (Tweedie)
 * - v:        α z − α σ x0 (Salimans & Ho 2022, §4, without assuming that α²(1 + σ²) = 1).
 *                                           D = (x − σ N / α) / (1 + σ²)
 *
 * Time input: σ, ln(σ)/4, factor · t or a DDPM index; t and the index are held inside the range that training saw,
 * since networks do not extrapolate.
 * @throws invalid-manifest when the DDPM table and the SDE do not go together.
 */
export function parametrisation(manifest: Manifest): (sigma: number) => Preconditioning {
  const alpha = stateScale(manifest);
  const time = timeInput(manifest);
  const { prediction } = manifest;
  return (sigma) => {
    const a = alpha(sigma);
    const shared = { inputScale: a, time: time(sigma) };
    switch (prediction) {
      case 'denoised':
        return { ...shared, skip: 0, gain: 1 };
      case 'epsilon':
        return { ...shared, skip: 1, gain: -sigma };
      case 'score':
        return { ...shared, skip: 1, gain: a * sigma * sigma };
      case 'v':
        return { ...shared, skip: 1 / (1 + sigma * sigma), gain: -sigma / (a * (1 + sigma * sigma)) };
    }
  };
}

function stateScale(manifest: Manifest): (sigma: number) => number {
  switch (manifest.sde.name) {
    case 've':
    case 'edm':
      return () => 1;
    case 'vp':
      return (sigma) => 1 / Math.sqrt(1 + sigma * sigma);
    case 'subvp':
      return (sigma) => 2 / (sigma + Math.sqrt(sigma * sigma + 4));
  }
}

function timeInput(manifest: Manifest): (sigma: number) => number {
  const { time } = manifest;
  switch (time.kind) {
    case 'sigma':
      return (sigma) => sigma;
    case 'log_sigma/4':
      return (sigma) => Math.log(sigma) / 4;
    case 't': {
      const t = sdeTime(manifest);
      return (sigma) => time.factor * t(sigma);
    }
    case 'ddpm-index':
      if (manifest.sde.name !== 'vp') {
        throw new LangevinError(
          'invalid-manifest',
          `The manifest of ${manifest.name} has a DDPM time index with sde "${manifest.sde.name}"; ` +
            'a table of betas describes a variance-preserving process, so sde.name must be "vp".',
        );
      }
      return ddpmIndex(time.betas);
  }
}

/** The training SDE's t at σ. */
function sdeTime(manifest: Manifest): (sigma: number) => number {
  const { sde, sigmaMin, sigmaMax } = manifest;
  switch (sde.name) {
    case 'edm':
      return (sigma) => sigma;
    case 've': {
      const range = Math.log(sigmaMax / sigmaMin);
      return (sigma) => clamp(Math.log(sigma / sigmaMin) / range, 0, 1);
    }
    case 'vp':
    case 'subvp': {
      // −2 ln α = ½ t² (β1 − β0) + t β0, solved for t without cancellation.
      const { betaMin, betaMax } = sde;
      const isVp = sde.name === 'vp';
      return (sigma) => {
        const minusTwoLogAlpha = isVp ? Math.log1p(sigma * sigma) : 2 * Math.asinh(sigma / 2);
        const root = Math.sqrt(betaMin * betaMin + 2 * (betaMax - betaMin) * minusTwoLogAlpha);
        return clamp((2 * minusTwoLogAlpha) / (betaMin + root), 0, 1);
      };
    }
  }
}

/** Fractional index into σᵢ = √((1 − ᾱᵢ)/ᾱᵢ), ᾱᵢ = Πⱼ≤ᵢ(1 − βⱼ) (Ho et al. 2020), linear in ln σ between entries. */
function ddpmIndex(betas: readonly number[]): (sigma: number) => number {
  const logSigmas = new Float64Array(betas.length);
  let logAlphaBar = 0;
  betas.forEach((beta, i) => {
    logAlphaBar += Math.log1p(-beta);
    logSigmas[i] = Math.log(Math.expm1(-logAlphaBar)) / 2;
  });
  return (sigma) => {
    const target = Math.log(sigma);
    let low = 0;
    let high = logSigmas.length - 1;
    if (target <= logSigmas[low]) return low;
    if (target >= logSigmas[high]) return high;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (logSigmas[middle] <= target) low = middle;
      else high = middle;
    }
    return low + (target - logSigmas[low]) / (logSigmas[high] - logSigmas[low]);
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
