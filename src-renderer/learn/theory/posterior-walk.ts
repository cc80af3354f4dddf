import { createLikelihood, likelihoodMethod, likelihoods } from '../../../src-main/likelihood/registry.ts';
import { whyNot, type SamplingDefaults } from '../../../src-main/likelihood/likelihood.ts';
import { predictorCorrector } from '../../../src-main/sampling/predictor-corrector.ts';
import { createPredictor, predictorOptions } from '../../../src-main/sampling/predictors/registry.ts';
import type { SamplerStep } from '../../../src-main/sampling/sampler.ts';
import { karrasSchedule } from '../../../src-main/sampling/schedule.ts';
import { createSde } from '../../../src-main/sampling/sde.ts';
import { transitionSampler } from '../../../src-main/sampling/transition-sampler.ts';
import { BatchRandom } from '../../../src-main/tensor/random.ts';
import { zeros, type Tensor } from '../../../src-main/tensor/tensor.ts';
import { createCorrector } from '../../../src-main/sampling/corrector.ts';
import { exactDenoiser, exactNetwork } from './exact-network.ts';
import { marginal } from './forward-walk.ts';
import { posteriorOf, WeightedSum, type LinearMeasurement } from './measurement.ts';
import type { Mixture } from './mixture.ts';
import { drawnScale } from './reverse-walk.ts';
import type { Walk, WalkFrame, WalkOptions } from './walk.ts';

/** The exact posterior score, or a solver of the program that estimates it. */
export const EXACT_SOLVER = 'exact';

export interface PosteriorOptions extends WalkOptions {
  readonly measurement: LinearMeasurement;
  readonly solver: string;
  readonly steps: number;
}

/** Solvers that can run on a weighted sum of two pixels, by name and title; the exact score is not among them. */
export function posteriorSolvers(): readonly { readonly name: string; readonly title: string }[] {
  const operator = new WeightedSum({ x: 1, y: 0 });
  const network = exactNetwork([{ weight: 1, mean: { x: 0, y: 0 }, covariance: { xx: 1, xy: 0, yy: 1 } }]);
  return [...likelihoods.values()]
    .filter(({ needs }) => whyNot(needs, { operator, sigmaY: 0.1 }, network) === undefined)
    .map(({ name, title }) => ({ name, title }));
}

/**
 * Draws from the posterior of a measurement: with the exact posterior score from pure noise (ancestral steps), or by a
 * solver with the sampling defaults of its method. Frames are scaled by `drawnScale`.
 */
export async function* posteriorWalk(mixture: Mixture, options: PosteriorOptions): Walk {
  const random = BatchRandom.seeded(options.seed, options.count);
  const posterior = posteriorOf(mixture, options.measurement);
  const { run, initial, sigma: first, steps } = startedRun(mixture, posterior, options, random);
  const frame = (step: number, sigma: number, state: Tensor): WalkFrame => {
    const alpha = drawnScale(sigma);
    return {
      step,
      steps,
      sigma,
      points: state.data.map((value) => alpha * value),
      alpha,
      exact: marginal(posterior, alpha, sigma),
    };
  };
  yield frame(0, first, initial);
  let step = 0;
  for await (const { kind, sigmaNext, state } of run) {
    if (kind !== 'corrector') yield frame(++step, sigmaNext, state);
  }
}

function startedRun(
  mixture: Mixture,
  posterior: Mixture,
  { measurement, solver, steps, count }: PosteriorOptions,
  random: BatchRandom,
): { run: AsyncGenerator<SamplerStep, Tensor>; initial: Tensor; sigma: number; steps: number } {
  const sde = createSde({ name: 'edm' });
  if (solver === EXACT_SOLVER) {
    const sigmas = karrasSchedule({ steps, sigmaMin: 0.01, sigmaMax: 10 });
    const initial = random.normal([count, 1, 1, 2]);
    initial.data.forEach((value, i) => (initial.data[i] = sigmas[0] * value));
    const predictor = createPredictor({ name: 'ancestral' });
    const run = predictorCorrector({ denoiser: exactDenoiser(posterior), sde, sigmas, predictor, random, initial });
    return { run, initial, sigma: sigmas[0], steps };
  }
  const y = zeros([count, 1, 1, 1]);
  y.data.fill(measurement.y);
  const network = exactNetwork(mixture);
  const { sampling } = likelihoodMethod(solver);
  const task = { operator: new WeightedSum(measurement.a), y, sigmaY: measurement.sigmaY };
  const likelihood = createLikelihood(solver, task, network);
  const sigmas = karrasSchedule({ steps, ...levelsOf(sampling, network.manifest.sigmaMin) }, sampling.rho);
  const initial = likelihood.start(sigmas[0], random);
  if (likelihood.kind === 'transition') {
    const path = likelihood.path?.([...sigmas]) ?? sigmas;
    const run = transitionSampler({ likelihood, path, random, initial });
    return { run, initial, sigma: path[0], steps: path.length - 1 };
  }
  const run = predictorCorrector({
    denoiser: likelihood.estimate,
    project: likelihood.project,
    sde,
    sigmas,
    predictor: createPredictor(predictorOptions(sampling.predictor ?? 'ddim', sampling.eta ?? 0)),
    corrector: createCorrector(sampling.corrector ?? 'none', { snr: sampling.snr ?? 0.16 }),
    random,
    initial,
  });
  return { run, initial, sigma: sigmas[0], steps };
}

function levelsOf({ sigmaMax, sigmaMin }: SamplingDefaults, networkMin: number) {
  return { sigmaMax, sigmaMin: sigmaMin ?? networkMin };
}
