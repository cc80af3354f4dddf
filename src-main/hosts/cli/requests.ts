import type { NetworkChoice } from '../../contract/jobs.ts';
import { SAMPLER_OPTIONS } from '../../contract/restore-options.ts';
import type { NetworkFlags, SamplingFlags } from './options.ts';

/** What the flags of sampling leave open stays out, for the task's defaults. */
export function samplingOptions(flags: SamplingFlags): SamplingFlags {
  const names = [...SAMPLER_OPTIONS, 'seed'] as const;
  return Object.fromEntries(names.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]));
}

/** The network that the flags choose; a path stays a path. */
export function networkChoice({ model, provider, threads }: NetworkFlags): NetworkChoice {
  return { model, provider, ...(threads === undefined ? {} : { threads }) };
}
