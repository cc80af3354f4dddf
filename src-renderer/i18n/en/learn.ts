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

  'learn.guidance': 'Classes and guidance',
  'learn.guidance.1':
    'A classifier that works at every noise level steers a network that knows nothing of classes. Bayes’ rule for scores: ∇ log p(x | c) = ∇ log p(x) + ∇ log p(c | x).',
  'learn.guidance.2':
    'A factor s before the classifier’s score is called guidance. s = 1 draws from the class; s = 0 from all pictures; more leads to where the classifier is surest, with less variety.',
  'learn.guidance.scores':
    'Here the components are the classes and the classifier is exact. Move x: where the class is certain, the classifier has nothing to add.',
  'learn.guidance.samples':
    'Samples over the exact density of the class. With s = 1 their numbers agree with it; with more they shrink and move away from the other classes.',
  'learn.guidance.digits':
    'The same with the model digits: a network of handwritten digits and a classifier beside it, drawn by the program’s own sampler. Try s = 0, 1 and 4.',
  'learn.guidance.scores.picture':
    'Density of the noisy pictures; score of the prior, of the classifier times s, and their sum at the noisy picture x.',
  'learn.guidance.samples.picture': 'Samples guided to the class, over its exact density at this noise level.',
  'learn.guidance.scale': 'Guidance s',
  'learn.guidance.class': 'Class',
  'learn.guidance.probability': 'p(class | x) = {probability}',
  'learn.guidance.draw': 'Draw digits',
  'learn.guidance.drawn': 'Digits drawn with s = {scale}, a row for each class.',
  'learn.show.digits': 'Digits',
  'learn.scoreOf.classifier': 's · classifier score',
  'learn.scoreOf.guided': 'guided score',

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
  'learn.sources': 'Sources',

  'learn.energy': 'Energies',
  'learn.energy.1':
    'Any energy E gives a density p = exp(−E)/Z, low energy where pictures are likely. Z, the integral of exp(−E), makes it sum to one.',
  'learn.energy.2':
    'Z is what cannot be had: 10 000 energies for two pixels on this grid, and 100 times as many for every further pixel. But Z does not depend on x, so it drops out of the score: ∇ log p = −∇E. Raise the constant: energy and log Z change, score and samples do not.',
  'learn.energy.3':
    'Divided by a temperature T, the energy gets flatter or steeper, and so does its score: p to the power of 1/T, again without its Z. Langevin sampling needs nothing but the score.',
  'learn.energy.picture': 'Density exp(−E)/Z, its score field, and points of Langevin sampling.',
  'learn.energy.constant': 'Constant added to the energy',
  'learn.energy.temperature': 'Temperature T',
  'learn.energy.scoreAt': 'Score −∇E at x',
  'learn.energy.cost': 'Energies asked for Z',

  'learn.training': 'Training',
  'learn.training.steps': 'Training steps',
  'learn.training.start': 'Train',
  'learn.training.stop': 'Stop',
  'learn.training.loss': 'Loss',
  'learn.training.done': 'Training ended at step {step} with loss {loss}.',

  'learn.matching': 'Score matching',
  'learn.matching.1':
    'A small network (two layers of 48 units) learns the score from samples, in this window. Left the true field, right the one that is learnt.',
  'learn.matching.2':
    'All four are lowest for the true score. They are expectations over the samples: where hardly any fall, nothing is learnt, and the arrows there mean nothing. The table tells the error by density; lower σ and see it grow. Noise levels mend it, see the next lesson.',
  'learn.matching.explicit':
    'Explicit: the mean of ½‖s − ∇ log p‖², the Fisher divergence. It needs the true score, which only a lesson has.',
  'learn.matching.implicit':
    'Implicit (Hyvärinen): ½‖s‖² + tr ∂s/∂x has the same minimum by integration by parts, and needs samples only. The trace costs one derivative per pixel: two here, 200 000 in a photograph.',
  'learn.matching.sliced':
    'Sliced: the trace is estimated by vᵀ(∂s/∂x)v along one random direction v per sample. One derivative whatever the size, with more noise.',
  'learn.matching.denoising':
    'Denoising: ½‖s + z/σ‖² with the noise z that was added. No derivative at all, which is why networks of pictures are trained so; it learns the score of the noisy pictures.',
  'learn.matching.name.explicit': 'Explicit',
  'learn.matching.name.implicit': 'Implicit (Hyvärinen)',
  'learn.matching.name.sliced': 'Sliced',
  'learn.matching.name.denoising': 'Denoising',
  'learn.matching.objective': 'Objective',
  'learn.matching.true': 'True score',
  'learn.matching.learned': 'Learnt score',
  'learn.matching.nothing': 'Density at σ = {sigma}; nothing has been learnt yet.',
  'learn.matching.picture': 'Density and learnt score field at σ = {sigma}.',
  'learn.matching.errors': 'Error of the learnt score, by density',
  'learn.matching.above': 'above {share} of the highest',
  'learn.matching.below': 'below {share}',
  'learn.matching.sample': 'Langevin sampling with the learnt score, from a corner where no sample fell:',

  'learn.weighting': 'Noise levels and weights',
  'learn.weighting.1':
    'Much noise carries samples everywhere, so the score is learnt everywhere; little noise shows detail. One network learns all levels of an SDE, σ being one of its inputs, and sampling goes from much noise to little.',
  'learn.weighting.2':
    'The loss adds up the levels with weights λ(t). λ = 1 sees little noise only, whose scores are large. λ ∝ 1/E‖∇ log p(x̃|x₀)‖², the variance of the noise, lets every level count alike.',
  'learn.weighting.3':
    'λ = g² makes half of the loss a bound on the Kullback–Leibler divergence between data and model (likelihood weighting). For VE it is the weight of the variance but for a factor; for VP and sub-VP it stresses little noise.',
  'learn.weighting.choice': 'Weight λ(t)',
  'learn.weighting.by.none': '1',
  'learn.weighting.by.variance': 'variance',
  'learn.weighting.by.likelihood': 'g² (likelihood)',
  'learn.weighting.shown': 'Noise level shown',
  'learn.weighting.errors': 'Error of the learnt score, by noise level',
  'learn.weighting.bound': 'KL bound, nats',
  'learn.weighting.sample': 'Ancestral sampling with the learnt score, from pure noise:',

  'learn.mixing': 'Slow mixing',
  'learn.mixing.1':
    'The score of a mixture of far components says nothing of their shares: near one of them the others hardly count. Langevin sampling at one level is right in the end, but crosses the gap so rarely that the end does not come.',
  'learn.mixing.2':
    'All points begin at the component on the left, which should hold a fifth of them. Move the components together and watch them mix; apart, they stay.',
  'learn.mixing.3':
    'With ten levels the points are shared out at high noise, where the components are one hill, and the shares are kept on the way down.',
  'learn.mixing.picture': 'Points of Langevin sampling over their density; {share} of them on the left.',
  'learn.mixing.distance': 'Distance of the components',
  'learn.mixing.share': 'Share on the left',
  'learn.mixing.right': 'Right share',

  'learn.chains': 'Chains and SDEs',
  'learn.chains.1':
    'SMLD adds noise in N links, xᵢ = xᵢ₋₁ + √(σᵢ² − σᵢ₋₁²) z. DDPM also shrinks, xᵢ = √(1 − βᵢ) xᵢ₋₁ + √βᵢ z. With ever more links they become the VE and the VP SDE.',
  'learn.chains.2':
    'The exact law beside the points is that of the SDE. SMLD meets it with any N; DDPM with few links ends elsewhere, since √(1 − β) is not exp(−β/2): the table shows by how much.',
  'learn.chains.3':
    'Backward, ancestral sampling of the chain is one way to step through the reverse SDE. Its error falls as the links get shorter.',
  'learn.chains.picture': 'Points of a chain of {links} links over the exact density of its SDE.',
  'learn.chains.chain': 'Chain and SDE',
  'learn.chains.direction': 'Direction',
  'learn.chains.forward': 'Forward',
  'learn.chains.backward': 'Backward (ancestral)',
  'learn.chains.links': 'Links N',
  'learn.chains.end': 'After the last link, x = αx₀ + noise',
  'learn.chains.ofChain': 'Chain',
  'learn.chains.noise': 'Noise',

  'learn.adaptive': 'Adaptive ODE sampling',
  'learn.adaptive.1':
    'The probability-flow ODE has no randomness, so a general solver can take it from noise to pictures. RK45 chooses each step so that its error stays within the tolerance.',
  'learn.adaptive.2':
    'It strides where the score hardly changes and takes care where the components part. Evaluations of the score are the price: a network pass each.',
  'learn.adaptive.3':
    'Backward it encodes: every picture has one latent, from which the same solver gets it back. This is how langevin likelihood and the latents of Lab work. Heun with fixed steps is shown for comparison, with as many evaluations.',
  'learn.adaptive.picture': 'Points and paths of the RK45 solver over the exact density at this noise level.',
  'learn.adaptive.tolerance': 'Tolerance',
  'learn.adaptive.places': 'Noise levels where it stepped',
  'learn.adaptive.steps': 'Steps',
  'learn.adaptive.error': 'Distance from the exact end',
  'learn.adaptive.heun': 'The same of Heun, as many evaluations',
} as const;
