import { rm } from 'node:fs/promises';
import type { ImportedModel, InstalledModel, ModelCheck, ModelFinding, ModelNews } from '../../contract/app/models.ts';
import type { Id } from '../../contract/app/values.ts';
import { LangevinError, toLangevinError } from '../../errors.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import type { EngineJobs } from '../engine/job-types.ts';
import { modelNameFrom } from '../engine/import/find-network.ts';
import { DESCRIPTION_LIMITS, IDENTIFICATION_LIMITS, INSPECTION_LIMITS } from '../engine/job-limits.ts';
import type { ModelDetails } from '../engine/jobs/models.ts';
import type { Turns } from '../engine/turns.ts';
import type { Folders } from './batches/folders.ts';

export interface InstalledModelsOptions {
  readonly engine: EngineClient<EngineJobs>;
  readonly turns: Turns;
  readonly folders: Folders;
  readonly emit: (news: ModelNews) => void;
}

/** Lists, checks, imports and removes models. */
export class InstalledModels {
  readonly #options: InstalledModelsOptions;

  constructor(options: InstalledModelsOptions) {
    this.#options = options;
  }

  /** Every model that is used, a broken one with its problem. */
  async list(): Promise<InstalledModel[]> {
    const { engine } = this.#options;
    const summaries = await engine.result('models-list', {}, { limits: DESCRIPTION_LIMITS });
    const models: InstalledModel[] = [];
    for (const summary of summaries) {
      if ('problem' in summary) models.push(broken(summary.name, summary.problem.message));
      else if (!summary.shadowed) {
        const shown = await this.#details(summary.name).catch((error: unknown) => toLangevinError(error).message);
        models.push(typeof shown === 'string' ? broken(summary.name, shown) : described(shown));
      }
    }
    return models;
  }

  /** @throws model-not-found; what loading throws */
  check(model: string): Promise<ModelCheck> {
    const { engine, turns } = this.#options;
    const job = { model, provider: 'cpu' } as const;
    return turns.take(new AbortController().signal, async () => {
      const { ok, findings } = await engine.result('models-check', job, { limits: INSPECTION_LIMITS });
      return { ok, findings };
    });
  }

  /** @throws what `models-import` throws; output-exists for a model of the same name */
  import(folder: Id, replace: boolean): Promise<ImportedModel> {
    const { engine, turns, folders, emit } = this.#options;
    // The path of an uploaded folder says nothing.
    const facts = { name: modelNameFrom(folders.info(folder).name) };
    const job = { source: folders.path(folder), facts, replace };
    return turns.take(new AbortController().signal, async () => {
      const run = engine.run('models-import', job, { limits: IDENTIFICATION_LIMITS });
      const found: ModelFinding[] = [];
      for (;;) {
        const step = await run.next();
        if (step.done) return { name: step.value.manifest.name, ok: step.value.check.ok, findings: found };
        found.push(step.value);
        emit({ type: 'model-finding', folder, finding: step.value });
      }
    });
  }

  /** @throws model-not-found; unsupported-combination for a model that came with the program */
  async remove(model: string): Promise<void> {
    const { folder, origin } = await this.#details(model);
    if (origin !== 'user') {
      throw new LangevinError('unsupported-combination', `The model ${model} belongs to Langevin and stays.`);
    }
    await rm(folder, { recursive: true, force: true });
  }

  #details(model: string): Promise<ModelDetails> {
    return this.#options.engine.result('models-show', { model }, { limits: DESCRIPTION_LIMITS });
  }
}

function broken(name: string, problem: string): InstalledModel {
  return { name, title: name, version: '', licence: '', use: 'unknown', origin: 'user', bytes: 0, problem };
}

function described(details: ModelDetails): InstalledModel {
  const { origin, files, card } = details;
  const manifest = 'detector' in details ? details.detector : details.manifest;
  const { name, title, version, licence } = manifest;
  const use = 'detector' in details ? 'damage' : details.manifest.channels === 1 ? 'grey' : 'colour';
  const bytes = files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
  return {
    ...{ name, title, version, licence, use, bytes },
    origin: origin === 'user' ? 'user' : 'shipped',
    ...(card && { card }),
  };
}
