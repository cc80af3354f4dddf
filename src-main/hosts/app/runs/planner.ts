import type { ParsedAppRequest } from '../../../contract/app/calls.ts';
import type { RunPlan, RunSnapshot } from '../../../contract/app/runs.ts';
import type { Id } from '../../../contract/app/values.ts';
import type { RestoreOptions } from '../../../contract/restore-options.ts';
import { toLangevinError } from '../../../errors.ts';
import { sideSeen } from '../../../restore/scanner.ts';
import type { EngineClient } from '../../engine/engine-client.ts';
import type { EngineJobs } from '../../engine/job-types.ts';
import { DESCRIPTION_LIMITS, INSPECTION_LIMITS, type JobLimits } from '../../engine/job-limits.ts';
import { beamOf } from '../../engine/jobs/restore-input.ts';
import type { PictureJobs } from '../jobs/picture-jobs.ts';
import type { PassPlan } from '../jobs/plan-work.ts';
import type { Pictures } from '../pictures.ts';
import type { Turns } from '../../engine/turns.ts';
import type { SpeedBook } from './speed-book.ts';

export interface PlannerOptions {
  readonly engine: EngineClient<EngineJobs>;
  readonly modeller: EngineClient<PictureJobs>;
  readonly turns: Turns;
  readonly pictures: Pictures;
  readonly speeds: SpeedBook;
}

type Request = ParsedAppRequest<'planRun'>;

/** How long the speed of a network is measured that has not run yet, seconds. */
const PROBE_SECONDS = 0.5;
/** A network that takes longer to answer says nothing of its speed before it runs; nobody waits for it. */
const PROBE_LIMITS: JobLimits = { ...INSPECTION_LIMITS, timeMs: 15_000 };
/** Pixels of a pass of the probe. */
const PROBE_PIXELS = 256 * 256;

/** Says what runs would do and how long they would take. */
export class Planner {
  readonly #options: PlannerOptions;
  readonly #probes = new Map<string, Promise<void>>();

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /** @throws what the run would throw for its options; nothing-to-do for an empty mask. */
  async plan(request: Request): Promise<RunPlan> {
    const { work, memory, ...plan } = await this.#passes(request);
    const speed = await this.#speed(request.network);
    return {
      ...plan,
      seconds: speed === undefined ? undefined : work / speed,
      ...(memory !== undefined && { memory }),
    };
  }

  /** Learns the speed from a run that is through. */
  async learn(request: Request, { report }: RunSnapshot): Promise<void> {
    if (report === undefined) return;
    const { work, passes } = await this.#passes(request);
    const { nfe, vjps, seconds } = report;
    // The passes of a run can differ from the plan (a classifier, a solver that stops early).
    const share = (nfe + 2 * vjps) / passes;
    const { model, provider } = request.network;
    const speed = (work * share) / seconds;
    await this.#options.speeds.note(model, report.provider, speed);
    if (provider === 'auto') await this.#options.speeds.note(model, 'auto', speed);
  }

  async #passes(request: Request): Promise<PassPlan> {
    const { mask, crop, options, network, file, isSinogram, hints } = request;
    const size =
      options.task === 'reconstruct'
        ? { ...(await this.#side(file, options, isSinogram)), orientation: 1 }
        : await this.#options.pictures.size(file);
    const { width, height, orientation } = size;
    const hasHints = hints !== undefined;
    const job = { width, height, orientation, mask, crop, options, hasHints, model: network.model };
    return this.#options.modeller.result('plan-passes', job, { limits: DESCRIPTION_LIMITS });
  }

  /** Of the slice, also where only its sinogram is there. */
  async #side(file: Id, options: RestoreOptions, isSinogram: boolean): Promise<{ width: number; height: number }> {
    const { width, height } = await this.#options.pictures.scan(file, options.slice ?? 0);
    if (!isSinogram) return { width, height };
    const side = sideSeen(width, beamOf(options));
    return { width: side, height: side };
  }

  /** Of the last runs, or of a short probe where the engine is free; undefined while it is not. */
  async #speed({ model, provider }: Request['network']): Promise<number | undefined> {
    const { speeds, turns } = this.#options;
    const found = await speeds.speed(model, provider);
    // Other providers are first tried by a run, in a process that may not survive it.
    if (found !== undefined || turns.isBusy || (provider !== 'cpu' && provider !== 'auto')) return found;
    let probe = this.#probes.get(model);
    if (probe === undefined) {
      probe = this.#probe(model);
      this.#probes.set(model, probe);
    }
    await probe;
    return speeds.speed(model, 'cpu');
  }

  async #probe(model: string): Promise<void> {
    const { engine, turns, speeds } = this.#options;
    const never = new AbortController().signal;
    try {
      const payload = { model, provider: 'cpu' as const, seconds: PROBE_SECONDS };
      const report = await turns.take(never, () => engine.result('probe', payload, { limits: PROBE_LIMITS }));
      if (report.stepsPerSecond !== undefined) await speeds.note(model, 'cpu', report.stepsPerSecond * PROBE_PIXELS);
    } catch (error) {
      // A network that does not run says so when it is to run; a plan does without its speed.
      if (toLangevinError(error).code === 'internal') throw error;
    }
  }
}
