import { z } from 'zod';
import { LangevinError } from '../errors.ts';

/**
 * A linear stochastic differential equation dx̃ = f(t) x̃ dt + g(t) dw with marginals x̃ = α x0 + α σ z.
 *
 * Dividing by α gives the one σ-space of the program, x = x̃/α = x0 + σ z, in which all of them have the same marginals
 * and the same probability-flow ODE, dx/dσ = (x − D)/σ; they differ in the time t in which a step is taken and in the
 * rules of the stochastic predictors. Always g² = α² d(σ²)/dt and f = d(ln α)/dt.
 */
export interface Sde {
  readonly name: SdeName;
  /** Range of t that sampling uses; σ(tMin) > 0. */
  readonly tMin: number;
  readonly tMax: number;
  /** Standard deviation of the noise in x̃ at tMax, α σ: what the sampler in x̃ starts from. */
  readonly priorStd: number;
  /** Scale of the picture in x̃ at time t. */
  alpha(t: number): number;
  /** Noise level in σ-space at time t, ascending in t. */
  sigma(t: number): number;
  /** The t at which σ(t) = sigma, for any sigma > 0: the formulas continue beyond [tMin, tMax]. */
  timeOf(sigma: number): number;
  /** Drift coefficient f(t). */
  drift(t: number): number;
  /** Squared diffusion coefficient g²(t). */
  diffusion2(t: number): number;
}

const vpRange = {
  betaMin: z.number().positive().default(0.1).describe('β at t = 0'),
  betaMax: z.number().positive().default(20).describe('β at t = 1'),
  tMin: z.number().gt(0).lt(1).default(1e-3).describe('Least time ε, where sampling ends'),
};

const schemas = {
  ve: z
    .strictObject({
      name: z.literal('ve'),
      sigmaMin: z.number().positive().default(0.01).describe('Noise at t = 0'),
      sigmaMax: z.number().positive().default(50).describe('Noise at t = 1'),
    })
    .refine((options) => options.sigmaMin < options.sigmaMax, 'sigmaMin must be below sigmaMax'),
  vp: z.strictObject({ name: z.literal('vp'), ...vpRange }).refine(ascendingBeta, 'betaMax must not be below betaMin'),
  subvp: z
    .strictObject({ name: z.literal('subvp'), ...vpRange })
    .refine(ascendingBeta, 'betaMax must not be below betaMin'),
  tutorial: z.strictObject({
    name: z.literal('tutorial'),
    s: z.number().gt(1).default(25).describe('Base of the diffusion, dx = sᵗ dw'),
    tMin: z.number().gt(0).lt(1).default(1e-3).describe('Least time, where sampling ends'),
  }),
  edm: z
    .strictObject({
      name: z.literal('edm'),
      tMin: z.number().positive().default(0.002).describe('Least noise, σ = t'),
      tMax: z.number().positive().default(80).describe('Largest noise, σ = t'),
    })
    .refine((options) => options.tMin < options.tMax, 'tMin must be below tMax'),
};

const sdeSchema = z.discriminatedUnion('name', [schemas.ve, schemas.vp, schemas.subvp, schemas.tutorial, schemas.edm]);

/** Name and parameters of an SDE; every parameter has a default. */
export type SdeOptions = z.input<typeof sdeSchema>;
type CheckedOptions = z.output<typeof sdeSchema>;
type OptionsOf<Name extends SdeName> = Extract<CheckedOptions, { name: Name }>;

export const sdeNames = ['ve', 'vp', 'subvp', 'tutorial', 'edm'] as const;
export type SdeName = (typeof sdeNames)[number];

/**
 * Makes an SDE from its name and parameters (defaults in brackets):
 *
 * - `ve` variance exploding (Song et al. 2021, eq. 9 and 29): α = 1, σ(t) = σmin (σmax/σmin)^t on [0, 1]; sigmaMin [.01],
 *   sigmaMax [50].
 * - `vp` variance preserving (eq. 11): α = exp(−L/2), L = ½ t² (β1 − β0) + t β0, σ = √(1/α² − 1); betaMin [.1],
 *   betaMax [20], tMin [1e-3].
 * - `subvp` (eq. 12): the α of `vp` with noise of standard deviation 1 − α², so σ = (1 − α²)/α.
 * - `tutorial` dx = sᵗ dw: α = 1, σ² = (s²ᵗ − 1)/(2 ln s); s [25], tMin [1e-3].
 * - `edm` (Karras et al. 2022, table 1): α = 1, σ(t) = t; tMin [.002], tMax [80].
 *
 * @throws invalid-argument, naming every offending key.
 */
