import { z } from 'zod';
import type { Choice, Choices, ModelInfo, SamplerChoices } from '../../../contract/app/replies.ts';
import { chosenSamplerSchema, TASKS, type Task } from '../../../contract/restore-options.ts';
import { LangevinError } from '../../../errors.ts';
import { describeOptions } from '../../../likelihood/describe-method.ts';
import { whyNot } from '../../../likelihood/likelihood.ts';
import { checkMethodOptions, likelihoodMethod, likelihoods } from '../../../likelihood/registry.ts';
import type { Manifest } from '../../../prior/manifest.ts';
import { chooseSolver } from '../../../restore/choose-solver.ts';
import type { SamplerSettings } from '../../../restore/sampler-settings.ts';
import { reportedSettings, resolveSampler, type SolverSettings } from '../../../restore/settings.ts';
import { UNCONDITIONAL } from '../../../restore/tuned.ts';
import { unusedOptions } from '../../../restore/unused-options.ts';
import { sdeOptionSchema } from '../../../sampling/sde.ts';
import type { ModelStore } from '../../engine/model-store.ts';
import { CORRECTORS, PREDICTORS, SCHEDULES, SDES } from './choice-titles.ts';
import { exampleMeasurement } from './example-measurement.ts';
import { gradientProblemOf } from './gradient-problem.ts';
import { stillNetwork } from './still-network.ts';

/** Tasks of a network by its channels: slices of grey ones, colours only of those that know them. */
function tasksOf({ channels }: Manifest): readonly Task[] {
  return TASKS.filter((task) => (channels === 1 ? task !== 'colorize' : task !== 'reconstruct'));
}

/** What the manifest of a model says. */
export interface DescribedModel extends Omit<ModelInfo, 'hasGradient'> {
  /** Of its network; absent where there is a problem. */
  readonly sha256?: string;
}

/** Every score network there is, a broken one with its problem; of several with one name the one that is used. */
export async function listModels(store: ModelStore): Promise<DescribedModel[]> {
  const models: DescribedModel[] = [];
  for (const model of await store.list()) {
    const { name } = model;
    if ('problem' in model) {
      const { message } = model.problem;
      models.push({ name, title: name, description: '', channels: 0, tasks: [], problem: message });
    } else if ('manifest' in model && !model.shadowed) {
      const { manifest } = model;
      const { title, version, licence, channels, size, classifier, classLabels, sha256 } = manifest;
      const description = `Version ${version}, ${licence}; ${channels === 1 ? 'grey pictures' : 'colour pictures'}.`;
      models.push({
        ...{ name, title, description, channels, tasks: tasksOf(manifest), sha256 },
        ...(size !== undefined && { size }),
        ...((classifier ?? classLabels) !== undefined && {
          classes: classifier?.classes ?? Array.from({ length: classLabels?.count ?? 0 }, (_, k) => `${k}`),
        }),
      });
    }
  }
  return models;
}

export const choicesSchema = z.strictObject({
  task: z.enum(TASKS),
  model: z.string().min(1),
  noisy: z.boolean(),
  chosen: chosenSamplerSchema,
});
type ChosenSampler = z.output<typeof chosenSamplerSchema>;

export const samplerChoicesSchema = z.strictObject({ chosen: chosenSamplerSchema.omit({ solver: true }) });

/**
 * What a task can run with on a model, and why not the rest; the options of what is chosen, and those that it has no use
 * for.
 * @throws model-not-found; unsupported-combination where the model cannot do the task at all.
 */
