import type { ModelInfo } from '../../contract/app/replies.ts';
import { toLangevinError } from '../../errors.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { DESCRIPTION_LIMITS } from '../engine/job-limits.ts';
import type { PictureJobs } from './jobs/picture-jobs.ts';
import type { DescribedModel } from './jobs/model-work.ts';

/** The models of a host. Each is looked into by a job of its own: one that cannot be is one line with its problem. */
export class Models {
  readonly #worker: EngineClient<PictureJobs>;
  /** Problems of models that took their process down, by name and network: they are not asked a second time. */
  readonly #harmful = new Map<string, string>();

  constructor(worker: EngineClient<PictureJobs>) {
    this.#worker = worker;
  }

  /** Every model there is, a broken one with its problem; of several with one name the one that is used. */
  async list(): Promise<ModelInfo[]> {
    const described = await this.#worker.result('list-models', {}, { limits: DESCRIPTION_LIMITS });
    const models: ModelInfo[] = [];
    for (const model of described) models.push(await this.#inspected(model));
    return models;
  }

  async #inspected({ sha256, ...model }: DescribedModel): Promise<ModelInfo> {
    if (sha256 === undefined) return { ...model, hasGradient: false };
    const key = `${model.name} ${sha256}`;
    const problem = this.#harmful.get(key);
    if (problem !== undefined) return { ...model, tasks: [], hasGradient: false, problem };
    try {
      const job = { model: model.name };
      const whyNot = await this.#worker.result('gradient-problem', job, { limits: DESCRIPTION_LIMITS });
      return { ...model, hasGradient: whyNot === undefined };
    } catch (error) {
      const { code, message } = toLangevinError(error);
      if (['time-limit', 'memory-limit', 'engine-crashed'].includes(code)) this.#harmful.set(key, message);
      return { ...model, tasks: [], hasGradient: false, problem: message };
    }
  }
}
