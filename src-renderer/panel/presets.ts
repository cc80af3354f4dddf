import { SAMPLER_OPTIONS, type RestoreOptions } from '../../src-main/contract/restore-options.ts';

export const PRESETS = ['fast', 'balanced', 'best'] as const;
export type Preset = (typeof PRESETS)[number];

/**
 * A preset is the task's tuned solver and sampler with a number of noise levels relative to the tuned one: half of it,
 * itself, or twice as many. Time grows in proportion.
 */
const STEP_FACTORS: Readonly<Record<Preset, number>> = { fast: 0.5, balanced: 1, best: 2 };

/** Fewer levels than these no longer walk from noise to picture. */
const FEWEST_STEPS = 3;

/**
 * Noise levels of a preset.
 * @param tuned  those of the task's tuned default, at least 1; at a single one there is nothing to halve or double.
 */
export function presetSteps(preset: Preset, tuned: number): number {
  if (tuned <= 1) return tuned;
  return Math.max(Math.min(FEWEST_STEPS, tuned), Math.round(tuned * STEP_FACTORS[preset]));
}

/** Options with the preset's sampling; the task's own options, seed and samples stay. */
export function applyPreset(options: RestoreOptions, preset: Preset, tuned: number): RestoreOptions {
  const kept = Object.entries(options).filter(([key]) => !(SAMPLER_OPTIONS as readonly string[]).includes(key));
  const changed = Object.fromEntries(kept) as RestoreOptions;
  return preset === 'balanced' ? changed : { ...changed, steps: presetSteps(preset, tuned) };
}

/** The preset that the options amount to; undefined when something else was chosen by hand. */
export function presetOf(options: RestoreOptions, tuned: number): Preset | undefined {
  const { steps = tuned } = options;
  const isTouched = SAMPLER_OPTIONS.some((key) => key !== 'steps' && options[key] !== undefined);
  if (isTouched) return undefined;
  if (steps === tuned) return 'balanced';
  return PRESETS.find((preset) => presetSteps(preset, tuned) === steps);
}
