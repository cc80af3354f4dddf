import { SAMPLER_OPTIONS, type Preset, type RestoreOptions } from '../../src-main/contract/restore-options.ts';

/** Options with the preset's sampling; the task's own options, seed and samples stay. */
export function applyPreset(options: RestoreOptions, preset: Preset): RestoreOptions {
  const reset: readonly string[] = [...SAMPLER_OPTIONS, 'ensemble', 'preset'];
  const kept = Object.entries(options).filter(([key]) => !reset.includes(key));
  const changed = Object.fromEntries(kept) as RestoreOptions;
  return preset === 'balanced' ? changed : { ...changed, preset };
}

/** The preset that the options amount to; undefined when something else was chosen by hand. */
export function presetOf(options: RestoreOptions): Preset | undefined {
  const isTouched = [...SAMPLER_OPTIONS, 'ensemble' as const].some((key) => options[key] !== undefined);
  if (isTouched) return undefined;
  const { preset = 'balanced', task } = options;
  return preset === 'best' && task === 'super-resolve' ? 'faithful' : preset;
}
