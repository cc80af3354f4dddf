import type { BetaSchedule } from './manifest.ts';

/**
 * The betas of a DDPM, by the rules of the usual programs (diffusers' `beta_schedule`; guided-diffusion's linear and cosine
 * are the same):
 * - linear: from first to last; scaled_linear: their square roots are
 * - squaredcos_cap_v2: 1 − ᾱ(t + 1/N)/ᾱ(t), ᾱ(t) = cos²(π/2 · (t + 0.008)/1.008), at most 0.999 (Nichol & Dhariwal 2021)
 * - sigmoid: a logistic curve on [−6, 6] from first to last
 * - logsnr_sigmoid: ᾱ(t) a logistic curve over t ∈ [0, 1] from −3 to 3 (Jabri et al. 2022; lucidrains' default)
 * @returns `count` numbers in (0, 1]; the last is 1 where the table ends in noise alone.
 */
export function betaTable(betas: readonly number[] | BetaSchedule): readonly number[] {
  if (!('schedule' in betas)) return betas;
  const { count, zeroSnr } = betas;
  const table = Array.from({ length: count }, (_, i) => beta(betas, i));
  return zeroSnr ? rescaledToZeroSnr(table) : table;
}

/** σᵢ = √((1 − ᾱᵢ)/ᾱᵢ), ᾱᵢ = Πⱼ≤ᵢ(1 − βⱼ) (Ho et al. 2020), ascending; the last is infinite after a beta of 1. */
export function tableSigmas(betas: readonly number[]): Float64Array {
  let logAlphaBar = 0;
  return Float64Array.from(betas, (value) => {
    logAlphaBar += Math.log1p(-value);
    return Math.sqrt(Math.expm1(-logAlphaBar));
  });
}

function beta({ schedule, first, last, count }: BetaSchedule, i: number): number {
  const u = i / (count - 1);
  switch (schedule) {
    case 'linear':
      return first + (last - first) * u;
    case 'scaled_linear':
      return (Math.sqrt(first) + (Math.sqrt(last) - Math.sqrt(first)) * u) ** 2;
    case 'sigmoid':
      return first + (last - first) * logistic(12 * u - 6);
    case 'squaredcos_cap_v2':
      return fromAlphaBar((t) => Math.cos(((t + 0.008) / 1.008) * (Math.PI / 2)) ** 2, i, count);
    case 'logsnr_sigmoid':
      return fromAlphaBar((t) => logistic(3) - logistic(6 * t - 3), i, count);
  }
}

function fromAlphaBar(alphaBar: (t: number) => number, i: number, count: number): number {
  return Math.min(1 - alphaBar((i + 1) / count) / alphaBar(i / count), 0.999);
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** √ᾱ shifted and scaled so that its first value stays and its last is 0 (Lin et al. 2023, algorithm 1). */
function rescaledToZeroSnr(betas: readonly number[]): number[] {
  let product = 1;
  const roots = betas.map((value) => Math.sqrt((product *= 1 - value)));
  const [first, last] = [roots[0], roots[roots.length - 1]];
  const bars = roots.map((root) => (((root - last) * first) / (first - last)) ** 2);
  return bars.map((bar, i) => 1 - bar / (i === 0 ? 1 : bars[i - 1]));
}
