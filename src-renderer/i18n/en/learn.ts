/** Messages of the learn part. */
export const learn = {
  'learn.lessons': 'Lessons',
  'learn.twoPixels':
    'Every point is a picture of two pixels: x₁ and x₂ are their brightness, from −1 to 1. The samplers are those that restore photographs; the exact score takes the place of the network.',
  'learn.handle': '{name} at {x}; {y}. Arrow keys move it, with Shift faster.',
  'learn.component': 'Component {number}',
  'learn.probe': 'Noisy picture x',
  'learn.mixture': 'Pictures',
  'learn.mixture.three': 'Mixture of three Gaussians',
  'learn.mixture.two': 'Mixture of two Gaussians',
  'learn.mixture.one': 'One Gaussian',
  'learn.sigma': 'Noise level σ',
  'learn.time': 'Time t',
  'learn.evaluations': 'Evaluations of the score',
  'learn.numbers': 'Points compared with the exact law',
  'learn.points': 'Points',
  'learn.exact': 'Exact',
  'learn.mean': 'Mean',
  'learn.covariance': 'Cov. xx; xy; yy',
  'learn.meanError': 'Distance of the means',
  'learn.covarianceError': 'Error of the covariance',
  'learn.summary': 'Step {step} of {steps}: distance of the means {mean}, error of the covariance {covariance}.',
  'learn.playback': 'Playback',
  'learn.play': 'Play',
  'learn.runToEnd': 'Run to the end',
  'learn.pause': 'Pause',
  'learn.step': 'Step',
  'learn.reset': 'Reset',
  'learn.speed': 'Steps per second',
  'learn.seed': 'Seed',
  'learn.progress': 'Step {step} of {steps}',
  'learn.steps': 'Steps',
  'learn.sde': 'SDE',

  'learn.score': 'Score and noise',
  'learn.score.1':
    'The colour shows how likely a noisy picture is: the density p of x = x₀ + σz. The arrows show its score, the direction in which log p rises fastest.',
  'learn.score.2':
    'Little noise leaves the components apart: the score leads to the nearest one and says nothing of the others. Much noise joins them into one hill, and the score leads to the middle of all.',
  'learn.score.3':
    'The score also denoises: x + σ² · score is the mean of all clean pictures that could have become x. The green arrow leads from x to it.',
  'learn.score.hint': 'Move the components 1, 2, 3 and the noisy picture x by pointer or arrow keys.',
  'learn.score.picture': 'Density and score field of the noisy pictures at σ = {sigma}.',
  'learn.scoreAt': 'Score at x',
  'learn.denoised': 'x + σ² · score',

  'learn.langevin': 'Langevin sampling',
  'learn.langevin.1':
    'Langevin sampling walks along the score and adds noise: x ← x + (α/2)·score + √α·z. After many steps the points are distributed like p.',
  'learn.langevin.2':
    'A small step hardly moves. A large one overshoots: the points spread further than p, and from α = 4σ² on they may run away, so the program refuses it.',
  'learn.langevin.3':
    'At a low noise level points stay in the component where they start. Ten levels, from high noise down, bring them to all of them in the right shares.',
  'learn.langevin.picture': 'Points of Langevin sampling with relative step {step} over the density they should have.',
  'learn.stepSize': 'Size of the steps',
  'learn.stepSize.small': 'Too small',
  'learn.stepSize.right': 'Right',
  'learn.stepSize.large': 'Too large',
  'learn.relativeStep': 'Step α/σ²',
  'learn.levels': 'Noise levels',
  'learn.levels.one': 'One',
  'learn.levels.ten': 'Ten, from 3 down to σ',

  'learn.forward': 'Forward SDE',
  'learn.forward.1':
    'A stochastic differential equation turns pictures into noise, dx = f x dt + g dw. The simulated points follow the exact density behind them at every time t.',
  'learn.forward.2':
    'VE only adds noise, so the spread grows. VP shrinks the picture meanwhile, so the spread stays. Sub-VP does the same with less noise on the way.',
  'learn.forward.3': 'With few steps the simulation is coarse and its covariance off; the numbers show by how much.',
  'learn.forward.picture': 'Points of the forward equation over the exact density at this time.',

  'learn.reverse': 'Reverse SDE and ODE',
  'learn.reverse.1':
    'With the score the way back is known: start from pure noise and lower the noise level step by step. The picture is drawn as x/√(1 + σ²), so that every level fits.',
  'learn.reverse.2':
    'The reverse SDE adds fresh noise, so its paths are rough. The probability-flow ODE adds none: smooth paths, the same densities, and few steps are enough for a good solver such as heun.',
  'learn.reverse.3':
    'A corrector walks by Langevin at each level and so repairs what the predictor got wrong. It costs one more evaluation of the score per step, and helps most where steps are few.',
  'learn.reverse.picture': 'Points and paths of the sampler {predictor} over the exact density at this noise level.',
  'learn.reverse.sde': 'Reverse SDE',
  'learn.reverse.flow': 'Probability-flow ODE',
  'learn.process': 'Process',
  'learn.predictor': 'Predictor',
  'learn.corrector': 'Corrector',
  'learn.corrector.none': 'none',
  'learn.schedule': 'Schedule',
  'learn.snr': 'Signal-to-noise ratio r of the corrector',

  'learn.posterior': 'Posterior of a measurement',
  'learn.posterior.1':
    'A measurement y = a·x + n tells the weighted sum of the two pixels, with noise: x lies near the line. What remains possible is the posterior, shown by colour.',
  'learn.posterior.2':
    'Its score is a sum: prior score + likelihood score = posterior score. So one network of pictures serves every kind of damage.',
  'learn.posterior.3':
    'The exact likelihood score is known here. Solvers for photographs must estimate it; let them draw samples and compare their numbers with the exact posterior.',
  'learn.posterior.scores.picture':
    'Density of the posterior, the line of the measurement, and the prior, likelihood and posterior score at the noisy picture x.',
  'learn.posterior.samples.picture':
    'Samples of the solver over the exact density of the posterior at this noise level.',
  'learn.show': 'Show',
  'learn.show.scores': 'Scores at a point',
  'learn.show.samples': 'Samples',
  'learn.direction': 'Direction of a',
  'learn.measured': 'Measured y',
  'learn.sigmaY': 'Noise of the measurement σ_y',
  'learn.solver': 'Solver',
  'learn.exactScore': 'Exact posterior score',
  'learn.scoreSum': 'Scores at x: the sum of prior and likelihood is the posterior',
  'learn.scoreOf.prior': 'prior score',
  'learn.scoreOf.likelihood': 'likelihood score',
  'learn.scoreOf.posterior': 'posterior score',
} as const;
