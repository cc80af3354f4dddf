import type { AppRequest } from '../../src-main/contract/app/calls.ts';
import type { RestoreOptions } from '../../src-main/contract/restore-options.ts';

/** Changes of options; undefined sets one back to its default. */
export type OptionsPatch<Options> = { readonly [Key in keyof Options]?: Options[Key] | undefined };

/** Options of sampling that other ones depend on, and those that depend on them. */
export type SamplerOptions = Omit<RestoreOptions, 'task' | 'samples'>;

/** Whether a sampler has no place for a corrector. */
function hasNoCorrector(predictor: string | undefined): boolean {
  return predictor === 'annealed-langevin' || predictor === 'rk45';
}

/**
 * Another solver, predictor or corrector has no use for what was said to the one before it, and the host refuses what
 * would change nothing.
 */
export function withoutOrphans(patch: OptionsPatch<SamplerOptions>): OptionsPatch<SamplerOptions> {
  const forCorrector = { snr: undefined, correctorSteps: undefined };
  const forPredictor = {
    eta: undefined,
    sde: undefined,
    sdeOptions: undefined,
    langevinSteps: undefined,
    langevinStep: undefined,
    rtol: undefined,
    atol: undefined,
  };
  if ('solver' in patch) {
    return { ...forCorrector, ...forPredictor, predictor: undefined, corrector: undefined, methodOptions: undefined };
  }
  return {
    ...('predictor' in patch ? forPredictor : {}),
    ...('corrector' in patch || hasNoCorrector(patch.predictor) ? forCorrector : {}),
    ...(hasNoCorrector(patch.predictor) ? { corrector: undefined } : {}),
    ...('schedule' in patch && patch.schedule !== 'karras' ? { rho: undefined } : {}),
    ...('sde' in patch ? { sdeOptions: undefined } : {}),
  };
}

/** The options on which it depends what the others are and mean. */
export function chosenSampler(options: OptionsPatch<SamplerOptions>): NonNullable<AppRequest<'choices'>['chosen']> {
  const { solver, predictor, corrector, schedule, sde } = options;
  const chosen = { solver, predictor, corrector, schedule, sde };
  return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
}

/** The record with one value changed or taken out; undefined when nothing is left. */
export function withEntry<Value>(
  record: Readonly<Record<string, Value>> | undefined,
  name: string,
  value: Value | undefined,
): Record<string, Value> | undefined {
  const { [name]: _before, ...others } = record ?? {};
  const changed = value === undefined ? others : { ...others, [name]: value };
  return Object.keys(changed).length === 0 ? undefined : changed;
}
