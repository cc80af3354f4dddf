import type { Likelihood, Measurement } from '../likelihood/likelihood.ts';
import { createLikelihood } from '../likelihood/registry.ts';
import type { ScoreNetwork } from '../prior/score-network.ts';
import { annealedLangevin } from '../sampling/annealed-langevin.ts';
import { createCorrector } from '../sampling/corrector.ts';
import { priorDenoiser } from '../sampling/denoiser.ts';
import { predictorCorrector } from '../sampling/predictor-corrector.ts';
import { createPredictor, predictorOptions } from '../sampling/predictors/registry.ts';
import type { Denoiser, Projection, SamplerStep } from '../sampling/sampler.ts';
import { transitionSampler } from '../sampling/transition-sampler.ts';
import type { BatchRandom } from '../tensor/random.ts';
import { linear, scale, type ImageShape, type Tensor } from '../tensor/tensor.ts';
import { noiseLevels, sdeOf } from './noise-levels.ts';
import type { SamplerSettings } from './sampler-settings.ts';
import type { SolverSettings } from './settings.ts';

export interface SolveRequest {
  /** The prior, tiled and counted as the caller wants. */
  readonly network: ScoreNetwork;
  readonly measurement: Measurement;
  readonly settings: SolverSettings;
  /** One generator per sample. */
  readonly random: BatchRandom;
  /** An earlier picture to start from, noised to σmax where states have noise; absent: what the likelihood makes of the measurement. */
  readonly initial?: Tensor | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The seed equation at work: draws from p(x0 | y) by joining the prior's score with the likelihood's and walking the
 * noise levels down with the chosen sampler. Every solver runs through here, in every host.
 *
 * Yields each update; returns x0, [n, ...operator.inputShape].
 * @throws unsupported-combination with the reason and the solvers that work; invalid-argument; cancelled.
 */
export async function* solve(request: SolveRequest): AsyncGenerator<SamplerStep, Tensor> {
  const { network, measurement, settings, random, signal } = request;
  const likelihood = createLikelihood(settings.solver, measurement, network, settings.method);
  const sigmas = noiseLevels(settings);
  const initial = startingState(likelihood, request, sigmas[0]);
  if (likelihood.kind === 'transition') {
    const path = likelihood.path?.([...sigmas]) ?? sigmas;
    return yield* transitionSampler({ likelihood, path, random, initial, signal });
  }
  return yield* walk(settings, sigmas, likelihood.estimate, random, initial, likelihood.project, signal);
}

/**
 * Draws from the prior itself, p(x0).
 * @param shape  [c, h, w] of each sample; as many samples as `random` has generators.
 */
export async function* sampleUnconditionally(request: {
  readonly network: ScoreNetwork;
  readonly settings: SamplerSettings;
  readonly shape: ImageShape;
  readonly random: BatchRandom;
  readonly signal?: AbortSignal | undefined;
}): AsyncGenerator<SamplerStep, Tensor> {
  const { network, settings, shape, random, signal } = request;
  const sigmas = noiseLevels(settings);
  const initial = scale(sigmas[0], random.normal([random.generators.length, ...shape]));
  return yield* walk(settings, sigmas, priorDenoiser(network), random, initial, undefined, signal);
}

/** Updates that a run of these settings makes: the unit of progress. */
export function updateCount(settings: SamplerSettings, likelihood: Likelihood | undefined): number {
  if (likelihood?.kind === 'transition' && likelihood.path !== undefined) {
    return likelihood.path([...noiseLevels(settings)]).length - 1;
  }
  if (likelihood?.kind === 'transition') return settings.steps;
  if (settings.predictor === 'annealed-langevin') return settings.steps * settings.langevinSteps + 1;
  return settings.steps * (1 + settings.correctorSteps);
}

function startingState(likelihood: Likelihood, { initial, random, measurement }: SolveRequest, sigma: number): Tensor {
  if (initial === undefined) return likelihood.start(sigma, random);
  if (likelihood.kind === 'transition' && likelihood.walksPictures === true) return initial;
  const noise = random.normal([measurement.y.shape[0], ...measurement.operator.inputShape]);
  const noised = linear(1, initial, sigma, noise);
  return likelihood.kind === 'guided' && likelihood.project !== undefined
    ? likelihood.project(noised, sigma, random)
    : noised;
}

function walk(
  settings: SamplerSettings,
  sigmas: Float64Array,
  denoiser: Denoiser,
  random: BatchRandom,
  initial: Tensor,
  project: Projection | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<SamplerStep, Tensor> {
  const { predictor, eta, corrector, snr, correctorSteps, langevinSteps, langevinStep, rtol, atol } = settings;
  if (predictor === 'annealed-langevin') {
    return annealedLangevin({
      denoiser,
      sigmas,
      stepsPerLevel: langevinSteps,
      relativeStep: langevinStep,
      random,
      initial,
      project,
      signal,
    });
  }
  return predictorCorrector({
    denoiser,
    sde: sdeOf(settings),
    sigmas,
    predictor: createPredictor(predictorOptions(predictor, eta, { rtol, atol })),
    corrector: createCorrector(corrector, { snr }),
    correctorSteps,
    random,
    initial,
    project,
    signal,
  });
}
