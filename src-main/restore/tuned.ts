import type { RestoreOptions, Task } from '../contract/restore-options.ts';
import type { TunedSettings } from './settings.ts';

/** A solver with the settings that `npm run bench -- tune` found best for a task within the budget of network passes. */
export interface TunedSolver {
  readonly solver: string;
  readonly settings: TunedSettings;
  /** Only where the operator's linear systems are solved in closed form, because it solves one at every level. */
  readonly isClosed?: true;
  /** What the preset `best` changes; absent: BEST. */
  readonly best?: TunedSettings;
  /** What the preset `fast` changes, where there is one. */
  readonly fast?: TunedSettings;
}

/** The preset `best` of a solver for which nothing else is tuned: the four mirror images. */
export const BEST: TunedSettings = { ensemble: 4 };

/** Point estimates by a few passes without gradients; below λ = 0.1 they amplify noise (docs/compound.md). */
const PLUGGED: TunedSolver = {
  solver: 'dpir',
  settings: { steps: 8, sigmaMax: 0.3, sigmaMin: 0.03, method: { lambda: 0.15 } },
  isClosed: true,
};

/**
 * Enlarging what has no noise: six passes with momentum are as near to the truth as the 45 of ΠGDM (docs/benchmarks.md, `enlarge`).
 */
const ENLARGED: TunedSolver = {
  solver: 'dpir',
  settings: {
    ...{ schedule: 'geometric', steps: 6, sigmaMax: 0.4, sigmaMin: 0.07 },
    method: { lambda: 0.23, momentum: 1, turns: true, explained: true },
  },
  isClosed: true,
  fast: { steps: 3, sigmaMin: 0.1 },
};

/**
 * … and what has some, of its own or from JPEG: explaining the measurement at the end would bring it back. Of λ between .04 and .12 all
 * are alike for noise; JPEG wants more, and lower levels no lower than .1.
 */
const ENLARGED_NOISY: TunedSolver = {
  ...ENLARGED,
  settings: { ...ENLARGED.settings, sigmaMin: 0.1, method: { lambda: 0.12, momentum: 1, turns: true } },
};

/** Several samples of it: MMPS, which weighs the noise by the network's own covariance, where ΠGDM turns it into detail. */
const SAMPLED_NOISY: TunedSolver = {
  solver: 'mmps',
  settings: { predictor: 'renoise', steps: 15, sigmaMax: 1, sigmaMin: 0.06, eta: 1, method: { iterations: 1 } },
};

export type TunedTable = Readonly<Partial<Record<Task, readonly TunedSolver[]>>>;

/** Best first; the first that the network, the operator and the noise allow is the default. */
export const TUNED: TunedTable = {
  inpaint: [
    {
      solver: 'diffpir',
      settings: {
        steps: 3,
        sigmaMax: 0.15,
        sigmaMin: 0.03,
        eta: 1,
        ensemble: 2,
        evidence: true,
        method: { lambda: 1, variance: 'measured' },
      },
      best: { ensemble: 8 },
    },
    { solver: 'ddnm', settings: { steps: 15, sigmaMax: 0.3, sigmaMin: 0.03, eta: 1 } },
    { solver: 'ddrm', settings: { steps: 15, sigmaMax: 0.3, sigmaMin: 0.03 } },
    {
      solver: 'mmps',
      settings: { predictor: 'renoise', steps: 15, sigmaMax: 0.3, sigmaMin: 0.03, eta: 1, method: { iterations: 1 } },
    },
    { solver: 'pigdm', settings: { predictor: 'renoise', steps: 15, sigmaMax: 0.3, sigmaMin: 0.03 } },
  ],
  denoise: [{ solver: 'direct', settings: { steps: 1 } }],
  deblur: [
    {
      solver: 'mmps',
      settings: { predictor: 'renoise', steps: 8, sigmaMax: 0.15, sigmaMin: 0.03, eta: 1, method: { iterations: 2 } },
    },
    { solver: 'ddrm', settings: { steps: 20, sigmaMax: 1 } },
    { solver: 'daps', settings: { steps: 30, sigmaMax: 2, sigmaMin: 0.02 } },
  ],
  'super-resolve': [
    ENLARGED,
    { solver: 'pigdm', settings: { predictor: 'renoise', steps: 15, sigmaMax: 1, sigmaMin: 0.03 } },
    { solver: 'daps', settings: { steps: 30, sigmaMax: 1, sigmaMin: 0.02 } },
  ],
  colorize: [
    {
      solver: 'mmps',
      settings: { predictor: 'renoise', steps: 15, sigmaMax: 80, sigmaMin: 0.03, eta: 1, method: { iterations: 1 } },
    },
    { solver: 'ddnm', settings: { steps: 60, sigmaMax: 80 } },
  ],
  compound: [
    {
      solver: 'mmps',
      settings: { predictor: 'renoise', steps: 4, sigmaMax: 0.15, sigmaMin: 0.03, eta: 1, method: { iterations: 2 } },
    },
    { solver: 'daps', settings: { steps: 30, sigmaMax: 0.5, sigmaMin: 0.02 } },
  ],
  reconstruct: [{ solver: 'daps', settings: { steps: 40, sigmaMax: 5, sigmaMin: 0.01 } }],
};

