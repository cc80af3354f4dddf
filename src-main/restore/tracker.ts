import type { FrameRect, RestoreProgress } from '../contract/restore-events.ts';
import type { Measurement } from '../likelihood/likelihood.ts';
import { residual } from '../likelihood/measurement.ts';
import type { CountingNetwork } from '../prior/counting.ts';
import type { SamplerStep } from '../sampling/sampler.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Where in the whole job a run of the solver stands. */
export interface RunPlace {
  readonly stage: RestoreProgress['stage'];
  readonly sample: number;
  readonly samples: number;
  readonly window: number;
  readonly windows: number;
  /** In pixels of the picture. */
  readonly frame: FrameRect;
  readonly factor: number;
}

/**
 * Turns the updates of the solver's runs into progress events. Work is counted in pixels, so the remaining time stays
 * right when small windows follow large ones.
 */
export class Tracker {
  readonly #totalUpdates: number;
  readonly #totalWork: number;
  readonly #now: () => number;
  readonly #start: number;
  #updates = 0;
  #work = 0;
  #nfe = 0;
  #vjps = 0;

  /**
   * @param totalUpdates  updates of all runs.
   * @param totalWork     Σ updates × pixels of all runs.
   * @param now           milliseconds, monotonic.
   */
  constructor(totalUpdates: number, totalWork: number, now: () => number) {
    this.#totalUpdates = totalUpdates;
    this.#totalWork = totalWork;
    this.#now = now;
    this.#start = now();
  }

  /** Network evaluations of all finished runs. */
  get nfe(): number {
    return this.#nfe;
  }

  /** Vector–Jacobian products of all finished runs. */
  get vjps(): number {
    return this.#vjps;
  }

  /**
   * Passes a run through, an event for each update; returns its result.
   * @param pixels  what an update counts for in the total work; absent: the size of the state.
   */
  async *follow(
    run: AsyncGenerator<SamplerStep, Tensor>,
    place: RunPlace,
    measurement: Measurement | undefined,
    network: CountingNetwork,
    pixels?: number,
  ): AsyncGenerator<RestoreProgress, Tensor> {
    for (;;) {
      const update = await run.next();
      if (update.done) {
        this.#nfe += network.nfe;
        this.#vjps += network.vjps;
        return update.value;
      }
      const { kind, index, count, sigma, sigmaNext, stepSize, state, denoised, scoreNorm } = update.value;
      this.#updates++;
      this.#work += pixels ?? state.shape[2] * state.shape[3];
      const elapsedMs = this.#now() - this.#start;
      const fraction = Math.min(1, this.#work / this.#totalWork);
      yield {
        type: 'step',
        ...place,
        kind,
        step: this.#updates,
        steps: this.#totalUpdates,
        level: index,
        levels: count,
        sigma,
        sigmaNext,
        stepSize,
        scoreNorm: scoreNorm[0],
        residual: measurement === undefined ? 0 : rootMeanSquare(residual(measurement, denoised)),
        nfe: this.#nfe + network.nfe,
        vjps: this.#vjps + network.vjps,
        fraction,
        elapsedMs,
        etaMs: (elapsedMs * (1 - fraction)) / fraction,
        state: frameTensor(state),
        denoised: frameTensor(denoised),
      };
    }
  }
}

function frameTensor({ shape, data }: Tensor) {
  return {
    channels: shape[1],
    height: shape[2],
    width: shape[3],
    data: data.subarray(0, shape[1] * shape[2] * shape[3]),
  };
}

function rootMeanSquare({ data }: Tensor): number {
  let total = 0;
  for (let i = 0; i < data.length; i++) total += data[i] * data[i];
  return Math.sqrt(total / Math.max(1, data.length));
}
