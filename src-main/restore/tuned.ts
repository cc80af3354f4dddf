import type { RestoreOptions, Task } from '../contract/restore-options.ts';
import type { TunedSettings } from './settings.ts';

/** A solver with the settings that `npm run bench -- tune` found best for a task within the budget of network passes. */
export interface TunedSolver {
  readonly solver: string;
  readonly settings: TunedSettings;
  /** What the preset `best` changes; absent: BEST. */
  readonly best?: TunedSettings;
}

/** The preset `best` of a solver for which nothing else is tuned: the four mirror images. */
export const BEST: TunedSettings = { ensemble: 4 };

export type TunedTable = Readonly<Partial<Record<Task, readonly TunedSolver[]>>>;

/** Best first; the first that the network, the operator and the noise allow is the default. */
export const TUNED: TunedTable = {
  inpaint: [
    {
      solver: 'diffpir',
      settings: {
        steps: 8,
        sigmaMax: 0.3,
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
  { task, damage }: Pick<RestoreOptions, 'task' | 'damage'>,
  missing: { readonly isScattered: boolean } = { isScattered: false },
): TunedTable {
  if (task === 'inpaint') return missing.isScattered ? SCATTERED : TUNED;
  return task === 'compound' && damage?.blur !== undefined ? BLURRED : TUNED;
}

/** Sampling the prior alone. */
export const UNCONDITIONAL: TunedSettings = { predictor: 'heun', steps: 40, sigmaMax: 80, sigmaMin: 0.005 };
