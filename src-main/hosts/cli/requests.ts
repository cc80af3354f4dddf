import type { NetworkChoice } from '../../contract/jobs.ts';
import { SAMPLER_OPTIONS, samplingOptionsSchema, type SamplingOptions } from '../../contract/restore-options.ts';
import { LangevinError } from '../../errors.ts';
import { readInputFile } from '../files/read-file.ts';
import type { EffortFlags, NetworkFlags, SamplingFlags } from './options.ts';

/** Preset and ensemble, where the flags name them. */
export function effortOptions({ preset, ensemble }: EffortFlags): EffortFlags {
  return { ...(preset === undefined ? {} : { preset }), ...(ensemble === undefined ? {} : { ensemble }) };
}

/** What the flags of sampling leave open stays out, for the task's defaults. */
export function samplingOptions(flags: SamplingFlags): Partial<SamplingOptions> {
  const { sdeOption: sdeOptions, methodOption: methodOptions, ...others } = flags;
  const given: Partial<Record<keyof SamplingOptions, unknown>> = { ...others, sdeOptions, methodOptions };
  const names = [...SAMPLER_OPTIONS, 'seed'] as const;
  return Object.fromEntries(names.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]));
}

/**
 * How to sample from a file: a JSON object of options, or a report (`--json`, the app's) of a run, whose options are
 * then used again.
 * @throws invalid-argument, naming the file and every key that does not fit.
 */
export async function readSamplingOptions(path: string | undefined): Promise<Partial<SamplingOptions>> {
  if (path === undefined) return {};
  const text = new TextDecoder().decode(await readInputFile(path));
  const value = parseReport(path, text);
  const { task: _task, ...options } = value;
  const known = Object.keys(samplingOptionsSchema.shape);
  // A report's options also say what the damage was, which the command line says anew.
  const chosen =
    'task' in value ? Object.fromEntries(Object.entries(options).filter(([k]) => known.includes(k))) : options;
  const checked = samplingOptionsSchema.partial().safeParse(chosen);
  if (!checked.success) {
    const reasons = checked.error.issues.map((issue) =>
      issue.code === 'unrecognized_keys'
        ? `there is no option ${issue.keys.join(', ')} (known: ${known.join(', ')})`
        : `${issue.path.join('.')}: ${issue.message}`,
    );
    throw new LangevinError('invalid-argument', `The options in ${path} are not valid: ${reasons.join('; ')}.`);
  }
  return Object.fromEntries(Object.entries(chosen).map(([key]) => [key, checked.data[key as keyof SamplingOptions]]));
}

/** The options of one JSON object, or of the last line of a `--json` output that has some. */
function parseReport(path: string, text: string): Record<string, unknown> {
  const asObject = (source: string): Record<string, unknown> | undefined => {
    try {
      const value: unknown = JSON.parse(source);
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? (value as Record<string, unknown>)
        : undefined;
    } catch {
      return undefined;
    }
  };
  const whole = asObject(text);
  const optionsOf = (value: Record<string, unknown> | undefined): unknown => value?.['options'];
  const found =
    optionsOf(whole) ??
    whole ??
    text
      .split('\n')
      .map((line) => optionsOf(asObject(line)))
      .findLast((options) => options !== undefined);
  if (typeof found === 'object' && found !== null) return found as Record<string, unknown>;
  throw new LangevinError(
    'invalid-argument',
    `${path} is neither a JSON object of options, such as {"steps": 30}, nor the report of a run.`,
  );
}

/** The network that the flags choose; a path stays a path. */
export function networkChoice({ model, provider, threads }: NetworkFlags): NetworkChoice {
  return { model, provider, ...(threads === undefined ? {} : { threads }) };
}
