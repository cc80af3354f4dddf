import type { CorrectorName } from '../sampling/corrector.ts';
import type { PredictorName } from '../sampling/predictors/registry.ts';
import type { ScheduleName } from '../sampling/schedule.ts';
import type { SdeName } from '../sampling/sde.ts';

/** How to walk from σmax to 0, with no defaults left open. */
export interface SamplerSettings {
  readonly sde: SdeName;
  readonly predictor: PredictorName | 'annealed-langevin';
  readonly corrector: CorrectorName;
  /** Corrector updates at each level; 0 with corrector `none`. */
  readonly correctorSteps: number;
  readonly snr: number;
  /** Noise levels, from σmax down to 0. */
  readonly steps: number;
  readonly schedule: ScheduleName;
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  /** Exponent of the Karras schedule. */
  readonly rho: number;
  /** Share η of fresh noise in a `ddim` or `renoise` update. */
  readonly eta: number;
  /** Parameters of the SDE that differ from its own. */
  readonly sdeOptions: Readonly<Record<string, number>>;
  /** Updates of annealed Langevin at each level, T. */
  readonly langevinSteps: number;
  /** Step of annealed Langevin, α/σ². */
  readonly langevinStep: number;
  /** Allowed local errors of `rk45`, relative and absolute. */
  readonly rtol: number;
  readonly atol: number;
}