export function createSde(options: SdeOptions): Sde {
  const result = sdeSchema.safeParse(options);
  if (!result.success) {
    const issues = result.error.issues.map((issue) => `${issue.path.join('.') || 'sde'}: ${issue.message}`);
    throw new LangevinError(
      'invalid-argument',
      `The SDE options are not valid: ${issues.join('; ')}. Known SDEs: ${sdeNames.join(', ')}.`,
    );
  }
  switch (result.data.name) {
    case 've':
      return varianceExploding(result.data);
    case 'vp':
      return variancePreserving(result.data);
    case 'subvp':
      return subVariancePreserving(result.data);
    case 'tutorial':
      return exponentialDiffusion(result.data);
    case 'edm':
      return edm(result.data);
  }
}

/** What `createSde` checks the parameters of an SDE against, its name among them: for forms. */
export function sdeOptionSchema(name: SdeName): z.ZodType {
  return schemas[name];
}

/** Parameters of every SDE with their defaults, by its name. */
export function sdeParameters(): Readonly<Record<SdeName, Readonly<Record<string, number>>>> {
  const entries = sdeNames.map((name) => {
    const { name: _name, ...parameters } = sdeSchema.parse({ name });
    return [name, parameters] as const;
  });
  return Object.fromEntries(entries) as unknown as Record<SdeName, Record<string, number>>;
}

function varianceExploding({ name, sigmaMin, sigmaMax }: OptionsOf<'ve'>): Sde {
  const logRatio = Math.log(sigmaMax / sigmaMin);
  const sigma = (t: number): number => sigmaMin * Math.exp(logRatio * t);
  return {
    name,
    tMin: 0,
    tMax: 1,
    priorStd: sigmaMax,
    alpha: () => 1,
    sigma,
    timeOf: (value) => Math.log(value / sigmaMin) / logRatio,
    drift: () => 0,
    diffusion2: (t) => 2 * logRatio * sigma(t) ** 2,
  };
}

function variancePreserving({ name, tMin, ...range }: OptionsOf<'vp'>): Sde {
  const { beta, integral, timeOfIntegral } = linearBeta(range);
  const alpha = (t: number): number => Math.exp(-integral(t) / 2);
  const sigma = (t: number): number => Math.sqrt(Math.expm1(integral(t)));
  return {
    name,
    tMin,
    tMax: 1,
    priorStd: alpha(1) * sigma(1),
    alpha,
    sigma,
    timeOf: (value) => timeOfIntegral(Math.log1p(value * value)),
    drift: (t) => -beta(t) / 2,
    diffusion2: beta,
  };
}

function subVariancePreserving({ name, tMin, ...range }: OptionsOf<'subvp'>): Sde {
  const { beta, integral, timeOfIntegral } = linearBeta(range);
  const alpha = (t: number): number => Math.exp(-integral(t) / 2);
  // (1 − α²)/α without the cancellation at small t.
  const sigma = (t: number): number => 2 * Math.sinh(integral(t) / 2);
  return {
    name,
    tMin,
    tMax: 1,
    priorStd: alpha(1) * sigma(1),
    alpha,
    sigma,
    timeOf: (value) => timeOfIntegral(2 * Math.asinh(value / 2)),
    drift: (t) => -beta(t) / 2,
    diffusion2: (t) => -beta(t) * Math.expm1(-2 * integral(t)),
  };
}

function exponentialDiffusion({ name, s, tMin }: OptionsOf<'tutorial'>): Sde {
  const twoLog = 2 * Math.log(s);
  const sigma = (t: number): number => Math.sqrt(Math.expm1(twoLog * t) / twoLog);
  return {
    name,
    tMin,
    tMax: 1,
    priorStd: sigma(1),
    alpha: () => 1,
    sigma,
    timeOf: (value) => Math.log1p(twoLog * value * value) / twoLog,
    drift: () => 0,
    diffusion2: (t) => Math.exp(twoLog * t),
  };
}

function edm({ name, tMin, tMax }: OptionsOf<'edm'>): Sde {
  return {
    name,
    tMin,
    tMax,
    priorStd: tMax,
    alpha: () => 1,
    sigma: (t) => t,
    timeOf: (value) => value,
    drift: () => 0,
    diffusion2: (t) => 2 * t,
  };
}

/** β(t) = β0 + t (β1 − β0), its integral L(t) and the t ≥ 0 of a given L, without cancellation at small L. */
function linearBeta({ betaMin, betaMax }: { betaMin: number; betaMax: number }): {
  beta(t: number): number;
  integral(t: number): number;
  timeOfIntegral(value: number): number;
} {
  const slope = betaMax - betaMin;
  return {
    beta: (t) => betaMin + t * slope,
    integral: (t) => t * (betaMin + 0.5 * t * slope),
    timeOfIntegral: (value) => (2 * value) / (betaMin + Math.sqrt(betaMin * betaMin + 2 * slope * value)),
  };
}

function ascendingBeta(options: { betaMin: number; betaMax: number }): boolean {
  return options.betaMin <= options.betaMax;
}
