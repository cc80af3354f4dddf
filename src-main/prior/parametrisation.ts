import { LangevinError } from '../errors.ts';
import { betaTable, tableSigmas } from './beta-table.ts';
import type { Manifest } from './manifest.ts';

/**
 * How one evaluation of a network N gives the denoiser in σ-space (DESIGN §2):
 *
 *     D(x; σ) = skip · x + gain · N(inputScale · x + inputOffset, time) + offset
 *     Jᵀ v    = skip · v + gain · inputScale · J_Nᵀ v
 *
 * where x = x0 + σ z. Every SDE, time input, prediction kind and range of the manifest has this form.
 */
export interface Preconditioning {
  readonly inputScale: number;
  readonly inputOffset: number;
  readonly time: number;
  readonly skip: number;
  readonly gain: number;
  readonly offset: number;
}

/**
 * The conversion for `manifest`, as a function of σ > 0.
 *
 * Range: a network for pictures in [black, white] sees x' = half · x + middle, whose noise is σ' = half · σ; all of the
 * following is in its units, and D = (D' − middle) / half.
 *
 * State: the training SDE's noisy picture is x̃ = α x with noise of standard deviation α σ; α = 1 (VE, EDM),
 * 1/√(1 + σ²) (VP), (√(σ² + 4) − σ)/2 (sub-VP; Song et al. 2021, eq. 29 with std = 1 − α²), 1/(1 + σ) (flow).
 *
 * Output of N, and D from it:
 * - denoised: x0.                           D = N
 * - epsilon:  the unit noise z.             D = x − σ N
 * - residual: the noise in the state, α σ z.  D = x − N / α  (DnCNN)
 * - score:    ∇ log p̃(x̃) of the state x̃.    D = x + α σ² N  (Tweedie)
 * - v:        α z − α σ x0 (Salimans & Ho 2022, §4, without assuming that α²(1 + σ²) = 1).
 *                                           D = (x − σ N / α) / (1 + σ²)
 * - velocity: z − x0 (Lipman et al. 2023; x0 − z where the picture is at t = 1).
 *                                           D = α x − α σ N
 * - edm-F:    the network inside an EDM preconditioning (Karras et al. 2022, eq. 7 and table 1), which is given
 *             x / √(σ² + σ_d²).             D = (σ_d² x + σ σ_d √(σ² + σ_d²) N) / (σ² + σ_d²)
 *
 * Time input: nothing, σ, factor · ln σ, factor · t or a DDPM index; t and the index are held inside the range that
 * training saw, since networks do not extrapolate.
 * @throws invalid-manifest when the parts of the description do not go together.
 */
export function parametrisation(manifest: Manifest): (sigma: number) => Preconditioning {
  const [black, white] = manifest.range ?? [-1, 1];
  const half = (white - black) / 2;
  const middle = (white + black) / 2;
  const sigmaData = half * manifest.sigmaData;
  const alpha = stateScale(manifest, sigmaData);
  const time = timeInput(manifest, half);
  const prediction = predictionRule(manifest, sigmaData);
  return (sigma) => {
    const own = half * sigma;
    const a = alpha(own);
    const { skip, gain } = prediction(own, a);
    return {
      inputScale: a * half,
      inputOffset: a * middle,
      time: time(own),
      skip,
      gain: gain / half,
      // Without the test, −0 would come out for pictures in [−1, 1].
      offset: middle === 0 ? 0 : ((skip - 1) * middle) / half,
    };
  };
}

type Rule = (sigma: number, alpha: number) => { readonly skip: number; readonly gain: number };

function predictionRule(manifest: Manifest, sigmaData: number): Rule {
  const { prediction, sde } = manifest;
  const needs = (name: string, field: string): LangevinError =>
    new LangevinError(
      'invalid-manifest',
      `The manifest of ${manifest.name} has the prediction "${prediction}" with sde "${sde.name}"; ${field} must be "${name}".`,
    );
  switch (prediction) {
    case 'denoised':
      return () => ({ skip: 0, gain: 1 });
    case 'epsilon':
      return (sigma) => ({ skip: 1, gain: -sigma });
    case 'residual':
      return (_, a) => ({ skip: 1, gain: -1 / a });
    case 'score':
      return (sigma, a) => ({ skip: 1, gain: a * sigma * sigma });
    case 'v':
      return (sigma, a) => ({ skip: 1 / (1 + sigma * sigma), gain: -sigma / (a * (1 + sigma * sigma)) });
    case 'velocity': {
      if (sde.name !== 'flow') throw needs('flow', 'sde.name');
      const sign = sde.dataAt === 0 ? -1 : 1;
      return (sigma, a) => ({ skip: a, gain: sign * a * sigma });
    }
    case 'edm-F': {
      if (sde.name !== 'edm') throw needs('edm', 'sde.name');
      const d2 = sigmaData * sigmaData;
      return (sigma) => {
        const total = sigma * sigma + d2;
        return { skip: d2 / total, gain: (sigma * sigmaData) / Math.sqrt(total) };
      };
    }
  }
}

function stateScale(manifest: Manifest, sigmaData: number): (sigma: number) => number {
  if (manifest.prediction === 'edm-F') return (sigma) => 1 / Math.hypot(sigma, sigmaData);
  switch (manifest.sde.name) {
    case 've':
    case 'edm':
      return () => 1;
    case 'flow':
      return (sigma) => 1 / (1 + sigma);
    case 'vp':
      return (sigma) => 1 / Math.sqrt(1 + sigma * sigma);
    case 'subvp':
      return (sigma) => 2 / (sigma + Math.sqrt(sigma * sigma + 4));
  }
}

/** @param half  of the network's range: σ is in its units, the manifest's limits are not. */
function timeInput(manifest: Manifest, half: number): (sigma: number) => number {
  const { time } = manifest;
  switch (time.kind) {
    case 'none':
      return () => 0;
    case 'sigma':
      return (sigma) => sigma;
    case 'log_sigma/4':
      return (sigma) => Math.log(sigma) / 4;
    case 'log_sigma':
      return (sigma) => time.factor * Math.log(sigma);
    case 't': {
      const t = sdeTime(manifest, half);
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
      return ddpmIndex(betaTable(time.betas));
  }
}

/** The training SDE's t at σ. */
function sdeTime(manifest: Manifest, half: number): (sigma: number) => number {
  const { sde } = manifest;
  const [sigmaMin, sigmaMax] = [half * manifest.sigmaMin, half * manifest.sigmaMax];
  switch (sde.name) {
    case 'flow':
      return (sigma) => (sde.dataAt === 0 ? sigma : 1) / (1 + sigma);
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

/** Fractional index into the σᵢ of a table, linear in ln σ between entries; before noise alone, linear in atan σ. */
function ddpmIndex(betas: readonly number[]): (sigma: number) => number {
  const sigmas = tableSigmas(betas);
  return (sigma) => {
    let low = 0;
    let high = sigmas.length - 1;
    if (sigma <= sigmas[low]) return low;
    if (sigma >= sigmas[high]) return high;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (sigmas[middle] <= sigma) low = middle;
      else high = middle;
    }
    const place = sigmas[high] === Infinity ? Math.atan : Math.log;
    return low + (place(sigma) - place(sigmas[low])) / (place(sigmas[high]) - place(sigmas[low]));
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
