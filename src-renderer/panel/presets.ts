import {
  PRESETS,
  SAMPLER_OPTIONS,
  type Preset,
  type RestoreOptions,
  type Task,
} from '../../src-main/contract/restore-options.ts';

/** Presets that a task has: only holes can be filled without a network. */
export function presetsOf(task: Task): readonly Preset[] {
  return task === 'inpaint' ? PRESETS : PRESETS.filter((preset) => preset !== 'instant');
}

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
  return isTouched ? undefined : (options.preset ?? 'balanced');
}