export async function listChoices(
  store: ModelStore,
  { task, model, noisy, chosen }: z.output<typeof choicesSchema>,
): Promise<Choices> {
  const { manifest } = await store.find(model);
  if (!tasksOf(manifest).includes(task)) {
    const kind = manifest.channels === 1 ? 'grey pictures' : 'colour pictures';
    throw new LangevinError(
      'unsupported-combination',
      `The model ${manifest.name} is for ${kind} and cannot do ${task}; choose another model.`,
    );
  }
  const network = stillNetwork(manifest, await gradientProblemOf(store, model));
  const measurement = exampleMeasurement({ task, noisy, channels: manifest.channels });
  const solvers = [...likelihoods.values()].map(({ name, title, source, needs }): Choice => {
    const reason = whyNot(needs, measurement, network);
    return { name, title, source, ...(reason === undefined ? {} : { whyNot: `${title} ${reason}.` }) };
  });
  const settingsOf = (sampler: ChosenSampler): SolverSettings =>
    chooseSolver({ task, seed: 0, samples: 1, ...sampler }, measurement.operator, measurement.sigmaY, network);
  const { solver: defaultSolver } = settingsOf({});
  const usual = firstPossible(settingsOf, [only(chosen, 'solver'), {}]);
  const { schedule, sde } = firstPossible(settingsOf, [
    only(chosen, 'solver', 'predictor', 'corrector'),
    usual.chosen,
  ]).settings;
  const { settings } = firstPossible(settingsOf, [chosen, only(chosen, 'solver', 'predictor'), usual.chosen]);
  const method = likelihoodMethod(settings.solver);
  const tuned = settings.method;
  const hasOwnUpdate = method.hasOwnUpdate(measurement, checkMethodOptions(method, tuned));
  const { predictor, corrector } = usual.settings;
  return {
    ...samplerPart(settings, { predictor, corrector, schedule, sde }, hasOwnUpdate ? method.name : undefined),
    solvers,
    defaultSolver,
    methodOptions: describeOptions(method.schema).map(({ range: _range, ...option }) =>
      option.name in tuned
        ? { ...option, default: tuned[option.name], from: 'task' as const }
        : { ...option, from: 'schema' as const },
    ),
  };
}

/** What sampling without a measurement can run with; see `listChoices`. */
export function listSamplerChoices({ chosen }: z.output<typeof samplerChoicesSchema>): SamplerChoices {
  const settingsOf = (sampler: ChosenSampler): SamplerSettings => resolveSampler({}, UNCONDITIONAL, sampler);
  const { predictor, corrector, schedule, sde } = settingsOf({});
  const { settings } = firstPossible(settingsOf, [chosen, only(chosen, 'predictor'), {}]);
  return samplerPart(settings, { predictor, corrector, schedule, sde }, undefined);
}

/**
 * @param settings  what runs with what is chosen.
 * @param usual     what runs where nothing is chosen.
 * @param method    name of a likelihood method with its own update.
 */
function samplerPart(
  settings: SamplerSettings,
  usual: Pick<SamplerSettings, 'predictor' | 'corrector' | 'schedule' | 'sde'>,
  method: string | undefined,
): SamplerChoices {
  return {
    predictors: PREDICTORS,
    correctors: CORRECTORS,
    sdes: SDES,
    schedules: SCHEDULES,
    defaults: { ...reportedSettings(settings), ...usual },
    sdeOptions: describeOptions(sdeOptionSchema(settings.sde))
      .filter(({ name }) => name !== 'name')
      .map(({ range: _range, ...option }) => ({ ...option, from: 'schema' as const })),
    idle: Object.fromEntries(unusedOptions(settings, method)),
  };
}

function only(chosen: ChosenSampler, ...names: (keyof ChosenSampler)[]): ChosenSampler {
  return Object.fromEntries(names.map((name) => [name, chosen[name]]));
}

/** The settings of the first choices that go together; of those that do not, a plan says why. */
function firstPossible<Settings>(
  settingsOf: (chosen: ChosenSampler) => Settings,
  [chosen, ...others]: readonly ChosenSampler[],
): { chosen: ChosenSampler; settings: Settings } {
  try {
    return { chosen, settings: settingsOf(chosen) };
  } catch (error) {
    if (others.length === 0) throw error;
    return firstPossible(settingsOf, others);
  }
}
