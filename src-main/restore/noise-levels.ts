import { createSchedule } from '../sampling/schedule.ts';
import { createSde, type Sde, type SdeOptions } from '../sampling/sde.ts';
import type { SamplerSettings } from './sampler-settings.ts';

/** The levels of the settings, descending to a final 0. @throws invalid-argument */
export function noiseLevels(settings: SamplerSettings): Float64Array {
  return createSchedule(settings.schedule, { ...settings, sde: sdeOf(settings) });
}

/** The SDE of the settings, VE over their own noise levels; @throws invalid-argument for parameters it does not have. */
export function sdeOf({ sde, sdeOptions, sigmaMin, sigmaMax }: SamplerSettings): Sde {
  return createSde({ name: sde, ...(sde === 've' && { sigmaMin, sigmaMax }), ...sdeOptions } as SdeOptions);
}