/** A chain with a blur in it: what was blurred away is far from what is seen, and more levels pay (docs/compound.md). */
const BLURRED: TunedTable = {
  compound: [
    {
      solver: 'mmps',
      settings: { predictor: 'renoise', steps: 15, sigmaMax: 0.15, sigmaMin: 0.06, eta: 1, method: { iterations: 2 } },
    },
    ...TUNED.compound!.slice(1),
  ],
};

/** Blur beside noise that is known: told of too little, DPIR amplifies the rest, and MMPS does not. */
const BLURRED_AND_KNOWN: TunedTable = {
  deblur: [PLUGGED, ...TUNED.deblur!],
  compound: [PLUGGED, ...BLURRED.compound!],
};

/** Enlarging noisy pixels: through the network's gradient ΠGDM takes their noise for detail. */
const NOISY_AND_SMALL: TunedTable = {
  'super-resolve': [ENLARGED_NOISY, SAMPLED_NOISY, ...TUNED['super-resolve']!.slice(1)],
  compound: [PLUGGED, ...TUNED.compound!],
};

/**
 * Inpainting where single pixels are missing everywhere (`isScattered`): the fill is no evidence, because there were no
 * patches to copy, and the gradient carries what is known to what is not (docs/fills.md).
 */
const SCATTERED: TunedTable = {
  inpaint: [
    {
      solver: 'mmps',
      settings: { predictor: 'renoise', steps: 6, sigmaMax: 0.5, sigmaMin: 0.06, eta: 1, method: { iterations: 2 } },
      best: { steps: 10, ensemble: 2 },
    },
    ...TUNED.inpaint!,
  ],
};

/**
 * The defaults of what is asked for.
 * @param missing  what is missing where the task is inpainting.
 */
export function tunedFor(
  options: Pick<RestoreOptions, 'task' | 'damage' | 'noise' | 'estimateNoise'>,
  missing: { readonly isScattered: boolean } = { isScattered: false },
): TunedTable {
  const { task, damage, noise = 0, estimateNoise } = options;
  if (task === 'inpaint') return missing.isScattered ? SCATTERED : TUNED;
  const isNoisy = noise > 0 || estimateNoise === true;
  if (task === 'super-resolve') return isNoisy ? NOISY_AND_SMALL : TUNED;
  if (task === 'deblur') return isNoisy ? BLURRED_AND_KNOWN : TUNED;
  if (task !== 'compound' || damage === undefined) return TUNED;
  if (damage.blur !== undefined) return damage.noise === undefined ? BLURRED : BLURRED_AND_KNOWN;
  return damage.scale !== undefined && damage.grey === undefined ? NOISY_AND_SMALL : TUNED;
}

/** Sampling the prior alone. */
export const UNCONDITIONAL: TunedSettings = { predictor: 'heun', steps: 40, sigmaMax: 80, sigmaMin: 0.005 };
